// Once it is kept, go where the page says. The library puts its button in the place that is read here first.
const { registered } = document.querySelector("[data-registered]").dataset;
document.addEventListener("otp_webauthn.register_complete", () => location.assign(registered));
