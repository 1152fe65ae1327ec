// Two minutes before a session of the desk ends: says so, and offers to stay. At the end the page closes, and what was
// typed in its form goes to the server, which keeps it for whoever typed it. Nothing is stored in the browser.
const WARNING = 120;
const STEPS = [
  [30, "less than 30 seconds"],
  [60, "less than 1 minute"],
  [WARNING, "less than 2 minutes"],
];
const box = document.getElementById("desk-idle");
const words = box.querySelector("[role=status]");
const staying = box.querySelector("form");
let ends = after(Number(box.dataset.seconds));
let looked = false;
let busy = false;
// A page of Django's, or one of the door, where nothing is typed that may be kept.
let lastFocus = document.getElementById("content-start") ?? document.getElementById("maincontent");
const forms = [...document.querySelectorAll("#content form[method=post]")];
const kept = forms.length ? " What you typed is kept for you, but for numbers and passwords." : "";

function after(seconds) {
  return Date.now() + seconds * 1000;
}

function say(text) {
  if (words.textContent !== text) words.textContent = text;
}

// How many seconds the server says are left: a press in another tab may have given more. Null where it can't be asked.
async function ask(stays) {
  // The way to the sign-in page is not followed: opening that one ends the session, and its form is still to come.
  const how = { redirect: "manual", ...(stays && { method: "POST", body: new URLSearchParams(new FormData(staying)) }) };
  const answer = await fetch(box.dataset.stay + (stays ? "" : "?part"), how).catch(() => null);
  if (!answer) return null;
  return answer.ok ? (await answer.json()).seconds : 0;
}

async function look(stays) {
  busy = true;
  const seconds = await ask(stays);
  busy = false;
  if (seconds === null) {
    say("We cannot reach the desk. Check your connection.");
    return false;
  }
  ends = after(seconds);
  looked = seconds <= WARNING;
  return seconds > 0;
}

function typedIn(form) {
  const differs = (one) => {
    if (one.tagName === "SELECT") return [...one.options].some((option) => option.selected !== option.defaultSelected);
    return one.type === "checkbox" || one.type === "radio" ? one.checked !== one.defaultChecked : one.value !== one.defaultValue;
  };
  return [...form.elements].some(differs) || form.querySelector(".errorlist");
}

// Once: a second request with the cookie of the session that just ended would take away the new one's.
function leave() {
  clearInterval(timer);
  const form = forms.find(typedIn);
  if (!form) {
    location.reload();
    return;
  }
  const sent = document.createElement("form");
  sent.method = "post";
  sent.action = box.dataset.left;
  form.querySelectorAll("input[type=password]").forEach((one) => (one.disabled = true));
  for (const [name, value] of [...new FormData(form), ["desk-page", location.pathname]]) {
    if (typeof value === "string") sent.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  document.body.append(sent);
  sent.submit();
}

async function tick() {
  if (busy) return;
  const left = (ends - Date.now()) / 1000;
  if (left <= WARNING && !looked && (await look(false)) && !looked) return;
  const step = STEPS.find(([seconds]) => left <= seconds);
  box.classList.toggle("desk-idle-open", Boolean(step));
  staying.hidden = !step;
  if (step) say(`You will be signed out in ${step[1]}.${kept}`);
  // A little late, so that the server agrees that it is over.
  if (left < -2 && !(await look(false)) && ends < Date.now() + 1000) leave();
}

staying.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (!(await look(true))) return;
  say(`You can stay for ${Math.floor((ends - Date.now()) / 60000)} more minutes.`);
  lastFocus.focus();
});
document.addEventListener("focusin", (event) => {
  if (!box.contains(event.target)) lastFocus = event.target;
});
const timer = setInterval(tick, 1000);
