// What an applicant types and presses, screen by screen. The tests say what is looked at on the way.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

/** A hospital in Nara; the keys are the form's field names. */
export const HOSPITAL = {
  institution_name: "医療法人社団大和会 若草山病院",
  institution_code: "",
  institution_kind: "hospital",
  institution_subkind: "hospital",
  phone: "０７４２－２２－１１０１",
  insurance_code: "",
  postal_code: "630-8501",
  prefecture: "奈良県",
  city: "奈良市",
  street: "登大路町３０",
  building: "若草ビル2階",
  department: "医事課",
  contact_family_name: "田中",
  contact_given_name: "花子",
  department_phone: "0742-22-1102",
};
/** A dental clinic in Nara, whose names hold what is rare: a variant kanji, half-width kana. */
export const DENTAL_CLINIC = {
  ...HOSPITAL,
  institution_name: "髙﨑ﾃﾞﾝﾀﾙ歯科医院",
  institution_kind: "dental-clinic",
  institution_subkind: "dental-clinic",
  building: "",
  department: "",
  contact_family_name: "𠮷田",
};

const WORKER_PATIENCE = 30_000;

/** The whole way at one go, to the application number. */
export async function apply(page, stack, email, answers) {
  await enterAddress(page, email);
  await press(page, "確認", "/user-Registration-Form/confirm");
  await press(page, "認証メールを送信する", "/user-Registration-Form/verify");
  await page.fill("#code", await stack.code(email));
  await press(page, "認証", "/application/form");
  await fill(page, answers);
  await press(page, "次へ進む", "/application/terms");
  await page.check("#agree_terms");
  await page.check("#agree_privacy");
  await press(page, "確認", "/application/check");
  await press(page, "申請する", "/application/done");
  return (await page.textContent(".number-plate")).trim();
}

/** 申請状況の照会 at one go: number, address, one-time code. */
export async function lookUp(page, stack, number, email) {
  await page.goto("/track");
  await fill(page, { number, email });
  await press(page, "認証コードを送信する", "/track/code");
  await page.fill("#code", await stack.code(email));
  await press(page, "認証", "/track/status");
}

/** Types the address and has the robot check solved. */
export async function enterAddress(page, email) {
  await page.goto("/user-Registration-Form");
  await page.fill("#email", email);
  await page.check("#robot_check");
  await page.getByText("確認しました。", { exact: true }).waitFor({ timeout: WORKER_PATIENCE });
}

export async function fill(page, answers) {
  for (const [name, answer] of Object.entries(answers)) {
    const field = page.locator(`#${name}`);
    if ((await field.evaluate((element) => element.tagName)) === "SELECT") {
      await field.selectOption(answer);
    } else {
      await field.fill(answer);
    }
  }
}

/** Presses a button or follows a link (by its words, or a pattern of them), and waits for the page behind it. */
export async function press(page, name, path) {
  const either = page.getByRole("button", { name, exact: true }).or(page.getByRole("link", { name, exact: true }));
  await Promise.all([page.waitForEvent("load"), either.first().click()]);
  assertAt(page, path);
}

export function assertAt(page, path) {
  assert.equal(new URL(page.url()).pathname, path);
}

/** The file that a link gives. */
export async function download(page, name) {
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name }).click()]);
  return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
}
