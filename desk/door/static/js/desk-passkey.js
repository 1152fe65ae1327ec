// Makes or uses a passkey at the desk and posts what the browser answers. Until this runs, the page says that it can't.
const form = document.getElementById("passkey-form");
const options = JSON.parse(document.getElementById("passkey-options").textContent);
const opened = performance.now();
const words = [...document.querySelectorAll("[data-passkey-says]")];
const ALMOST_OVER = 20_000; // milliseconds: what is left of the challenge's time is too little for a person
const REASONS = {
  NotAllowedError: "cancelled",
  AbortError: "cancelled",
  TimeoutError: "cancelled",
  InvalidStateError: "known",
  SecurityError: "address",
  ConstraintError: "lock",
};

const say = (word) => {
  for (const one of words) one.hidden = one.dataset.passkeySays !== word;
};

async function answer({ got, parse, parseRequest, write, writeProof }) {
  if (options.user) {
    const publicKey = got(() => PublicKeyCredential.parseCreationOptionsFromJSON(options)) ?? parse(options);
    return write(await navigator.credentials.create({ publicKey }));
  }
  const publicKey = got(() => PublicKeyCredential.parseRequestOptionsFromJSON(options)) ?? parseRequest(options);
  return writeProof(await navigator.credentials.get({ publicKey }));
}

function begin(written) {
  const button = form.querySelector("button");
  say("");
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    say("waiting");
    try {
      const late = performance.now() - opened > options.timeout - ALMOST_OVER;
      form.elements.credential.value = late ? "" : JSON.stringify(await answer(written));
      form.submit();
    } catch (problem) {
      say(REASONS[written.nameOf(problem)] ?? "other");
      button.disabled = false;
      button.focus();
    }
  });
}

if (window.PublicKeyCredential && navigator.credentials?.create) {
  import(document.querySelector("script[data-written-by]").dataset.writtenBy).then(begin);
} else {
  say("unsupported");
}
