// The secretariat steers issuing: what is next and why, a case held, a run, freeze windows and notices.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { apply, fill, HOSPITAL, press } from "./harness/applicant.mjs";
import { signIn } from "./harness/officer.mjs";
import { startStack } from "./harness/stack.mjs";
import { startBrowser, visit } from "./harness/visit.mjs";

const ADDRESS = "ijika@wakakusa.example.jp";
const COLLEAGUE = "new@pref-nara.example.jp";
const PASSWORD = "さんぽみちの朝はいつもパンの匂い";

test("the secretariat steers issuing", async (t) => {
  const stack = await startStack(t);
  const browser = await startBrowser(t);
  const applicant = await visit(browser, stack);
  const number = await apply(applicant.page, stack, ADDRESS, HOSPITAL);
  await applicant.close();
  const officer = await visit(browser, stack);
  await signIn(officer.page, stack, "nara-medical");
  await officer.page.goto(`/review/${number}`);
  await press(officer.page, "承認する", "/review");
  await officer.close();
  await stack.mail(ADDRESS, "advance-notice");
  const secretariat = await visit(browser, stack);
  await signIn(secretariat.page, stack, "secretariat", "/operate");
  await secretariat.judge(t, "operate-empty");
  await holdAndRelease(t, secretariat, number);
  await setUp(t, secretariat);
  await nameDesk(t, secretariat);
  await run(t, stack, secretariat, number);
  await press(secretariat.page, "送信結果", "/operate/mails");
  await fill(secretariat.page, { address: ADDRESS });
  await press(secretariat.page, "調べる", "/operate/mails");
  await secretariat.judge(t, "mails");
  await secretariat.page.goto("/operate/attention");
  await secretariat.judge(t, "operate-attention");
  await invite(t, secretariat);
  await secretariat.close();
  const invited = await visit(browser, stack);
  await accept(t, stack, invited);
  await invited.close();
});

async function holdAndRelease(t, secretariat, number) {
  const { page } = secretariat;
  await page.goto("/operate/find?q=9999");
  await secretariat.judge(t, "operate-not-found", { status: 422 });
  await fill(page, { q: number });
  await press(page, "検索する", `/operate/applications/${number}`);
  await secretariat.judge(t, "operate-case");
  await press(page, "保留する", `/operate/applications/${number}/hold`);
  await secretariat.judge(t, "operate-case-errors", { status: 422 });
  await fill(page, { reason: "重複の確認中" });
  await press(page, "保留する", `/operate/applications/${number}`);
  await secretariat.judge(t, "operate-case-held");
  await page.goto("/operate?queue=held");
  await secretariat.judge(t, "operate-held");
  await page.goto(`/operate/applications/${number}`);
  await press(page, "保留を解除する", `/operate/applications/${number}`);
}

async function setUp(t, secretariat) {
  const { page } = secretariat;
  await page.goto("/operate/settings");
  await secretariat.judge(t, "operate-settings-empty");
  const text = "年末年始のため、発行を停止します。";
  await fill(page, { freeze_from: "2020-01-02T09:00", freeze_until: "2020-01-01T09:00", freeze_text: text });
  await page.locator("form[action='/operate/freezes'] button[value=preview]").click();
  await page.waitForURL("**/operate/freezes");
  await secretariat.judge(t, "operate-settings-errors", { status: 422 });
  const year = new Date().getFullYear() + 1;
  await fill(page, { freeze_from: `${year}-01-01T09:00`, freeze_until: `${year}-01-04T09:00` });
  await page.locator("form[action='/operate/freezes'] button[value=preview]").click();
  await page.getByText("この内容で登録する").waitFor();
  await secretariat.judge(t, "operate-settings-preview");
  await press(page, "この内容で登録する", "/operate/settings");
  await page.check("#notice_kind");
  await fill(page, { notice_text: "メンテナンスのお知らせです。" });
  await page.locator("form[action='/operate/notices'] button[value=preview]").click();
  await page.getByText("この内容で登録する").waitFor();
  await press(page, "この内容で登録する", "/operate/settings");
  await secretariat.judge(t, "operate-settings");
  for (const [path, name] of [["/", "front-notices"], ["/maintenance", "maintenance-notices"]]) {
    await page.goto(path);
    assert.ok(await page.getByText("メンテナンスのお知らせです。").first().isVisible());
    await secretariat.judge(t, name);
  }
}

async function nameDesk(t, secretariat) {
  const { page } = secretariat;
  await page.goto("/operate/desks");
  await secretariat.judge(t, "operate-desks-empty");
  await press(page, "登録する", "/operate/desks");
  await secretariat.judgeRefused(t, "operate-desks-errors");
  await fill(page, { desk: "29#medical", address: "iryo@pref-nara.example.jp" });
  await press(page, "登録する", "/operate/desks");
  await secretariat.judge(t, "operate-desks");
}

async function run(t, stack, secretariat, number) {
  const { page } = secretariat;
  await page.goto("/operate?queue=announce");
  await secretariat.judge(t, "operate-announce");
  assert.ok(await page.getByText(number).isVisible());
  await page.getByText("今すぐ処理する").click();
  await page.waitForURL("**/operate/runs/*");
  await secretariat.judge(t, "operate-run");
}

async function invite(t, secretariat) {
  const { page } = secretariat;
  await page.goto("/operate/staff");
  await secretariat.judge(t, "operate-staff");
  await press(page, "招待する", "/operate/staff");
  await secretariat.judgeRefused(t, "operate-staff-errors");
  await fill(page, { id: "nara-new", name: "奈良 新", email: COLLEAGUE, role: "officer#29#medical" });
  await press(page, "招待する", "/operate/staff/nara-new");
  await secretariat.judge(t, "operate-person");
}

/** The link of the invitation, a password, the authenticator app. */
async function accept(t, stack, invited) {
  const { page } = invited;
  const { text } = await stack.mail(COLLEAGUE, "staff-invitation");
  await page.goto(text.match(/\/staff\/set-password\/\S+/)[0]);
  await invited.judge(t, "staff-set-password");
  await fill(page, { password: PASSWORD });
  await press(page, "パスワードを設定する", "/staff/sign-in");
  await fill(page, { staff_id: "nara-new", password: PASSWORD });
  await press(page, "次へ進む", "/staff/enrol");
  await invited.judge(t, "staff-enrol");
  const secret = await page.locator(".secret").evaluate((element) => element.textContent);
  await page.fill("#code", codeOf(secret.replaceAll(" ", ""), Date.now()));
  await press(page, "登録してログインする", "/review");
}

/** What an authenticator app shows for a secret in base32 (RFC 6238). */
function codeOf(secret, milliseconds) {
  const bits = [...secret].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"));
  const key = Buffer.from(bits.join("").match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(milliseconds / 30_000)));
  const digest = createHmac("sha1", key).update(step).digest();
  const number = digest.readUInt32BE(digest[19] & 0xf) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}
