"""A page looked at more closely: nothing is cut where letters stand further apart."""

SPACING = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
p { margin-bottom: 2em !important }"""  # WCAG 1.4.12
SPACE = """(css) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets.push(sheet);
}"""
CUT = """() => [...document.querySelectorAll("a, button, input[type=submit], li, p, label, summary, td, .submit-row, .paginator")]
  .filter((one) => {
    const { display, visibility, overflowX, overflowY, clipPath } = getComputedStyle(one);
    const hidden = visibility === "hidden" || clipPath !== "none" || one.closest(".visually-hidden, .nhsuk-u-visually-hidden");
    if (hidden || display === "inline" || !one.clientHeight || one.matches(".nhsuk-button")) return false;
    const high = one.scrollHeight > one.clientHeight + 2 && !/auto|scroll/.test(overflowY) && !one.matches("td");
    const wide = one.scrollWidth > one.clientWidth + 2 && /hidden|clip/.test(overflowX);
    return high || wide;
  })
  .map((one) => `${one.tagName} ${one.className}: ${one.innerText || one.value || ""}`)"""


def look(walk, name):
    """As `Walk.look`, and this; a button of the NHS has a shadow beneath, which is no words."""
    walk.look(name)
    walk.page.evaluate(SPACE, SPACING)
    for width in (1280, 320):
        walk.page.set_viewport_size({"width": width, "height": 900})
        cut = walk.page.evaluate(CUT)
        assert not cut, f"{name} at {width} px is cut where letters stand further apart: {cut}"
        wide = walk.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{name} is wider than {width} px where letters stand further apart"
    walk.page.set_viewport_size({"width": 1280, "height": 900})
