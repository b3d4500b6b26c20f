// The local stack as a test sees it: started on a free port with data of its own, looked into by its local pages.
//
// Architecture invariant: nothing here waits for time to pass. "Done" is asked of the stack (settle), and time
// is moved (clock).

import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const PROGRAM = join(ROOT, "target/debug/local");
const STARTS_WITHIN = 30_000;
const STOPS_WITHIN = 5_000;

/** Starts a stack; it ends with the test `t`. */
export async function startStack(t) {
  if (!existsSync(PROGRAM)) {
    execFileSync("cargo", ["build", "--quiet", "--package", "local"], { cwd: ROOT, stdio: "inherit" });
  }
  const data = mkdtempSync(join(tmpdir(), "gmis-browser-"));
  const port = await freePort();
  const child = spawn(PROGRAM, ["--port", String(port), "--data", data], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  child.stdout.on("data", (text) => (said += text));
  child.stderr.on("data", (text) => (said += text));
  t.after(async () => {
    await stop(child);
    rmSync(data, { recursive: true, force: true });
  });
  const stack = new Stack(`http://127.0.0.1:${port}`);
  await stack.answers(() => {
    if (child.exitCode !== null) {
      throw new Error(`the stack ended with ${child.exitCode}:\n${said}`);
    }
  });
  return stack;
}

class Stack {
  constructor(origin) {
    this.origin = origin;
  }

  /** All that can be done without moving the clock is done. */
  async settle() {
    await this.#ask("/_local/settle", {});
  }

  /** `{ advance: "PT10M" }`, `{ set: "…" }` or `{ "next-business-day": "09:00" }`. */
  async moveClock(target) {
    await this.#ask("/_local/clock", target);
  }

  /** The newest mail to `to` of a kind, with `subject`, `text`, `links`, `code`; all that was on its way has come. */
  async mail(to, kind) {
    await this.settle();
    const { mails } = await this.#ask(`/_local/mails?${new URLSearchParams({ to, kind })}`);
    if (mails.length === 0) {
      throw new Error(`no mail of kind ${kind} came to ${to}`);
    }
    return mails[0];
  }

  /** How many mails of a kind came to `to`. */
  async mailCount(to, kind) {
    await this.settle();
    return (await this.#ask(`/_local/mails?${new URLSearchParams({ to, kind })}`)).mails.length;
  }

  /** The newest code that was mailed to `to`. */
  async code(to) {
    return (await this.mail(to, "code")).code;
  }

  /** SES reports an event about a mail. */
  async report(mail, event) {
    await this.#ask(`/_local/mails/${mail.message_id}/events`, event);
    await this.settle();
  }

  /** The demo accounts: `password`, which all share, and `staff`. */
  async staff() {
    return this.#ask("/_local/staff");
  }

  /** What the authenticator app of a member of staff shows now. */
  async totp(id) {
    return (await this.staff()).staff.find((one) => one.id === id).code;
  }

  async answers(check) {
    const deadline = Date.now() + STARTS_WITHIN;
    for (;;) {
      check();
      const answer = await fetch(`${this.origin}/_local/`).catch(() => undefined);
      if (answer?.ok) {
        return;
      }
      if (Date.now() > deadline) {
        throw new Error(`the stack does not answer within ${STARTS_WITHIN} ms`);
      }
      await pause(20);
    }
  }

  async #ask(path, body) {
    const answer = await fetch(this.origin + path, {
      method: body ? "POST" : "GET",
      headers: { accept: "application/json", "content-type": "application/json" },
      body: body && JSON.stringify(body),
    });
    if (!answer.ok) {
      throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    }
    return answer.json();
  }
}

async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) {
    return;
  }
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGINT");
  const patience = setTimeout(() => child.kill("SIGKILL"), STOPS_WITHIN);
  await ended;
  clearTimeout(patience);
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
