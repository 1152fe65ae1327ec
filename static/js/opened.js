// Tells the admin who waits that a person has the page open: the first time that somebody touches it.
const form = document.querySelector("form[data-opened]");
const signs = ["pointerdown", "pointermove", "keydown", "touchstart", "focusin"];

function tell() {
  signs.forEach((sign) => removeEventListener(sign, tell));
  const words = new FormData(form);
  words.set("opened", "1");
  fetch(location.pathname, { method: "POST", body: new URLSearchParams(words) }).catch(() => null);
}

signs.forEach((sign) => addEventListener(sign, tell));
