// The desk files for an institution that cannot do it itself, corrects its address, rejects many at once, and reads its
// figures; who only views is offered no act.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fill, HOSPITAL, press } from "./harness/applicant.mjs";
import { signIn } from "./harness/officer.mjs";
import { startStack } from "./harness/stack.mjs";
import { startBrowser, visit } from "./harness/visit.mjs";

const ADDRESS = "ijika@wakakusa.example.jp";

test("an officer files for an institution", async (t) => {
  const stack = await startStack(t);
  const browser = await startBrowser(t);
  const officer = await visit(browser, stack);
  await signIn(officer.page, stack, "nara-medical");
  const number = await file(t, officer);
  await correct(t, officer, number);
  await rejectMany(t, officer);
  await seeFigures(t, stack, officer);
  await officer.close();
  await seeNationalFigures(t, browser, stack);
  await onlyView(t, browser, stack, number);
});

async function file(t, officer) {
  const { page } = officer;
  await press(page, "代理申請をする", "/review/proxy");
  await officer.judge(t, "proxy");
  await press(page, "入力内容を確認する", "/review/proxy");
  await officer.judgeRefused(t, "proxy-refused");
  await fill(page, { ...HOSPITAL, email: "ijika@wakakusa.example.co" });
  await page.check("#agreed");
  await press(page, "入力内容を確認する", "/review/proxy");
  await officer.judge(t, "proxy-check");
  await press(page, "修正する", "/review/proxy");
  assert.equal(await page.inputValue("#institution_name"), HOSPITAL.institution_name, "every answer stays");
  await press(page, "入力内容を確認する", "/review/proxy");
  await Promise.all([page.waitForURL("**/filed"), page.getByRole("button", { name: "代理申請する" }).click()]);
  await officer.judge(t, "proxy-filed");
  return (await page.textContent(".number-plate")).trim();
}

async function correct(t, officer, number) {
  const { page } = officer;
  await press(page, "申請を開く", `/review/${number}`);
  await officer.judge(t, "case-proxy");
  await press(page, "メールアドレスを訂正する", `/review/${number}/address`);
  await officer.judge(t, "correct-address");
  await press(page, "訂正する", `/review/${number}/address`);
  await officer.judgeRefused(t, "correct-address-refused");
  await fill(page, { email: ADDRESS });
  await press(page, "訂正する", `/review/${number}`);
  await page.getByText("都道府県が代理申請のメールアドレスを訂正しました").waitFor();
}

/** The one that was filed, and a second one, rejected together. */
async function rejectMany(t, officer) {
  const { page } = officer;
  await page.goto("/review");
  await page.locator("input.tick").first().check();
  await press(page, "選択した申請をまとめて却下する", "/review/selected/reject");
  await officer.judge(t, "selected-reject");
  await press(page, "メールの内容を確認する", "/review/selected/reject");
  await officer.judgeRefused(t, "selected-reject-refused");
  await page.getByLabel("所在地が管轄外").check();
  await press(page, "文例を入れる", "/review/selected/reject");
  await press(page, "メールの内容を確認する", "/review/selected/reject");
  await officer.judge(t, "selected-reject-preview");
  await press(page, "この内容で却下する", "/review/selected/result");
  await page.getByText("1件のうち1件を却下しました。").waitFor();
  await officer.judge(t, "selected-reject-result");
}

async function seeFigures(t, stack, officer) {
  const { page } = officer;
  // They are counted each minute.
  await stack.moveClock({ advance: "PT2M" });
  await stack.settle();
  await page.goto("/review/dashboard");
  await officer.judge(t, "dashboard");
  await page.getByText("1日あたりの件数の表").click();
  assert.equal(await page.locator("details table tbody tr").count(), 30, "every day that is drawn");
}

async function seeNationalFigures(t, browser, stack) {
  const secretariat = await visit(browser, stack);
  await signIn(secretariat.page, stack, "secretariat", "/operate");
  await press(secretariat.page, "集計", "/operate/dashboard");
  await secretariat.judge(t, "operate-dashboard");
  await secretariat.close();
}

/** 閲覧のみ: the same pages without a button that changes anything, and a sentence for whoever tries. */
async function onlyView(t, browser, stack, number) {
  const viewer = await visit(browser, stack);
  const { page } = viewer;
  await signIn(page, stack, "nara-viewer");
  await viewer.judge(t, "queue-viewer");
  await page.goto(`/review/${number}`);
  await viewer.judge(t, "case-viewer");
  assert.equal(await page.locator("main button:visible").count(), 1, "only the search");
  await page.goto(`/review/${number}/reject`);
  await viewer.judge(t, "views-only", { status: 403 });
  await viewer.close();
}
