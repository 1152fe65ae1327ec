// Shows the admin how far the person is, every three seconds while the page is open.
const status = document.getElementById("assisted-status");

async function look() {
  const answer = await fetch(status.dataset.address, { credentials: "same-origin" }).catch(() => null);
  if (answer?.ok && !answer.redirected) {
    const part = new DOMParser().parseFromString(await answer.text(), "text/html").body;
    if (part.textContent !== status.textContent) status.replaceChildren(...part.childNodes);
  }
}

setInterval(() => document.hidden || look(), 3000);
