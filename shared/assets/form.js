// Small improvements of forms. Every page works without this file.
"use strict";

// After a refused form the reader is taken to the list of errors; a link in it goes to the field itself.
const summary = document.getElementById("error-summary");
if (summary) {
  summary.focus();
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const field = link && document.getElementById(link.hash.slice(1));
    if (field) {
      event.preventDefault();
      (field.closest(".field") ?? field).scrollIntoView();
      field.focus({ preventScroll: true });
    }
  });
}

// Passwords can be looked at.
for (const input of document.querySelectorAll("input[data-reveal]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button--secondary reveal__button";
  const show = (shown) => {
    input.type = shown ? "text" : "password";
    button.textContent = shown ? "隠す" : "表示する";
    button.setAttribute("aria-label", `${input.dataset.reveal}を${button.textContent}`);
  };
  show(false);
  button.addEventListener("click", () => show(input.type === "password"));
  input.form?.addEventListener("submit", () => show(false));
  input.after(button);
}

// A second press of a button while the first is on its way sends nothing.
for (const form of document.querySelectorAll("form[method='post']")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
    }
    form.dataset.sent = "yes";
  });
}
// Going back to a page that the browser kept makes its forms usable again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
  }
});

// A file that a form answers with does not leave the page: such a form is marked data-stays.
for (const form of document.querySelectorAll("form[data-stays]")) {
  form.addEventListener("submit", () => setTimeout(() => delete form.dataset.sent, 0));
}
