// Copy the text of the element that a button names.
document.querySelectorAll("button[data-copy]").forEach((button) => {
  const words = button.textContent;
  const status = button.parentElement.appendChild(document.createElement("span"));
  status.setAttribute("role", "status");
  status.className = "nhsuk-u-visually-hidden visually-hidden"; // the journey's word for it, and the desk's
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    const { innerText, tagName } = document.getElementById(button.dataset.copy);
    await navigator.clipboard.writeText(tagName === "CODE" ? innerText.replace(/\s/g, "") : innerText);
    button.textContent = status.textContent = "Copied";
    setTimeout(() => {
      button.textContent = words;
      status.textContent = "";
    }, 4000);
  });
});
