// Two minutes before the page's time is over: says so, and offers to stay.
const WARNING = 120;
const STEPS = [
  [30, "less than 30 seconds"],
  [60, "less than 1 minute"],
  [WARNING, "less than 2 minutes"],
];
const box = document.querySelector("[data-expires-in]");
const form = box.querySelector("form");
const words = box.querySelector("[role=status]");
let ends = after(box.dataset.expiresIn);
let lastFocus = document.getElementById("maincontent");
let mayStay = box.dataset.mayStay === "yes";

function after(seconds) {
  return Date.now() + seconds * 1000;
}

function say(text) {
  if (words.textContent !== text) words.textContent = text;
}

function tick() {
  const left = (ends - Date.now()) / 1000;
  const step = STEPS.find(([seconds]) => left <= seconds);
  box.classList.toggle("careid-timeout--open", Boolean(step));
  form.hidden = !step || !mayStay;
  if (step) say(`This page closes in ${step[1]}.${mayStay ? "" : " It cannot stay open for longer."}`);
  // A little late, so that the server agrees that it is over; it then says what that means.
  if (left < -2) location.assign(box.dataset.over);
}

async function stay(event) {
  event.preventDefault();
  const answer = await fetch(box.dataset.carryOn, { method: "POST", body: new URLSearchParams(new FormData(form)) }).catch(() => null);
  if (!answer) {
    say("We could not reach the service. Check your connection and try again.");
    return;
  }
  const found = /data-expires-in="(\d+)"/.exec(await answer.text());
  if (!found) {
    location.assign(answer.url);
    return;
  }
  const seconds = Number(found[1]);
  mayStay = seconds > WARNING;
  ends = after(seconds);
  say(`You can stay on this page for ${Math.floor(seconds / 60)} more minutes.`);
  tick();
  lastFocus.focus();
}

document.addEventListener("focusin", (event) => {
  if (!box.contains(event.target)) lastFocus = event.target;
});
form.addEventListener("submit", stay);
setInterval(tick, 1000);
