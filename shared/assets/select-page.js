// Ticks every box of this page at once. Without this file each is ticked by hand.
"use strict";

const boxes = [...document.querySelectorAll("input[name='number'][type='checkbox']")];
const place = document.querySelector("[data-select-page]");
if (place && boxes.length > 1) {
  const button = document.createElement("button");
  const show = () => {
    const all = boxes.every((box) => box.checked);
    button.textContent = all ? "このページの選択を全て外す" : `このページの${boxes.length}件を全て選択する`;
  };
  button.type = "button";
  button.className = "button button--secondary";
  button.addEventListener("click", () => {
    const all = boxes.every((box) => box.checked);
    for (const box of boxes) {
      box.checked = !all;
    }
    show();
  });
  for (const box of boxes) {
    box.addEventListener("change", show);
  }
  show();
  place.append(button);
}
