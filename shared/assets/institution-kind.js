// 機関判別区分 offers only what fits the chosen 機関区分. Without this file all of them are offered, grouped by it.
"use strict";

const kind = document.getElementById("institution_kind");
const subkind = document.getElementById("institution_subkind");
const groups = [...subkind.querySelectorAll("optgroup")];

const isFitting = (group) => !kind.value || group.dataset.kind === kind.value;
const optionsOf = (fitting) => fitting.flatMap((group) => [...group.children]);

const narrow = () => {
  const chosen = subkind.value;
  const fitting = groups.filter(isFitting);
  for (const group of groups) {
    group.remove();
  }
  subkind.append(...fitting);
  const options = optionsOf(fitting);
  const kept = options.find((option) => option.value === chosen);
  const only = options.length === 1 ? options[0] : undefined;
  subkind.value = (kept ?? only)?.value ?? "";
};

// An answer that does not fit stays until the kind is chosen anew: the error beside it says what is wrong.
const isAtOdds = () =>
  subkind.value && !optionsOf(groups.filter(isFitting)).some((option) => option.value === subkind.value);

kind.addEventListener("change", narrow);
// After going back the browser restores what was chosen, later than this file runs.
window.addEventListener("pageshow", () => {
  if (!isAtOdds()) {
    narrow();
  }
});
