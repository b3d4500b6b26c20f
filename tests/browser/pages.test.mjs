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
  for (const name of ["terms", "privacy"]) {
    await reader.page.goto(`/${name}`);
    await reader.judge(t, `text-${name}`);
  }
  await forgetPassword(t, stack, reader);
  await loseTheWay(t, reader);
  await reader.close();
  const secretariat = await visit(browser, stack);
  await signIn(secretariat.page, stack, "secretariat", "/staff/home");
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

async function forgetPassword(t, stack, reader) {
  const { page } = reader;
  await page.goto("/sign-in");
  await press(page, "パスワードをお忘れですか？", "/forgot-password");
  await reader.judge(t, "forgot-password");
  await press(page, "メールを送る", "/forgot-password");
  await reader.judgeRefused(t, "forgot-password-refused");
  await fill(page, { login_id: "nara0001" });
  await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: "メールを送る" }).click()]);
  await reader.judge(t, "link-requested");
  const { links } = await stack.mail("soumu@midori.example.jp", "password-reset");
  await page.goto(links.find((link) => link.includes("/set-password/")));
  await reader.judge(t, "reset-password");
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
