// Lets the browser search for a number in place of a person reading the picture: see enrolment/proof.py.
const button = document.querySelector("button[data-proof]");
const status = document.getElementById("proof-status");
const words = status.dataset;
const bytes = (text) => new TextEncoder().encode(text);
const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
const MOST_LANES = 8;

async function search({ salt, target, most, rounds }) {
  const key = await crypto.subtle.importKey("raw", bytes(salt), "PBKDF2", false, ["deriveBits"]);
  const lanes = Math.min(navigator.hardwareConcurrency || 2, MOST_LANES);
  let found = null;
  const walk = async (lane) => {
    for (let number = lane; number < most && found === null; number += lanes) {
      const guess = { name: "PBKDF2", hash: "SHA-256", salt: bytes(`${number}`), iterations: rounds };
      if (hex(await crypto.subtle.deriveBits(guess, key, target.length * 4)) === target) {
        found = number;
      }
    }
  };
  await Promise.all(Array.from({ length: lanes }, (_, lane) => walk(lane)));
  return found;
}

async function prove() {
  const answer = await fetch(button.dataset.proof);
  const challenge = await answer.json();
  const number = await search(challenge);
  document.getElementById("id_proof").value = `${challenge.signed}.${number}`;
  document.getElementById("id_captcha_1").value = "";
}

let working = false;
button.hidden = !globalThis.crypto?.subtle;
button.addEventListener("click", async () => {
  if (working) {
    return;
  }
  working = true;
  status.textContent = words.working;
  status.textContent = await prove().then(() => words.done, () => words.failed);
  working = false;
});
