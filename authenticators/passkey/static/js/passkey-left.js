// A passkey that was made and not kept: the browser is told to forget it, where it can be, and the person in words.
const got = (read) => {
  try {
    return read();
  } catch {
    return undefined;
  }
};
const forget = (rpId, credentialId) =>
  got(() => PublicKeyCredential.signalUnknownCredential({ rpId, credentialId }).catch(() => {}));

const { rpId, credentialId } = document.querySelector("[data-credential-id]")?.dataset ?? {};
if (credentialId) forget(rpId, credentialId);

// What this tab made and has not seen added. The page of an ending knows; the page of another try tells by its options.
const made = got(() => JSON.parse(sessionStorage.getItem("passkey")));
const options = got(() => JSON.parse(document.getElementById("passkey-options").textContent));
if (made && made.challenge !== options?.challenge) {
  const id = got(() => JSON.parse(made.credential).id);
  const others = options && (options.user.id !== made.user || options.excludeCredentials.some((one) => one.id === id));
  const words = document.querySelector("[data-passkey-left]");
  if (words && !others) {
    words.hidden = false;
    if (options && id) forget(options.rp.id, id);
  }
  got(() => sessionStorage.removeItem("passkey"));
}
