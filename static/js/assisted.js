// Shows the admin how far the person is, every two seconds: until it is over, and half an hour at most. A look keeps no
// session open, and follows no way to the sign-in page.
const status = document.getElementById("assisted-status");
let left = 900;

async function look() {
  const answer = await fetch(status.dataset.address, { redirect: "manual" }).catch(() => null);
  if (!answer?.ok) return;
  const part = new DOMParser().parseFromString(await answer.text(), "text/html").body;
  if (part.textContent.trim() !== status.textContent.trim()) status.replaceChildren(...part.childNodes);
}

// Once it is over, neither link nor code nor the button that cancels does anything: what is left is the way back.
function finish() {
  document.querySelectorAll("[data-while-open]").forEach((one) => one.remove());
  document.querySelectorAll("[data-when-over]").forEach((one) => (one.hidden = false));
  clearInterval(timer);
}

const timer = setInterval(() => {
  if (status.querySelector("[data-over]")) finish();
  else if (left-- <= 0) clearInterval(timer);
  else if (!document.hidden) look();
}, 2000);
