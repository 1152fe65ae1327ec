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

const timer = setInterval(() => {
  if (left-- <= 0 || status.querySelector("[data-over]")) clearInterval(timer);
  else if (!document.hidden) look();
}, 2000);
