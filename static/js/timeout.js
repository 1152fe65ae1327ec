// Two minutes before the page's time is over: says so, and offers to stay.
const box = document.querySelector("[data-expires-in]");
const { WARNING, after, seconds, stepOf, teller } = await import(box.dataset.ending);
const form = box.querySelector("form");
const say = teller(box.querySelector("[role=status]"));
let ends = after(box.dataset.expiresIn);
let lastFocus = document.getElementById("maincontent");
let mayStay = box.dataset.mayStay === "yes";

function tick() {
  const left = seconds(ends);
  const step = stepOf(left);
  box.classList.toggle("careid-timeout--open", Boolean(step));
  form.hidden = !step || !mayStay;
  if (step) say(`${box.dataset.ends} in ${step}.${mayStay ? "" : " There can be no more time."}`);
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
  const given = Number(found[1]);
  mayStay = given > WARNING;
  ends = after(given);
  say(`${box.dataset.stays} for ${Math.floor(given / 60)} more minutes.`);
  tick();
  lastFocus.focus();
}

document.addEventListener("focusin", (event) => {
  if (!box.contains(event.target)) lastFocus = event.target;
});
form.addEventListener("submit", stay);
setInterval(tick, 1000);
