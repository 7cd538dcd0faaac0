// Completion by keyboard, Ctrl+Enter in forms, and a word where something could not be sent.
// Every page works without this file, and without htmx.
"use strict";

function closeList(input, list) {
  list.hidden = true;
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}

function choose(input, option) {
  input.value = option.dataset.value;
  input.form.requestSubmit();
}

function move(input, list, step) {
  const options = [...list.children];
  const now = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const next = now < 0 ? (step > 0 ? 0 : options.length - 1) : (now + step + options.length) % options.length;
  options.forEach((option, place) => option.setAttribute("aria-selected", String(place === next)));
  input.setAttribute("aria-activedescendant", options[next].id);
}

function complete(input) {
  const list = document.getElementById(input.getAttribute("aria-controls"));
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return; // a syllable of Hangul is not finished yet
    const open = !list.hidden && list.children.length > 0;
    if (open && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      move(input, list, event.key === "ArrowDown" ? 1 : -1);
    } else if (open && event.key === "Enter") {
      const option = list.querySelector('[aria-selected="true"]');
      if (option) {
        event.preventDefault();
        choose(input, option);
      }
    } else if (open && event.key === "Escape") {
      event.preventDefault(); // the field would be emptied
      closeList(input, list);
    }
  });
  list.addEventListener("htmx:afterSwap", () => {
    const open = list.children.length > 0 && document.activeElement === input && input.value.trim() !== "";
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
    input.removeAttribute("aria-activedescendant");
  });
  // Pressing the mouse would take the focus from the field and close the list before the click.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) choose(input, option);
  });
  input.addEventListener("blur", () => closeList(input, list));
}

function say(text) {
  const notice = document.getElementById("notice");
  notice.textContent = text;
  notice.hidden = false;
  setTimeout(() => { notice.hidden = true; }, 6000);
}

document.querySelectorAll("[role=combobox]").forEach(complete);

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("textarea")) {
    event.target.form.requestSubmit();
  }
});

// A post is sent once, however often the button is pressed.
document.addEventListener("submit", (event) => {
  if (event.target.matches(".compose, .reply-form")) {
    event.target.querySelectorAll("[type=submit]").forEach((button) => { button.disabled = true; });
  }
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("[type=submit]:disabled").forEach((button) => { button.disabled = false; });
});

for (const failure of ["htmx:responseError", "htmx:sendError"]) {
  document.addEventListener(failure, () => say(document.body.dataset.failed));
}
