// What a reader program makes of a PDF: the text that can be copied out of it, and whether its parts are named.

import { execFileSync } from "node:child_process";

/** `{ text, tagged }`; the text without the breaks of its lines. */
export function readPdf(bytes) {
  // Some releases of poppler take a boolean that the standard wants for an error, and say so on standard error.
  const options = { input: bytes, encoding: "utf8", stdio: ["pipe", "pipe", "ignore"] };
  const ask = (program, ...more) => execFileSync(program, ["-", ...more], options);
  return {
    text: ask("pdftotext", "-").replaceAll(/\s+/g, ""),
    tagged: /^Tagged:\s+yes$/m.test(ask("pdfinfo")),
  };
}
