// Two minutes before a session of the desk ends: says so, and offers to stay. At the end the page closes, and what was
// typed in its form goes to the server, which keeps it for whoever typed it. Nothing is stored in the browser.
const box = document.getElementById("desk-idle");
const { WARNING, after, seconds, stepOf, teller } = await import(box.dataset.ending);
const { forms, send } = await import(box.dataset.leaving);
const say = teller(box.querySelector("[role=status]"));
const staying = box.querySelector("form");
let ends = after(Number(box.dataset.seconds));
let looked = false;
let busy = false;
// A page of Django's, or one of the door, where nothing is typed that may be kept.
let lastFocus = document.getElementById("content-start") ?? document.getElementById("maincontent");
const kept = forms.length ? " What you typed is kept for you, but for numbers and passwords." : "";

// How many seconds the server says are left: a press in another tab may have given more. Null where it can't be asked.
async function ask(stays) {
  // The way to the sign-in page is not followed: opening that one ends the session, and its form is still to come.
  const how = { redirect: "manual", ...(stays && { method: "POST", body: new URLSearchParams(new FormData(staying)) }) };
  const answer = await fetch(box.dataset.stay + (stays ? "" : "?part"), how).catch(() => null);
  return answer && (answer.ok ? (await answer.json()).seconds : 0);
}

async function look(stays) {
  busy = true;
  const left = await ask(stays);
  busy = false;
  if (left === null) {
    say("We cannot reach the desk. Check your connection.");
    return false;
  }
  ends = after(left);
  looked = left <= WARNING;
  return left > 0;
}

async function tick() {
  if (busy) return;
  const left = seconds(ends);
  if (left <= WARNING && !looked && (await look(false)) && !looked) return;
  const step = stepOf(left);
  box.classList.toggle("desk-idle-open", Boolean(step));
  staying.hidden = !step;
  if (step) say(`You will be signed out in ${step}.${kept}`);
  // A little late, so that the server agrees that it is over.
  if (left >= -2 || (await look(false)) || seconds(ends) >= 1) return;
  clearInterval(timer); // once: a second request with the cookie of the ended session would take away the new one's
  send(box.dataset.left);
}

staying.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (!(await look(true))) return;
  say(`You can stay for ${Math.floor(seconds(ends) / 60)} more minutes.`);
  lastFocus.focus();
});
document.addEventListener("focusin", (event) => {
  if (!box.contains(event.target)) lastFocus = event.target;
});
const timer = setInterval(tick, 1000);
