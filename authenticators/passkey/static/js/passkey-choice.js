// Where kinds are chosen: the passkey stands first if this browser can make one; if not, it can't be chosen, and says why.
// Nothing is asked and nothing is sent.
const radio = document.querySelector('input[name="kind"][value="passkey"]');
const item = radio?.closest(".nhsuk-radios__item");
document.querySelector("[data-passkey-unsupported]").hidden = Boolean(globalThis.PublicKeyCredential);

if (item && globalThis.PublicKeyCredential) {
  item.parentElement.prepend(item);
} else if (item) {
  radio.disabled = true;
  radio.checked = false;
  item.querySelector(".nhsuk-hint").textContent = "Not in this browser: see below";
}
