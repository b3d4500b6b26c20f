// HTML as the server sent it, judged by the standard.

import { HtmlValidate } from "html-validate";

const judge = new HtmlValidate({
  root: true,
  extends: ["html-validate:recommended", "html-validate:document"],
  rules: {
    // How the source looks is no concern of a reader: templates leave blank lines and indentation behind.
    "no-trailing-whitespace": "off",
    "void-style": "off",
    "attribute-boolean-style": "off",
    "attribute-empty-style": "off",
    // The list of errors stands above the <h1>, as GOV.UK's error summary does, and has an <h2> of its own.
    "heading-level": ["error", { minInitialRank: "h2" }],
    // Boxes of one name are one answer with several parts, as radio buttons of one name are one answer.
    "form-dup-name": ["error", { shared: ["radio", "checkbox", "submit", "button", "reset"] }],
    // Everything comes from our own origin (the Content-Security-Policy allows nothing else).
    "require-sri": "off",
  },
});

/** One line for each error; none when the document is fine. */
export async function errorsOf(html, name) {
  const { results } = await judge.validateString(html, name);
  const messages = results.flatMap((result) => result.messages).filter((message) => message.severity === 2);
  return messages.map(({ line, column, ruleId, message }) => `${name}.html:${line}:${column} ${ruleId}: ${message}`);
}
