// The browser tests as one command: all tests, then what they saw together. Every page of the template's route
// table must have been judged, and no screen may weigh more than it should.
//
//     node run.mjs                    every test, the route table, the weights
//     node run.mjs pages.test.mjs     one file only (says nothing of the route table)
//     node run.mjs --pictures         every test, with pictures of forced colours and print, and those of the README

import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { renewPictures } from "./harness/pictures.mjs";
import { seen, SEEN } from "./harness/seen.mjs";
import { unseenRoutes } from "./harness/routes.mjs";

const HERE = fileURLToPath(new URL("./", import.meta.url));
const HEAVIEST = 5;

const files = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const pictures = process.argv.includes("--pictures");

rmSync(SEEN, { force: true });
const options = ["--test", "--test-concurrency=2", "--test-timeout=480000"];
const tests = spawnSync(process.execPath, [...options, ...files], {
  cwd: HERE,
  stdio: "inherit",
  env: { ...process.env, ...(pictures && { EVERY_LOOK: "yes" }) },
});
let failed = tests.status !== 0;

const screens = seen();
const heaviest = screens.toSorted((one, other) => other.weight - one.weight).slice(0, HEAVIEST);
console.log(`\n${screens.length} screens judged. The heaviest, in bytes with everything that they load:`);
for (const { weight, name, path } of heaviest) {
  console.log(`${String(weight).padStart(8)}  ${name} (${path})`);
}
if (files.length === 0) {
  const unseen = unseenRoutes(screens.map(({ path }) => path));
  for (const route of unseen) {
    console.error(`no test judges GET ${route}: visit it, or say in harness/routes.mjs why it is no page`);
  }
  failed ||= unseen.length > 0;
}
if (pictures && !failed) {
  await renewPictures();
}
process.exitCode = failed ? 1 : 0;
