// What all test files saw together: one line a judged screen.

import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Where pictures and the list of judged screens lie; not kept in the tree. */
export const SCREENSHOTS = fileURLToPath(new URL("../screenshots/", import.meta.url));
export const SEEN = `${SCREENSHOTS}seen.jsonl`;

/** `{ name, path, weight }`; test files run side by side, and a short line is appended whole. */
export function note(screen) {
  mkdirSync(SCREENSHOTS, { recursive: true });
  appendFileSync(SEEN, `${JSON.stringify(screen)}\n`);
}

export function seen() {
  const text = existsSync(SEEN) ? readFileSync(SEEN, "utf8") : "";
  return text.split("\n").filter(Boolean).map((line) => JSON.parse(line));
}
