// 郵便番号 fills prefecture, city and town in, and the hint of 機関コード follows the prefecture. Without this file the
// button 「住所を自動入力」 does the first by sending the form.
"use strict";

const postalCode = document.getElementById("postal_code");
const prefecture = document.getElementById("prefecture");
const city = document.getElementById("city");
const street = document.getElementById("street");
const addressHelp = document.getElementById("address");
const addressState = document.getElementById("address-state");
const addressChoices = document.getElementById("address-choices");

const digitsOf = (text) => text.normalize("NFKC").replace(/\D/g, "");
// What was filled in last may be replaced; what was typed by hand is left alone.
let filled = { city: "", town: "" };
let asked = digitsOf(postalCode.value);

/** The street in this town; a house number that was typed stays (as domain/form/address.rs has it). */
function streetIn(town) {
  const typed = street.value.trim();
  const number = filled.town && typed.startsWith(filled.town) ? typed.slice(filled.town.length) : typed;
  if (town && typed.startsWith(town)) {
    return typed;
  }
  if (number === "" || /^[0-9０-９]/.test(number)) {
    return town + number;
  }
  return /[0-9０-９]/.test(typed) ? typed : town;
}

function fill(area) {
  prefecture.value = area.prefecture;
  prefecture.dispatchEvent(new Event("change", { bubbles: true }));
  city.value = area.city;
  street.value = streetIn(area.town);
  filled = area;
  addressChoices.replaceChildren();
  addressState.textContent = "郵便番号から住所を入力しました。続けて、番地を入力してください。";
}

function offer(areas) {
  addressState.textContent = "この郵便番号には、複数の住所があります。該当する住所を選択してください。";
  const rows = areas.map((area) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button--text";
    button.textContent = area.prefecture + area.city + area.town;
    button.addEventListener("click", () => {
      fill(area);
      street.focus();
    });
    const row = document.createElement("li");
    row.append(button);
    return row;
  });
  addressChoices.replaceChildren(...rows);
}

// Whoever has typed another city meanwhile is not overruled, unless the button was pressed.
const isUntouched = () => city.value === "" || city.value === filled.city;

async function lookUp(code, isAsked) {
  let areas;
  try {
    const answer = await fetch(addressHelp.dataset.lookUp + code);
    if (!answer.ok) {
      throw new Error(String(answer.status));
    }
    ({ areas } = await answer.json());
  } catch {
    addressState.textContent = "住所を調べられませんでした。住所を直接入力してください。";
    return;
  }
  if (code !== digitsOf(postalCode.value) || !(isAsked || isUntouched())) {
    return;
  }
  if (areas.length === 1) {
    fill(areas[0]);
  } else if (areas.length > 1) {
    offer(areas);
  } else {
    addressChoices.replaceChildren();
    addressState.textContent = "この郵便番号の住所は見つかりませんでした。住所を直接入力してください。";
  }
}

// Seven digits are looked up at once, unless somebody has typed another address already.
postalCode.addEventListener("input", () => {
  const code = digitsOf(postalCode.value);
  if (code.length === 7 && code !== asked && isUntouched()) {
    lookUp(code, false);
  }
  asked = code;
});
addressHelp.querySelector("button").addEventListener("click", (event) => {
  event.preventDefault();
  const code = digitsOf(postalCode.value);
  if (code.length === 7) {
    lookUp(code, true);
  } else {
    addressState.textContent = "郵便番号を7桁の数字で入力してから、「住所を自動入力」を押してください。";
  }
});

const codeHint = document.getElementById("institution_code-hint");
const codeHints = new Map();
for (const template of document.querySelectorAll("template[data-hint-for]")) {
  codeHints.set(template.dataset.hintFor, template.content.textContent);
}
const showHint = () => {
  codeHint.textContent = codeHints.get(prefecture.value) ?? codeHints.get("");
};
prefecture.addEventListener("change", showHint);
window.addEventListener("pageshow", showHint);
