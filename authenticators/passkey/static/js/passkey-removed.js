// Once a passkey was removed, the browser is told which ones the person still has: it stops offering the others.
const { accepted } = document.querySelector("[data-accepted]").dataset;
try {
  await PublicKeyCredential.signalAllAcceptedCredentials(JSON.parse(accepted));
} catch {
  // a browser that can't be told: the page says what to delete
}
