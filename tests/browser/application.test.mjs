// The whole way in one browser with scripts: from the entry page to the menu, past every refusal that a hurried
// clerk meets.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAt, download, enterAddress, fill, HOSPITAL, lookUp, press } from "./harness/applicant.mjs";
import { readPdf } from "./harness/pdf.mjs";
import { startStack } from "./harness/stack.mjs";
import { startBrowser, visit } from "./harness/visit.mjs";

const EMAIL = "ijika@wakakusa.example.jp";
const PASSWORD = "若草山のふもとの鹿は朝がとても早い";
/** A correct 保険機関コード, which belongs into the other field. */
const INSURANCE_CODE = "2910203450";

test("an application becomes a signed-in account", async (t) => {
  const stack = await startStack(t);
  const browser = await startBrowser(t);
  const applicant = await visit(browser, stack);
  await proveAddress(t, stack, applicant);
  await fillIn(t, applicant);
  await agree(t, applicant);
  const number = await submit(t, applicant);
  await applicant.close();
  await seeReceived(t, browser, stack, number);
  await approve(t, browser, stack, number);
  await stack.settle();
  await stack.moveClock({ "next-business-day": "09:00" });
  await setPassword(t, browser, stack);
  await seeDone(t, browser, stack, number);
});

async function proveAddress(t, stack, applicant) {
  const { page } = applicant;
  await page.goto("/");
  await applicant.judge(t, "front");
  await press(page, "新規ユーザ登録を申請する", "/user-Registration-Form");
  await applicant.judge(t, "entry");
  await press(page, "確認", "/user-Registration-Form");
  await applicant.judgeRefused(t, "entry-refused");
  await enterAddress(page, EMAIL);
  await applicant.judge(t, "entry-solved");
  await press(page, "確認", "/user-Registration-Form/confirm");
  await applicant.judge(t, "confirm");
  await press(page, "認証メールを送信する", "/user-Registration-Form/verify");
  const code = await stack.code(EMAIL);
  await page.reload();
  await applicant.judge(t, "code");
  await page.fill("#code", code === "000000" ? "000001" : "000000");
  await press(page, "認証", "/user-Registration-Form/verify");
  await applicant.judgeRefused(t, "code-refused");
  await page.fill("#code", code);
  await press(page, "認証", "/application/form");
}

async function fillIn(t, applicant) {
  const { page } = applicant;
  await applicant.judge(t, "form");
  await fill(page, { institution_name: HOSPITAL.institution_name, phone: "0742-22" });
  await press(page, "次へ進む", "/application/form");
  await applicant.judgeRefused(t, "form-refused");
  assert.equal(await page.inputValue("#institution_name"), HOSPITAL.institution_name, "what was typed is kept");
  await page.locator("#error-summary a").first().click();
  assert.equal(await page.evaluate(() => document.activeElement.id), "institution_kind", "a link leads to its field");

  await fill(page, { ...HOSPITAL, institution_code: INSURANCE_CODE });
  await press(page, "次へ進む", "/application/form");
  await applicant.judge(t, "form-doubtful", { status: 422 });
  await fill(page, { institution_code: "", insurance_code: INSURANCE_CODE });
  await press(page, "次へ進む", "/application/terms");
}

async function agree(t, applicant) {
  const { page } = applicant;
  await applicant.judge(t, "terms");
  await press(page, "確認", "/application/terms");
  await applicant.judgeRefused(t, "terms-refused");
  await page.check("#agree_terms");
  await page.check("#agree_privacy");
  await press(page, "確認", "/application/check");
}

async function submit(t, applicant) {
  const { page } = applicant;
  await applicant.judge(t, "check");
  await press(page, /^変更.*担当部署$/, "/application/form");
  await fill(page, { department: "地域連携室" });
  await press(page, "次へ進む", "/application/check");
  await page.getByText("地域連携室").waitFor();
  await press(page, "申請する", "/application/done");
  const number = (await page.textContent(".number-plate")).trim();
  assert.match(number, /^API-\d{8}$/);
  await applicant.judge(t, "done");
  await page.reload();
  assert.equal((await page.textContent(".number-plate")).trim(), number, "the page can be loaded again");

  const pdf = await download(page, "申請内容をダウンロードする");
  assert.ok(pdf.name.includes(number) && pdf.name.endsWith(".pdf"), pdf.name);
  const { text, tagged } = readPdf(pdf.bytes);
  assert.ok(tagged, "its parts are named");
  for (const copied of [number, "医療法人社団大和会若草山病院", INSURANCE_CODE, "630-8501", "登大路町３０", "地域連携室", EMAIL]) {
    assert.ok(text.includes(copied), `${copied} in ${text}`);
  }
  const csv = await download(page, "表計算用のファイルをダウンロードする");
  assert.ok(csv.bytes.toString().includes(HOSPITAL.institution_name));
  return number;
}

