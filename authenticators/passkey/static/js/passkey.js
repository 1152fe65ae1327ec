// Makes a passkey and posts what the browser answers. The form's fields say "no JavaScript" until this runs.
const written = import(document.querySelector("script[data-written-by]").dataset.writtenBy);
const PATIENCE = 10_000; // milliseconds beyond the options' timeout: some password managers never answer

async function make(options) {
  if (!window.PublicKeyCredential || !navigator.credentials?.create) throw { name: "unsupported" };
  const { got, parse } = await written;
  const publicKey = got(() => PublicKeyCredential.parseCreationOptionsFromJSON(options)) ?? parse(options);
  const waiting = new AbortController();
  const late = new Promise((_, reject) => {
    setTimeout(() => reject({ name: "TimeoutError" }) ?? waiting.abort(), options.timeout + PATIENCE);
  });
  const made = await Promise.race([navigator.credentials.create({ publicKey, signal: waiting.signal }), late]);
  if (!made) throw { name: "AbortError" }; // a password manager's box was closed
  return made;
}

const form = document.getElementById("passkey-form");
const options = JSON.parse(document.getElementById("passkey-options").textContent);
const status = document.getElementById("passkey-status");

// What was made for this very challenge and did not reach the service is sent again, not made again.
async function again() {
  const { got } = await written;
  const unsent = got(() => JSON.parse(sessionStorage.getItem("passkey")));
  return unsent?.challenge === options.challenge ? unsent.credential : "";
}

again().then((credential) => {
  if (credential) status.textContent = "Your passkey is made but did not reach us. Press the button to send it";
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { credential, elapsed_ms: elapsed, error } = form.elements;
  const started = performance.now();
  form.querySelector("button").disabled = true;
  status.textContent = "Follow what your browser or device asks";
  try {
    const { got, write } = await written;
    credential.value = (await again()) || JSON.stringify(write(await make(options)));
    got(() => sessionStorage.setItem("passkey", JSON.stringify({ challenge: options.challenge, user: options.user.id, credential: credential.value })));
    error.value = "";
  } catch (problem) {
    error.value = await written.then(({ nameOf }) => nameOf(problem), () => "unknown");
  }
  elapsed.value = Math.round(performance.now() - started);
  form.submit();
});
