// The words to the applicant begin with the template of the chosen reason, as long as nobody has changed
// them. Without this file the button 「文例を入れる」 does the same.
"use strict";

const note = document.getElementById("note");
const templates = new Map();
for (const template of document.querySelectorAll("template[data-note-for]")) {
  templates.set(template.dataset.noteFor, template.content.textContent);
}
const isUnedited = () => {
  const text = note.value.trim();
  return text === "" || [...templates.values()].some((template) => template.trim() === text);
};
for (const radio of document.querySelectorAll("input[name='reason']")) {
  radio.addEventListener("change", () => {
    if (isUnedited()) {
      note.value = templates.get(radio.value) ?? "";
    }
  });
}
