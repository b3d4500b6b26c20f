// What an officer types and presses.

import { fill, press } from "./applicant.mjs";

/** Signs in with password and second factor. */
export async function signIn(page, stack, id, home = "/review") {
  const { password } = await stack.staff();
  await page.goto("/staff/sign-in");
  await fill(page, { staff_id: id, password });
  await press(page, "次へ進む", "/staff/second-factor");
  await page.fill("#code", await stack.totp(id));
  await press(page, "ログインする", home);
}