async function seeReceived(t, browser, stack, number) {
  const reader = await visit(browser, stack);
  const { page } = reader;
  await page.goto("/track");
  await reader.judge(t, "track");
  await press(page, "認証コードを送信する", "/track");
  await reader.judgeRefused(t, "track-refused");
  await fill(page, { number, email: EMAIL });
  await press(page, "認証コードを送信する", "/track/code");
  await reader.judge(t, "track-code");
  await page.fill("#code", await stack.code(EMAIL));
  await press(page, "認証", "/track/status");
  await reader.judge(t, "status-received");
  assert.ok((await page.textContent(".steps__current")).includes("都道府県"));
  await reader.close();
}

async function signInAsStaff(t, stack, officer) {
  const { page } = officer;
  const { password, staff } = await stack.staff();
  assert.ok(staff.some(({ id }) => id === "nara-medical"));
  await page.goto("/review");
  assertAt(page, "/staff/sign-in");
  await officer.judge(t, "staff-sign-in");
  await fill(page, { staff_id: "nara-medical", password: "wrong" });
  await press(page, "次へ進む", "/staff/sign-in");
  await officer.judgeRefused(t, "staff-sign-in-refused");
  await fill(page, { staff_id: "nara-medical", password });
  await press(page, "次へ進む", "/staff/second-factor");
  await officer.judge(t, "staff-second-factor");
  await page.fill("#code", await stack.totp("nara-medical"));
  await press(page, "ログインする", "/review");
}

async function approve(t, browser, stack, number) {
  const officer = await visit(browser, stack);
  const { page } = officer;
  await signInAsStaff(t, stack, officer);
  await officer.judge(t, "queue");
  await press(page, number, `/review/${number}`);
  await officer.judge(t, "case");
  await press(page, "却下する", `/review/${number}/reject`);
  await officer.judge(t, "reject");
  await press(page, "メールの内容を確認する", `/review/${number}/reject`);
  await officer.judgeRefused(t, "reject-refused");
  await page.getByLabel("記載不備").check();
  await press(page, "文例を入れる", `/review/${number}/reject`);
  await page.locator("#note").press("Control+End");
  await page.keyboard.insertText("\n・建物名：階数を入力してください。");
  await press(page, "メールの内容を確認する", `/review/${number}/reject`);
  await officer.judge(t, "reject-preview");
  await page.goto(`/review/${number}`);
  await press(page, "承認する", "/review");
  await page.getByText("処理が完了しました").waitFor();
  await officer.judge(t, "queue-empty");
  await stack.settle();
  await page.goto(`/review/${number}`);
  await officer.judge(t, "case-approved");
  await press(page, "ログアウト", "/staff/sign-in");
  await officer.close();
}

async function setPassword(t, browser, stack) {
  const { links, text } = await stack.mail(EMAIL, "login-notice");
  const link = links.find((address) => address.includes("/set-password/"));
  const user = await visit(browser, stack);
  const { page } = user;
  await page.goto(link);
  await user.judge(t, "set-password");
  await page.fill("#password", "password");
  await press(page, "パスワードを設定する", new URL(link).pathname);
  await user.judgeRefused(t, "set-password-refused");
  await page.fill("#password", PASSWORD);
  await page.getByRole("button", { name: "新しいパスワードを表示する" }).click();
  assert.equal(await page.getAttribute("#password", "type"), "text");
  await press(page, "パスワードを設定する", "/menu");
  await user.judge(t, "menu");
  await press(page, "医療機能情報提供制度", "/menu/medical-information");
  await user.judge(t, "right");
  await press(page, "メニューに戻る", "/menu");
  await press(page, "薬局機能情報提供制度", "/menu/pharmacy-information");
  await user.judge(t, "right-missing");
  await press(page, "メニューに戻る", "/menu");
  await press(page, "ログアウトする", "/sign-in");
  await signInAgain(t, user, loginIdIn(text));
  await page.goto(link);
  await user.judge(t, "link-over", { status: 410 });
  await user.close();
}

async function signInAgain(t, user, loginId) {
  const { page } = user;
  await user.judge(t, "sign-in");
  await fill(page, { login_id: loginId, password: "まちがい" });
  await press(page, "ログインする", "/sign-in");
  await user.judgeRefused(t, "sign-in-refused");
  await page.fill("#password", PASSWORD);
  await press(page, "ログインする", "/menu");
}

/** The login ID stands on the line 「ログインID：…」 of ②. */
function loginIdIn(text) {
  return text.match(/ログインID[^：\n]*：\s*([0-9a-zA-Z]{7,8})/)[1];
}

async function seeDone(t, browser, stack, number) {
  const reader = await visit(browser, stack);
  await lookUp(reader.page, stack, number, EMAIL);
  await reader.judge(t, "status-done");
  const steps = await reader.page.locator(".steps li").count();
  assert.equal(await reader.page.locator(".steps__done").count(), steps, "every step is done");
  await reader.close();
}
