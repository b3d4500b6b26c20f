// What does not go well, as both sides see it: rejected, undeliverable, stuck for three weeks, decided by somebody
// else in the meantime.

import assert from "node:assert/strict";
import { test } from "node:test";
import { apply, DENTAL_CLINIC, HOSPITAL, lookUp, press } from "./harness/applicant.mjs";
import { signIn } from "./harness/officer.mjs";
import { startStack } from "./harness/stack.mjs";
import { startBrowser, visit } from "./harness/visit.mjs";

const REJECTED = "ijika@wakakusa.example.jp";
const UNDELIVERABLE = "uketsuke@dental.example.jp";
const WAITING = "soumu@kasuga.example.jp";
const UNKNOWN_USER = { kind: "bounce", bounce_type: "Permanent", sub_type: "NoEmail", status: "5.1.1" };

test("what goes wrong is said to the applicant and to the desk", async (t) => {
  const stack = await startStack(t);
  const browser = await startBrowser(t);
  const applicant = await visit(browser, stack);
  const rejected = await apply(applicant.page, stack, REJECTED, HOSPITAL);
  const undeliverable = await apply(applicant.page, stack, UNDELIVERABLE, DENTAL_CLINIC);
  const waiting = await apply(applicant.page, stack, WAITING, { ...HOSPITAL, institution_name: "春日野病院" });
  const officer = await visit(browser, stack);
  await signIn(officer.page, stack, "nara-medical");
  await reject(t, officer, rejected);
  await approveTwice(t, officer, undeliverable);
  await stack.report(await stack.mail(UNDELIVERABLE, "advance-notice"), UNKNOWN_USER);
  await officer.page.goto(`/review/${undeliverable}`);
  await officer.judge(t, "case-undeliverable");

  await stack.moveClock({ advance: "P22D" });
  await lookUp(applicant.page, stack, rejected, REJECTED);
  await applicant.judge(t, "status-rejected");
  await lookUp(applicant.page, stack, undeliverable, UNDELIVERABLE);
  await applicant.judge(t, "status-undeliverable");
  await lookUp(applicant.page, stack, waiting, WAITING);
  await applicant.judge(t, "status-stuck");
  await officer.page.goto("/review");
  assert.equal(new URL(officer.page.url()).pathname, "/staff/sign-in", "the session has ended");
  await signIn(officer.page, stack, "nara-medical");
  await officer.judge(t, "queue-stuck");
  await press(officer.page, waiting, `/review/${waiting}`);
  await officer.judge(t, "case-stuck");
  await officer.page.goto("/review?status=rejected");
  await officer.judge(t, "queue-rejected");
  await applicant.close();
  await officer.close();
});

async function reject(t, officer, number) {
  const { page } = officer;
  await page.goto(`/review/${number}/reject`);
  await page.getByLabel("重複申請").check();
  await press(page, "メールの内容を確認する", `/review/${number}/reject`);
  await page.getByText("送信します").or(page.getByText("送信されます")).first().waitFor();
  await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: "この内容で却下する" }).click()]);
  await page.getByText("処理が完了しました").waitFor();
  await officer.judge(t, "case-next");
}

/** Two windows show the same case; the second one to decide is told who was first. */
async function approveTwice(t, officer, number) {
  const { page } = officer;
  await page.goto(`/review/${number}`);
  const other = await page.context().newPage();
  await other.goto(`/review/${number}`);
  await Promise.all([other.waitForEvent("load"), other.getByRole("button", { name: "承認する" }).click()]);
  await other.close();
  await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: "承認する" }).click()]);
  await officer.judge(t, "decided-already", { status: 409 });
}
