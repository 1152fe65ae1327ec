// A page of the desk that closes by itself sends what was typed to the server, which keeps that for whoever typed it.
export const forms = [...document.querySelectorAll("#content form[method=post]")];

function typedIn(form) {
  const differs = (one) => {
    if (one.tagName === "SELECT") return [...one.options].some((option) => option.selected !== option.defaultSelected);
    return one.type === "checkbox" || one.type === "radio" ? one.checked !== one.defaultChecked : one.value !== one.defaultValue;
  };
  return [...form.elements].some(differs) || form.querySelector(".errorlist");
}

export function send(address) {
  const form = forms.find(typedIn);
  if (!form) {
    location.reload();
    return;
  }
  const sent = document.createElement("form");
  sent.method = "post";
  sent.action = address;
  form.querySelectorAll("input[type=password]").forEach((one) => (one.disabled = true));
  for (const [name, value] of [...new FormData(form), ["desk-page", location.pathname]]) {
    if (typeof value === "string") sent.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  document.body.append(sent);
  sent.submit();
}
