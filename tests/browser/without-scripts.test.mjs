// The way without scripts, from the code page on, the form by keyboard alone; and what a script adds on the code
// page: the news that the mail cannot arrive.

import assert from "node:assert/strict";
import { test } from "node:test";
import { DENTAL_CLINIC, HOSPITAL, apply, assertAt, download, enterAddress, fill, lookUp, press } from "./harness/applicant.mjs";
import { Keyboard } from "./harness/keyboard.mjs";
import { readPdf } from "./harness/pdf.mjs";
import { startStack } from "./harness/stack.mjs";
import { startBrowser, visit } from "./harness/visit.mjs";

const MISTYPED = "uketsuke@gmial.com";
const EMAIL = "uketsuke@gmail.com";

test("an application is filled in with the keyboard, without scripts", async (t) => {
  const stack = await startStack(t);
  const browser = await startBrowser(t);
  const starter = await visit(browser, stack);
  await askForCode(t, stack, starter);
  const applicant = await visit(browser, stack, { javaScript: false, state: await starter.state() });
  await starter.close();

  const { page } = applicant;
  const keyboard = new Keyboard(page);
  await page.goto("/user-Registration-Form/verify");
  await applicant.judge(t, "code-without-scripts");
  await keyboard.type("#code", fullWidth(await stack.code(EMAIL)));
  await keyboard.press("Enter");
  assertAt(page, "/application/form");
  await fillIn(t, applicant, keyboard);
  await handIn(t, applicant, keyboard);
  const pdf = await download(page, "申請内容をダウンロードする");
  const { text } = readPdf(pdf.bytes);
  assert.ok(text.includes("髙﨑デンタル歯科医院") && text.includes("𠮷田"), `the rare characters stand in ${text}`);
  assert.equal(await stack.mailCount(EMAIL, "receipt"), 1);
  await applicant.close();
});

test("the code page says at once that its mail cannot arrive", async (t) => {
  const stack = await startStack(t);
  const browser = await startBrowser(t);
  const applicant = await visit(browser, stack);
  const { page } = applicant;
  await enterAddress(page, "ijika@wakakusa.example.jp");
  await press(page, "確認", "/user-Registration-Form/confirm");
  await press(page, "認証メールを送信する", "/user-Registration-Form/verify");
  await bounce(t, stack, applicant, "ijika@wakakusa.example.jp", "code-undeliverable");
  await press(page, "メールアドレスを入力し直す", "/user-Registration-Form");
  await askForChange(t, stack, applicant);
  await nameAnother(t, stack, applicant);
  await applicant.close();
});

/** The page is open, and does not have to be loaded again. */
async function bounce(t, stack, applicant, email, name) {
  const mail = await stack.mail(email, "code");
  await stack.report(mail, { kind: "bounce", bounce_type: "Permanent", sub_type: "NoEmail", status: "5.1.1" });
  await applicant.page.getByText("認証メールが届いていません").waitFor();
  assert.match(await applicant.page.title(), /^エラー：/);
  await applicant.judge(t, name);
}

/** Back at the items of the request, what was typed is there. */
async function askForChange(t, stack, applicant) {
  const { page } = applicant;
  await page.goto("/change-address");
  const items = { prefecture: "奈良県", institution_kind: "hospital", institution_name: "春日野病院" };
  await fill(page, { ...items, old_email: "ijika@wakakusa.example.jp", new_email: MISTYPED });
  await page.check("#robot_check");
  await press(page, "認証メールを送信する", "/change-address/code");
  await page.getByText("入力誤りの可能性があります").waitFor();
  await bounce(t, stack, applicant, MISTYPED, "change-address-code-undeliverable");
  await page.getByRole("link", { name: "依頼の内容を入力し直す" }).first().click();
  await page.waitForURL("**/change-address");
  assert.equal(await page.inputValue("#institution_name"), "春日野病院");
  assert.equal(await page.inputValue("#new_email"), MISTYPED);
}

async function nameAnother(t, stack, applicant) {
  const { page } = applicant;
  await stack.moveClock({ advance: "PT2M" });
  const number = await apply(page, stack, EMAIL, HOSPITAL);
  await lookUp(page, stack, number, EMAIL);
  await page.goto("/track/address");
  await fill(page, { email: "soumu@wakakusa.example.jp" });
  await press(page, "認証コードを送信する", "/track/address/code");
  await bounce(t, stack, applicant, "soumu@wakakusa.example.jp", "track-address-code-undeliverable");
}

/** A mistyped domain is asked about, and put right with one button. */
async function askForCode(t, stack, starter) {
  const { page } = starter;
  await page.goto("/user-Registration-Form");
  await page.fill("#email", MISTYPED);
  await page.check("#robot_check");
  // The form waits for the worker by itself.
  await press(page, "確認", "/user-Registration-Form/confirm");
  await starter.judge(t, "confirm-doubtful");
  await press(page, "「gmail.com」に直す", "/user-Registration-Form/confirm");
  await page.getByText(EMAIL).waitFor();
  await press(page, "認証メールを送信する", "/user-Registration-Form/verify");
  await stack.settle();
}

async function fillIn(t, applicant, keyboard) {
  await applicant.judge(t, "form-without-scripts");
  for (const [name, answer] of Object.entries(DENTAL_CLINIC)) {
    if (answer !== "") {
      await keyboard.type(`#${name}`, name === "phone" ? "0742" : answer);
    }
  }
  await keyboard.press("Enter");
  await applicant.judgeRefused(t, "form-refused-without-scripts");
  await keyboard.type("#phone", DENTAL_CLINIC.phone);
  await keyboard.press("Enter");
  assertAt(applicant.page, "/application/terms");
}

async function handIn(t, applicant, keyboard) {
  const { page } = applicant;
  await applicant.judge(t, "terms-without-scripts");
  await keyboard.tick("#agree_terms");
  await keyboard.tick("#agree_privacy");
  await keyboard.press("Enter");
  assertAt(page, "/application/check");
  await applicant.judge(t, "check-without-scripts");
  const answers = await page.textContent(".answers");
  for (const kept of ["髙﨑デンタル歯科医院", "𠮷田", "0742-22-1101"]) {
    assert.ok(answers.includes(kept), `${kept} in ${answers}`);
  }
  await keyboard.reach("button[type=submit]");
  await keyboard.press("Enter");
  assertAt(page, "/application/done");
  await applicant.judge(t, "done-without-scripts");
}

function fullWidth(digits) {
  return digits.replace(/\d/g, (digit) => String.fromCodePoint(digit.codePointAt(0) + 0xfee0));
}
