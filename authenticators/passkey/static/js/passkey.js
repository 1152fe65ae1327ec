// Makes a passkey and posts what the browser answers. The form's fields say "no JavaScript" until this runs.
const PATIENCE = 10_000; // milliseconds beyond the options' timeout: some password managers never answer
const got = (read) => {
  try {
    return read();
  } catch {
    return undefined;
  }
};
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));
const urlSafe = (text) => text.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const text = (value) =>
  typeof value === "string" ? urlSafe(value) : got(() => urlSafe(btoa(String.fromCharCode(...new Uint8Array(value))))) ?? "";
const word = (value) => (typeof value === "string" ? value : null);

// For browsers without parseCreationOptionsFromJSON, and those whose own throws.
const parse = (json) => ({
  ...json,
  challenge: bytes(json.challenge),
  user: { ...json.user, id: bytes(json.user.id) },
  excludeCredentials: json.excludeCredentials.map((one) => ({ ...one, id: bytes(one.id) })),
});

// A password manager's credential may lack a part, or throw when it is asked: what can be had of it is written.
const write = (made) => {
  const id = text(got(() => made.rawId)) || text(got(() => made.id));
  const transports = got(() => Array.from(made.response.getTransports(), word).filter(Boolean)) ?? [];
  const [attestationObject, clientDataJSON] = ["attestationObject", "clientDataJSON"].map((part) => text(got(() => made.response[part])));
  const authenticatorAttachment = word(got(() => made.authenticatorAttachment));
  return { id, rawId: id, type: "public-key", authenticatorAttachment, response: { attestationObject, clientDataJSON, transports } };
};

async function make(options) {
  if (!window.PublicKeyCredential || !navigator.credentials?.create) throw { name: "unsupported" };
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
const options = form && JSON.parse(document.getElementById("passkey-options").textContent);
const status = document.getElementById("passkey-status");

// What was made for this very challenge and did not reach the service is sent again, not made again.
const unsent = () => got(() => JSON.parse(sessionStorage.getItem("passkey"))) ?? {};
const again = () => (unsent().challenge === options.challenge ? unsent().credential : "");
if (form && again()) status.textContent = "Your passkey is made but did not reach us. Press the button to send it";

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { credential, elapsed_ms: elapsed, error } = form.elements;
  const started = performance.now();
  form.querySelector("button").disabled = true;
  status.textContent = "Follow what your browser or device asks";
  try {
    credential.value = again() || JSON.stringify(write(await make(options)));
    got(() => sessionStorage.setItem("passkey", JSON.stringify({ challenge: options.challenge, user: options.user.id, credential: credential.value })));
    error.value = "";
  } catch (problem) {
    error.value = (word(got(() => problem.name)) || "unknown").slice(0, 40);
  }
  elapsed.value = Math.round(performance.now() - started);
  form.submit();
});

// Before choosing: whether this browser can make one. Nothing is asked and nothing is sent.
const warning = document.querySelector("[data-passkey-unsupported]");
if (warning) warning.hidden = Boolean(window.PublicKeyCredential);
