// The desk's day: a queue of several days is worked through with the keyboard alone, one case after the other and many
// at once; and whoever comes second reads who decided.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAt, HOSPITAL, press } from "./harness/applicant.mjs";
import { Keyboard } from "./harness/keyboard.mjs";
import { signIn } from "./harness/officer.mjs";
import { startStack } from "./harness/stack.mjs";
import { startBrowser, visit } from "./harness/visit.mjs";

const CLINIC = { ...HOSPITAL, institution_kind: "clinic", institution_subkind: "clinic-without-beds", building: "" };
const DENTIST = { ...CLINIC, institution_kind: "dental-clinic", institution_subkind: "dental-clinic" };
const MIDWIFE = { ...CLINIC, institution_kind: "midwifery-home", institution_subkind: "midwifery-home" };
/** What came in, and the days until more did. */
const ARRIVALS = [
  [[{ ...HOSPITAL, insurance_code: "2910113717" }, { ...CLINIC, institution_name: "春日野こどもクリニック", street: "春日野町12" }], "P16D"],
  [[{ ...DENTIST, institution_name: "髙﨑デンタル歯科医院", street: "三条町7-1" }], "P6D"],
  [[{ ...MIDWIFE, institution_name: "ならまち助産院", city: "生駒市", street: "東新町8-38" }], "P5D"],
  [[{ ...HOSPITAL, building: "" }, { ...CLINIC, institution_name: "飛鳥クリニック", city: "橿原市" }], "P1D"],
];

test("an officer works through the queue with the keyboard alone", async (t) => {
  const stack = await startStack(t);
  const browser = await startBrowser(t);
  const numbers = await arrive(browser, stack);
  const [officer, other] = [await visit(browser, stack), await visit(browser, stack)];
  await signIn(other.page, stack, "nara-medical");
  await stack.moveClock({ advance: "PT1M" });
  await signIn(officer.page, stack, "nara-medical");
  await officer.judge(t, "queue-days");
  const keyboard = new Keyboard(officer.page);
  await open(keyboard, numbers[0]);
  await officer.judge(t, "case-alike");
  await other.page.goto(`/review/${numbers[1]}`);
  await approve(keyboard, numbers[0], numbers[1]);
  await officer.judge(t, "case-next");
  await approve(keyboard, numbers[1], numbers[2]);
  await press(other.page, "承認する", `/review/${numbers[1]}/approve`);
  await other.page.getByText(/あなた（奈良 一郎）が.*に承認しました。/).waitFor();
  await other.judge(t, "decided-already", { status: 409 });
  await other.close();
  await approveMany(officer.page, keyboard, numbers);
  await officer.close();
});

/** Files everything on its day; the numbers in their order. */
async function arrive(browser, stack) {
  const numbers = [];
  for (const [institutions, pause] of ARRIVALS) {
    const { page, close } = await officerOf(browser, stack);
    for (const answers of institutions) {
      numbers.push(await file(page, { ...answers, email: `clinic${numbers.length}@example.jp`, agreed: "yes" }));
    }
    await close();
    await stack.moveClock({ advance: pause });
  }
  return numbers;
}

async function officerOf(browser, stack) {
  const officer = await visit(browser, stack);
  await signIn(officer.page, stack, "nara-medical");
  return { page: officer.page, close: () => officer.close() };
}

/** A proxy application as a program files it. */
async function file(page, answers) {
  const send = (data) =>
    page.request.post("/review/proxy", { data, headers: { accept: "application/json" }, maxRedirects: 0 });
  const check = await send(answers);
  assert.equal(check.status(), 200, await check.text());
  const { number, hidden } = await check.json();
  assert.equal((await send({ ...hidden, step: "confirm" })).status(), 303);
  return number;
}

async function open(keyboard, number) {
  await keyboard.reach(`a[href='/review/${number}']`);
  await keyboard.press("Enter");
  assertAt(keyboard.page, `/review/${number}`);
}

/** The next case opens by itself, and says what was done. */
async function approve(keyboard, number, next) {
  await keyboard.reach(`form[action='/review/${number}/approve'] button`);
  await keyboard.press("Enter");
  assertAt(keyboard.page, `/review/${next}`);
  await keyboard.page.getByText("を承認しました。").waitFor();
}

async function approveMany(page, keyboard, numbers) {
  await page.goto("/review");
  for (const number of numbers.slice(2, 5)) {
    await keyboard.tick(`input[value='${number}']`);
  }
  await keyboard.reach("form[action='/review/selected'] .actions > button:not([formaction]):not([type=button])");
  await keyboard.press("Enter");
  assertAt(page, "/review/selected");
  await keyboard.reach(`input[value^='${numbers[4]}:']`);
  await page.keyboard.press("Space");
  await keyboard.reach("form[action='/review/selected'] button");
  await keyboard.press("Enter");
  assertAt(page, "/review/selected/result");
  await page.getByText("2件のうち2件を承認しました。").waitFor();
}
