// The pages beside the way: help, texts, and what is shown where there is nothing to see.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAt, fill, press } from "./harness/applicant.mjs";
import { signIn } from "./harness/officer.mjs";
import { startStack } from "./harness/stack.mjs";
import { startBrowser, visit } from "./harness/visit.mjs";

test("every page beside the way is as good as those on it", async (t) => {
  const stack = await startStack(t);
  const browser = await startBrowser(t);
  const reader = await visit(browser, stack);
  await readHelp(t, reader);
  await checkOneself(t, reader);
  await handOut(t, reader);
  for (const name of ["terms", "privacy"]) {
    await reader.page.goto(`/${name}`);
    await reader.judge(t, `text-${name}`);
  }
  await reader.page.goto("/maintenance");
  await reader.judge(t, "maintenance");
  await forgetPassword(t, stack, reader);
  await forgetPasswordAsStaff(t, reader);
  await loseTheWay(t, reader);
  await reader.close();
  const secretariat = await visit(browser, stack);
  await signIn(secretariat.page, stack, "secretariat", "/operate");
  await secretariat.page.goto("/staff/home");
  await secretariat.judge(t, "staff-home");
  await secretariat.close();
});

async function readHelp(t, reader) {
  const { page } = reader;
  await page.goto("/help");
  await reader.judge(t, "help");
  const topics = await page.locator("main a[href^='/help/']").evaluateAll((links) => links.map(({ pathname }) => pathname));
  assert.ok(topics.length >= 5);
  for (const topic of new Set(topics)) {
    await page.goto(topic);
    await reader.judge(t, `help-${topic.split("/").pop()}`);
  }
}

/** Questions, one a page; the browser's own back button takes an answer back. */
async function checkOneself(t, reader) {
  const { page } = reader;
  await page.goto("/help");
  await press(page, "質問に答えて対処方法を確認する", "/self-check");
  await reader.judge(t, "self-check");
  await press(page, "メールに記載されたURLを開けない", "/self-check/url");
  await press(page, "有効期限が過ぎていると表示される", "/self-check/url.expired");
  await Promise.all([page.waitForEvent("load"), page.goBack()]);
  await press(page, "「このサイトにアクセスできません」など、このサイトの画面が表示されない", "/self-check/url.no-access");
  await reader.judge(t, "self-check-question");
  await press(page, "同じパソコンで見ている", "/self-check/url.no-access.same");
  await reader.judge(t, "self-check-action");
  await page.goto("/self-check/nothing");
  await reader.judge(t, "self-check-unknown", { status: 404 });
}

/** The leaflet is one sheet of A4, and the images load. */
async function handOut(t, reader) {
  const { page } = reader;
  await page.goto("/leaflet");
  await reader.judge(t, "leaflet");
  assert.ok(await page.locator(".leaflet img").evaluate(({ naturalWidth }) => naturalWidth > 0));
  const sheets = (await page.pdf({ format: "A4" })).toString("latin1").match(/\/Type\s*\/Page\b/g);
  assert.equal(sheets.length, 1);
}

async function forgetPassword(t, stack, reader) {
  const { page } = reader;
  await page.goto("/sign-in");
  await press(page, "パスワードをお忘れですか？", "/forgot-password");
  await reader.judge(t, "forgot-password");
  await press(page, "メールを送信する", "/forgot-password");
  await reader.judgeRefused(t, "forgot-password-refused");
  await fill(page, { login_id: "nara0001" });
  await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: "メールを送信する" }).click()]);
  await reader.judge(t, "link-requested");
  const { links } = await stack.mail("soumu@midori.example.jp", "password-reset");
  await page.goto(links.find((link) => link.includes("/set-password/")));
  await reader.judge(t, "reset-password");
}

async function forgetPasswordAsStaff(t, reader) {
  const { page } = reader;
  await page.goto("/staff/sign-in");
  await press(page, "パスワードをお忘れの方", "/staff/forgot-password");
  await reader.judge(t, "staff-forgot-password");
  await press(page, "メールを送信する", "/staff/forgot-password");
  await reader.judgeRefused(t, "staff-forgot-password-refused");
  await fill(page, { staff_id: "osaka-medical" });
  await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: "メールを送信する" }).click()]);
  await reader.judge(t, "staff-link-requested");
}

async function loseTheWay(t, reader) {
  const { page } = reader;
  await page.goto("/no-such-page");
  await reader.judge(t, "not-found", { status: 404 });
  await page.goto("/set-password/abc");
  await reader.judge(t, "link-unknown", { status: 404 });
  await page.goto("/application/form");
  await reader.judge(t, "application-without-session", { status: 401 });
  await page.goto("/menu");
  assertAt(page, "/sign-in");
}
