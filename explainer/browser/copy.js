// The buttons that copy: what `data-copy` holds or, where that is empty, the code beside the button. Each says how it went.

async function copy(button) {
  button.dataset.name ??= button.textContent;
  try {
    await navigator.clipboard.writeText(button.dataset.copy || button.parentElement.querySelector("code").textContent);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Not allowed";
  }
  const status = document.querySelector(".xx-status"); // for those who do not see the button
  if (status) status.textContent = button.textContent;
  setTimeout(() => { button.textContent = button.dataset.name; }, 1500);
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("button[data-copy]");
  if (button) copy(button);
});
