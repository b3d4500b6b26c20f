// Who cannot read the mailbox of an account any more: the login-ID enquiry, and the change of the address by the
// institution, its desk and the secretariat.

import assert from "node:assert/strict";
import { test } from "node:test";
import { apply, fill, HOSPITAL, press } from "./harness/applicant.mjs";
import { signIn } from "./harness/officer.mjs";
import { startStack } from "./harness/stack.mjs";
import { startBrowser, visit } from "./harness/visit.mjs";

const OLD = "ijika@wakakusa.example.jp";
const NEW = "soumu@wakakusa.example.jp";
const INSTITUTION = { prefecture: "奈良県", institution_kind: "hospital", institution_name: HOSPITAL.institution_name };
const PATIENCE = 30_000;

test("the login ID is asked for, and the address is changed by two persons", async (t) => {
  const stack = await startStack(t);
  const browser = await startBrowser(t);
  const applicant = await visit(browser, stack);
  const number = await apply(applicant.page, stack, OLD, HOSPITAL);
  await applicant.close();
  const officer = await visit(browser, stack);
  await signIn(officer.page, stack, "nara-medical");
  await officer.page.goto("/review/address-changes");
  await officer.judge(t, "changes-empty");
  await officer.page.goto(`/review/${number}`);
  await press(officer.page, "承認する", "/review");
  await officer.close();
  await stack.mail(OLD, "advance-notice");
  await request(t, browser, stack, NEW, { number });
  await judgeUnderWay(t, browser, stack);
  await stack.moveClock({ "next-business-day": "09:00" });
  await stack.mail(OLD, "login-notice");
  await enquire(t, browser, stack);
  await request(t, browser, stack, "jimu@wakakusa.example.jp", {});
  await forward(t, browser, stack);
  await complete(t, browser, stack);
});

async function solve(page) {
  await page.check("#robot_check");
  await page.getByText("確認しました。", { exact: true }).waitFor({ timeout: PATIENCE });
}

async function enquire(t, browser, stack) {
  const visitor = await visit(browser, stack);
  const { page } = visitor;
  await page.goto("/login-id");
  await visitor.judge(t, "login-id");
  await press(page, "ログインIDを問い合わせる", "/login-id");
  await visitor.judgeRefused(t, "login-id-errors");
  await page.goto("/login-id");
  await fill(page, { ...INSTITUTION, postal_code: HOSPITAL.postal_code });
  await solve(page);
  await visitor.judge(t, "login-id-filled");
  await press(page, "ログインIDを問い合わせる", "/login-id");
  await visitor.judge(t, "login-id-sent");
  const { text } = await stack.mail(OLD, "login-id-reminder");
  assert.match(text, /ログインID：[0-9a-z]{8}/);
  await visitor.close();
}

async function request(t, browser, stack, email, more) {
  const visitor = await visit(browser, stack);
  const { page } = visitor;
  await page.goto("/change-address");
  await visitor.judge(t, `change-address-${email.split("@")[0]}`);
  await press(page, "認証メールを送信する", "/change-address");
  await visitor.judgeRefused(t, `change-address-errors-${email.split("@")[0]}`);
  await page.goto("/change-address");
  await fill(page, { ...INSTITUTION, ...more, old_email: OLD, new_email: email });
  await solve(page);
  await visitor.judge(t, `change-address-filled-${email.split("@")[0]}`);
  await press(page, "認証メールを送信する", "/change-address/code");
  await visitor.judge(t, `change-address-code-${email.split("@")[0]}`);
  await page.fill("#code", "12");
  await press(page, "認証", "/change-address/code");
  await visitor.judgeRefused(t, `change-address-code-errors-${email.split("@")[0]}`);
  await page.fill("#code", await stack.code(email));
  await press(page, "認証", "/change-address/done");
  await visitor.judge(t, `change-address-done-${email.split("@")[0]}`);
  await visitor.close();
}

/** An application without an account: the desk registers the address itself. */
async function judgeUnderWay(t, browser, stack) {
  const officer = await visit(browser, stack);
  const { page } = officer;
  await stack.moveClock({ advance: "PT1M" });
  await signIn(page, stack, "nara-medical");
  await page.goto("/review/address-changes");
  await officer.judge(t, "changes");
  await open(page);
  await officer.judge(t, "change-under-way");
  await page.getByRole("button", { name: /^別のアドレスを登録する/ }).click();
  await page.waitForURL("**/register");
  await officer.judgeRefused(t, "change-under-way-errors");
  await page.goto("/review/address-changes");
  await open(page);
  await fill(page, { reason: "お電話で確認できませんでした。" });
  await page.getByRole("button", { name: "お受けできないことを知らせる" }).click();
  await page.waitForLoadState();
  await officer.judge(t, "change-refused");
  await officer.close();
}

async function open(page) {
  const [link] = await page.locator("tbody a").all();
  await Promise.all([page.waitForEvent("load"), link.click()]);
}

async function forward(t, browser, stack) {
  const officer = await visit(browser, stack);
  const { page } = officer;
  await stack.moveClock({ advance: "PT1M" });
  await signIn(page, stack, "nara-medical");
  await page.goto("/review/address-changes");
  await open(page);
  await officer.judge(t, "change");
  await page.getByRole("button", { name: "確認済みとして事務局に送る" }).click();
  await page.waitForURL("**/forward");
  await officer.judgeRefused(t, "change-errors");
  await page.check("#confirmed");
  await Promise.all([
    page.waitForEvent("load"),
    page.getByRole("button", { name: "確認済みとして事務局に送る" }).click(),
  ]);
  await officer.judge(t, "change-forwarded");
  await page.goto("/review/address-changes?done=yes");
  await officer.judge(t, "changes-done");
  await officer.close();
}

async function complete(t, browser, stack) {
  const secretariat = await visit(browser, stack);
  const { page } = secretariat;
  await signIn(page, stack, "secretariat", "/operate");
  await page.goto("/operate/address-changes");
  await secretariat.judge(t, "operate-changes");
  await open(page);
  await secretariat.judge(t, "operate-change");
  await Promise.all([
    page.waitForEvent("load"),
    page.getByRole("button", { name: "お受けできないことを知らせる" }).click(),
  ]);
  await secretariat.judgeRefused(t, "operate-change-errors");
  await page.goto("/operate/address-changes");
  await open(page);
  await Promise.all([
    page.waitForEvent("load"),
    page.getByRole("button", { name: "メールアドレスを変更する" }).click(),
  ]);
  await secretariat.judge(t, "operate-change-completed");
  await page.goto("/operate/address-changes");
  await secretariat.judge(t, "operate-changes-empty");
  await secretariat.close();
}
