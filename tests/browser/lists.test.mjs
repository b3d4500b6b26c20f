// The secretariat's lists: a file comes in, its bad rows are told, it is taken in and asked; and an address is let go.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fill, press } from "./harness/applicant.mjs";
import { signIn } from "./harness/officer.mjs";
import { startStack } from "./harness/stack.mjs";
import { startBrowser, visit } from "./harness/visit.mjs";

const HEADER = "機関コード,機関名,機関区分,都道府県,郵便番号,電話番号,備考\r\n";
const row = (code, name) => `${code},${name},診療所,奈良県,630-8213,0742-22-1101,\r\n`;
const CLINICS = Array.from({ length: 12 }, (_, count) => row(100001 + count, `若草${count}号診療所`)).join("");

test("the secretariat takes lists in, and asks them", async (t) => {
  const stack = await startStack(t);
  const browser = await startBrowser(t);
  const secretariat = await visit(browser, stack);
  await signIn(secretariat.page, stack, "secretariat", "/operate");
  await refused(t, stack, secretariat);
  await takenIn(t, stack, secretariat);
  await inParts(t, stack, secretariat);
  await found(t, secretariat);
  await notFound(t, secretariat);
  await letGo(t, stack, secretariat);
  await secretariat.close();
  const officer = await visit(browser, stack);
  await signIn(officer.page, stack, "nara-medical");
  await officer.page.goto("/review/search?q=100003");
  await officer.judge(t, "search-institutions");
  assert.ok(await officer.page.getByText("若草2号診療所").isVisible());
  await officer.close();
});

async function send(page, text) {
  await page.goto("/operate/imports");
  await page.check("input[name=list][value=institutions]");
  await page.setInputFiles("#file", { name: "奈良.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
  await page.getByText("送信して確認する").click();
  await page.waitForURL("**/operate/imports/*");
}

async function refused(t, stack, secretariat) {
  const { page } = secretariat;
  await page.goto("/operate/imports");
  await secretariat.judge(t, "imports-empty");
  await press(page, "送信して確認する", "/operate/imports");
  await secretariat.judgeRefused(t, "imports-errors");
  await send(page, HEADER + CLINICS + row(100001, "二重診療所") + ",札幌診療所,診療所,北海道,600000,742221101,\r\n");
  await stack.settle();
  await page.reload();
  await secretariat.judge(t, "import-refused");
  assert.ok(await page.getByText("機関コードが2行目と同じです。").isVisible());
}

async function takenIn(t, stack, secretariat) {
  const { page } = secretariat;
  await send(page, HEADER + CLINICS + row("01", "北診療所"));
  await stack.settle();
  await page.reload();
  await secretariat.judge(t, "import-ready");
  const path = new URL(page.url()).pathname;
  await press(page, "取り込む", `${path}/confirm`);
  await secretariat.judgeRefused(t, "import-unseen-warnings");
  await page.check("#seen");
  await press(page, "取り込む", path);
  await stack.settle();
  await page.reload();
  await secretariat.judge(t, "import-active");
  await page.goto("/operate/imports");
  await secretariat.judge(t, "imports");
}

/** A file of several parts, which the script sends. */
async function inParts(t, stack, secretariat) {
  const { page } = secretariat;
  const many = Array.from({ length: 6000 }, (_, count) => row(200001 + count, `青葉${count}号診療所`)).join("");
  assert.ok(Buffer.byteLength(HEADER + many) > 256 * 1024);
  await send(page, HEADER + many);
  await stack.settle();
  await page.reload();
  assert.ok(await page.getByText("全6000行").isVisible());
  await page.getByText("取りやめる", { exact: true }).click();
  await page.getByText("事務局 太郎が取りやめました。").waitFor();
  await secretariat.judge(t, "import-discarded");
}

async function found(t, secretariat) {
  const { page } = secretariat;
  await page.goto("/operate/find?q=100003");
  await secretariat.judge(t, "operate-find");
  assert.ok(await page.getByText("若草2号診療所").isVisible());
}

/** Nothing was ever written to the address that somebody tells on the telephone. */
async function notFound(t, secretariat) {
  const { page } = secretariat;
  await page.goto("/operate/mails");
  await secretariat.judge(t, "mails-empty");
  await fill(page, { address: "jimu" });
  await press(page, "調べる", "/operate/mails");
  await secretariat.judgeRefused(t, "mails-errors");
  await fill(page, { address: "jimu@wakakusa.example.jp" });
  await press(page, "調べる", "/operate/mails");
  await page.getByText("このアドレス宛てに作成したメールはありません。").waitFor();
  await secretariat.judge(t, "mails-none");
}

async function letGo(t, stack, secretariat) {
  const { page } = secretariat;
  await page.goto("/operate/suppressions");
  await press(page, "解除を依頼する", "/operate/suppressions");
  await secretariat.judgeRefused(t, "suppressions-errors");
  await fill(page, { address: "jimu@wakakusa.example.jp", reason: "受信箱を空けたとの電話" });
  await press(page, "解除を依頼する", "/operate/suppressions");
  await secretariat.judge(t, "suppressions");
}
