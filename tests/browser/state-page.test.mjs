// What both sides do beside the straight way: the desk finds, returns and approves many at once; the applicant
// withdraws, names another address, and asks for the notice again.

import assert from "node:assert/strict";
import { test } from "node:test";
import { apply, DENTAL_CLINIC, fill, HOSPITAL, lookUp, press } from "./harness/applicant.mjs";
import { signIn } from "./harness/officer.mjs";
import { startStack } from "./harness/stack.mjs";
import { startBrowser, visit } from "./harness/visit.mjs";

const RETURNED = "ijika@wakakusa.example.jp";
const APPROVED = "uketsuke@dental.example.jp";
const TOGETHER = "soumu@kasuga.example.jp";

test("the desk returns, finds and approves; the applicant acts on the state page", async (t) => {
  const stack = await startStack(t);
  const browser = await startBrowser(t);
  const applicant = await visit(browser, stack);
  const returned = await apply(applicant.page, stack, RETURNED, HOSPITAL);
  const approved = await apply(applicant.page, stack, APPROVED, DENTAL_CLINIC);
  const together = await apply(applicant.page, stack, TOGETHER, { ...HOSPITAL, institution_name: "春日野病院" });
  const officer = await visit(browser, stack);
  await signIn(officer.page, stack, "nara-medical");
  await sendBack(t, officer, returned);
  await find(t, stack, officer, together);
  await approveTogether(t, officer, [approved, together]);
  await officer.close();

  await lookUp(applicant.page, stack, returned, RETURNED);
  await applicant.judge(t, "status-returned");
  await nameAnotherAddress(t, applicant);
  await withdraw(t, applicant);
  await askAgain(t, stack, applicant, approved);
  await applicant.close();
});

async function sendBack(t, officer, number) {
  const { page } = officer;
  await page.goto(`/review/${number}/return`);
  await officer.judge(t, "return");
  await press(page, "メールの内容を確認する", `/review/${number}/return`);
  await officer.judge(t, "return-errors", { status: 422 });
  await page.locator("input[name=fields][value=street]").check();
  await page.fill("#note", "番地をご確認ください。");
  await page.selectOption("#days", "5");
  await press(page, "メールの内容を確認する", `/review/${number}/return`);
  await officer.judge(t, "return-preview");
  await Promise.all([page.waitForEvent("load"), page.locator("button[value=confirm]").click()]);
  await page.goto("/review?status=returned");
  await officer.judge(t, "queue-returned");
}

async function find(t, stack, officer, number) {
  const { page } = officer;
  await stack.moveClock({ advance: "PT2M" });
  await page.goto("/review/search?q=春日");
  await page.getByRole("link", { name: number }).waitFor();
  await officer.judge(t, "search");
  await page.goto("/review/search?q=存在しない名前");
  await officer.judge(t, "search-nothing");
}

async function approveTogether(t, officer, numbers) {
  const { page } = officer;
  await page.goto("/review/selected");
  await officer.judge(t, "selected-nothing", { status: 400 });
  await page.goto(`/review/selected?${numbers.map((number) => `number=${number}`).join("&")}`);
  await officer.judge(t, "selected");
  await press(page, "チェックした申請を承認する", "/review/selected/result");
  for (const number of numbers) {
    await page.getByText(number).first().waitFor();
  }
  await officer.judge(t, "selected-result");
}

async function nameAnotherAddress(t, applicant) {
  const { page } = applicant;
  await page.goto("/track/address");
  await applicant.judge(t, "track-address");
  await fill(page, { email: "shomu＠wakakusa" });
  await press(page, "認証コードを送信する", "/track/address");
  await applicant.judge(t, "track-address-errors", { status: 422 });
  await fill(page, { email: "shomu@wakakusa.example.jp" });
  await press(page, "認証コードを送信する", "/track/address/code");
  await applicant.judge(t, "track-address-code");
}

async function withdraw(t, applicant) {
  const { page } = applicant;
  await page.goto("/track/withdraw");
  await applicant.judge(t, "track-withdraw");
  await press(page, "取り下げる", "/track/status");
  await applicant.judge(t, "status-withdrawn");
}

async function askAgain(t, stack, applicant, number) {
  await stack.mail(APPROVED, "advance-notice");
  await stack.moveClock({ "next-business-day": "09:30" });
  await stack.mail(APPROVED, "login-notice");
  await lookUp(applicant.page, stack, number, APPROVED);
  await applicant.judge(t, "status-announced");
  await applicant.page.goto("/track/resend");
  await applicant.judge(t, "track-resend");
  await press(applicant.page, "再送する", "/track/status");
  assert.equal(await stack.mailCount(APPROVED, "login-notice"), 2, "the notice left again");
}
