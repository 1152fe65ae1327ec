// Makes a passkey and posts what the browser answers. The form's fields say "no JavaScript" until this runs.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

// For browsers without parseCreationOptionsFromJSON and toJSON.
const parse = (json) => ({
  ...json,
  challenge: bytes(json.challenge),
  user: { ...json.user, id: bytes(json.user.id) },
  excludeCredentials: json.excludeCredentials.map((one) => ({ ...one, id: bytes(one.id) })),
});
const write = ({ authenticatorAttachment, id, rawId, response, type }) => ({
  authenticatorAttachment,
  id,
  rawId: text(rawId),
  response: {
    attestationObject: text(response.attestationObject),
    clientDataJSON: text(response.clientDataJSON),
    transports: response.getTransports?.() ?? [],
  },
  type,
});

async function make(options) {
  if (!window.PublicKeyCredential || !navigator.credentials?.create) {
    throw Object.assign(new Error(), { name: "unsupported" });
  }
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON?.(options) ?? parse(options);
  const made = await navigator.credentials.create({ publicKey });
  return made.toJSON?.() ?? write(made);
}

const form = document.getElementById("passkey-form");

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { credential, elapsed_ms: elapsed, error } = form.elements;
  const button = form.querySelector("button");
  const started = performance.now();
  button.disabled = true;
  document.getElementById("passkey-status").textContent = "Follow what your browser or device asks";
  try {
    credential.value = JSON.stringify(await make(JSON.parse(document.getElementById("passkey-options").textContent)));
    error.value = "";
  } catch (problem) {
    error.value = problem.name;
  }
  elapsed.value = Math.round(performance.now() - started);
  form.submit();
});

// Before choosing: whether this browser can make one. Nothing is asked and nothing is sent.
const warning = document.querySelector("[data-passkey-unsupported]");
if (warning) warning.hidden = Boolean(window.PublicKeyCredential);

// One that was not kept here is forgotten there, where the browser can.
const { rpId, credentialId } = document.querySelector("[data-credential-id]")?.dataset ?? {};
if (credentialId) window.PublicKeyCredential?.signalUnknownCredential?.({ rpId, credentialId }).catch(() => {});
