// Makes pages more comfortable. Each of them works without it.
const { nhsuk } = document.querySelector("script[data-nhsuk]").dataset;
document.body.classList.add("nhsuk-frontend-supported");

import(nhsuk).then(({ Button, ErrorSummary, PasswordInput, SkipLink, createAll }) => {
  [Button, ErrorSummary, PasswordInput, SkipLink].forEach((component) => createAll(component));
});

// Show another picture without leaving the page. Where that fails, the button does what it does without a script.
const another = document.querySelector("button[data-refresh]");

another?.addEventListener("click", async (event) => {
  event.preventDefault();
  const headers = { "X-Requested-With": "XMLHttpRequest" };
  const answer = await fetch(another.dataset.refresh, { headers }).catch(() => null);
  if (!answer?.ok) {
    another.form.requestSubmit(another);
    return;
  }
  const picture = await answer.json();
  const typed = document.getElementById("id_captcha_1");
  document.getElementById("id_captcha_0").value = picture.key;
  document.querySelector(".careid-picture").src = picture.image_url;
  document.getElementById("picture-status").textContent = "There is a new picture";
  typed.value = "";
  typed.focus();
});

// Count a wait down, and keep the button that it names off until it is over. Rarely said, so that it can be listened to.
document.querySelectorAll("[data-countdown]").forEach((place) => {
  const { countdown, then, enables } = place.dataset;
  const ends = Date.now() + countdown * 1000;
  const button = document.getElementById(enables);
  const tick = () => {
    const left = Math.ceil((ends - Date.now()) / 1000);
    const [unit, length] = left <= 90 ? ["second", 1] : left <= 5400 ? ["minute", 60] : ["hour", 3600];
    const number = Math.ceil(left / length);
    place.textContent = left > 0 ? `in ${number} ${unit}${number === 1 ? "" : "s"}` : then || "";
    if (button) button.disabled = left > 0;
    if (left > 0) setTimeout(tick, 1000);
  };
  tick();
});

// What Back brings out of the browser's memory may be of the person before: ask the service for the page anew.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
