// The form's own help: the address from the postal code, with and without scripts; the number that does not exist;
// answers that outlive their session; the way in without scripts.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAt, enterAddress, fill, HOSPITAL, press } from "./harness/applicant.mjs";
import { startStack } from "./harness/stack.mjs";
import { startBrowser, visit } from "./harness/visit.mjs";

const EMAIL = "ijika@wakakusa.example.jp";

test("a postal code fills the address in", async (t) => {
  const stack = await startStack(t);
  const browser = await startBrowser(t);
  const applicant = await visit(browser, stack);
  const { page } = applicant;
  await proveAddress(stack, page);

  await page.fill("#postal_code", "６３０－８２１３");
  await page.getByText("郵便番号から住所を入力しました").waitFor();
  assert.deepEqual(await address(page), ["奈良県", "奈良市", "登大路町"]);
  assert.match(await page.textContent("#institution_code-hint"), /なら医療情報ネット/);
  await page.fill("#street", "登大路町30");
  await page.fill("#postal_code", "630-8212");
  await page.getByText("郵便番号から住所を入力しました").waitFor();
  await applicant.judge(t, "form-address-filled");

  await page.fill("#city", "");
  await page.fill("#postal_code", "618-0000");
  await page.getByRole("button", { name: "大阪府三島郡島本町" }).waitFor();
  await applicant.judge(t, "form-address-choice");
  await page.getByRole("button", { name: "大阪府三島郡島本町" }).click();
  assert.deepEqual((await address(page)).slice(0, 2), ["大阪府", "三島郡島本町"]);

  await page.fill("#city", "");
  await page.fill("#postal_code", "000-0000");
  await page.getByText("この郵便番号の住所は見つかりませんでした").waitFor();
  await applicant.close();
});

test("the address is filled in without scripts too, and nothing is complained of before its time", async (t) => {
  const stack = await startStack(t);
  const browser = await startBrowser(t);
  const applicant = await visit(browser, stack, { javaScript: false });
  const { page } = applicant;
  await page.goto("/user-Registration-Form");
  await applicant.judge(t, "entry-without-scripts");
  await page.fill("#email", EMAIL);
  await press(page, "確認", "/user-Registration-Form");
  await applicant.judgeRefused(t, "entry-unticked-without-scripts");
  await page.check("#robot_check");
  await press(page, "確認", "/user-Registration-Form/confirm");
  await press(page, "認証メールを送信する", "/user-Registration-Form/verify");
  await page.fill("#code", await stack.code(EMAIL));
  await press(page, "認証", "/application/form");

  await fill(page, { institution_name: HOSPITAL.institution_name, postal_code: "871-0000", street: "1-1" });
  await press(page, "住所を自動入力", "/application/form");
  await applicant.judge(t, "form-address-choice-without-scripts");
  assert.equal(await page.locator(".error-summary").count(), 0);
  await press(page, "大分県中津市", "/application/form");
  assert.deepEqual(await address(page), ["大分県", "中津市", "1-1"]);
  assert.equal(await page.inputValue("#institution_name"), HOSPITAL.institution_name);
  await fill(page, { postal_code: "999-9999" });
  await press(page, "住所を自動入力", "/application/form");
  await page.getByText("この郵便番号の住所は見つかりませんでした").waitFor();
  await applicant.close();
});

async function proveAddress(stack, page) {
  await enterAddress(page, EMAIL);
  await press(page, "確認", "/user-Registration-Form/confirm");
  await press(page, "認証メールを送信する", "/user-Registration-Form/verify");
  await page.fill("#code", await stack.code(EMAIL));
  await press(page, "認証", "/application/form");
}

function address(page) {
  return Promise.all(["#prefecture", "#city", "#street"].map((field) => page.inputValue(field)));
}
