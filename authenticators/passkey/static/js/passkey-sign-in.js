// Signs in with a passkey: one that the email field offers from the start, or one that the button asks for. The form's
// fields say "no JavaScript" until this runs.
const { writtenBy, askedBy } = document.querySelector("script[data-asked-by]").dataset;
const form = document.getElementById("passkey-sign-in");
const field = document.querySelector('input[autocomplete~="webauthn"]');
const request = JSON.parse(document.getElementById("passkey-request").textContent);
const ready = Promise.all([import(askedBy), import(writtenBy)]).then(([{ asking }, written]) => asking(request, written));
let taken = false; // by the button, or by who took an offer
let waiting = new AbortController();
let offered = Promise.resolve();

function send(credential, error, began) {
  taken = true;
  const typed = form.elements;
  [typed.credential.value, typed.error.value] = [credential, error];
  typed.elapsed_ms.value = Math.round(performance.now() - began);
  form.submit();
}

// Nobody asked for an offer, so whatever becomes of one that nobody takes is not told.
async function offer() {
  if (!field || !(await PublicKeyCredential.isConditionalMediationAvailable()) || taken) return;
  const { use } = await ready;
  const began = performance.now();
  const told = use({ mediation: "conditional", signal: waiting.signal });
  offered = told.then((made) => taken || send(made, "", began), () => {});
}

// Of two at once the browser refuses the second.
async function stop() {
  waiting.abort();
  await Promise.race([offered, new Promise((done) => setTimeout(done, 500))]);
  waiting = new AbortController();
}

async function keepYoung() {
  const { isOld, renew } = await ready;
  if (taken || document.hidden || !isOld() || !(await renew(form.dataset.renew)) || taken) return;
  await stop();
  await offer();
}

async function press() {
  const { isOld, renew, ask, nameOf } = await ready;
  await stop();
  if (isOld()) await renew(form.dataset.renew);
  const began = performance.now();
  await ask().then((made) => send(made, "", began), (problem) => send("", nameOf(problem), began));
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  taken = form.querySelector("button").disabled = true;
  document.getElementById("passkey-status").textContent = "Follow what your browser or device asks";
  press().catch(() => form.submit()); // a part of this did not load
});
const quietly = (what) => what().catch(() => {});
quietly(offer);
setInterval(quietly, 30_000, keepYoung);
document.addEventListener("visibilitychange", () => quietly(keepYoung));
