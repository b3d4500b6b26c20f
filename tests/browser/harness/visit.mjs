// A visit: one browser window, watched. What must never happen on any page is noted as it happens, and every
// screen is judged the same way.
//
// Architecture invariant: a screen is judged as it stands, after the test brought it about; judging changes
// nothing but the window's width, and puts that back.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { AxeBuilder } from "@axe-core/playwright";
import { chromium } from "playwright-core";
import { errorsOf } from "./html.mjs";
import { note, SCREENSHOTS } from "./seen.mjs";

const WIDTHS = [1280, 320];
const HEIGHT = 900;
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const PATIENCE = 20_000;
/** What a screen may weigh at the most, in bytes, with all that it loads but the robot check. */
const MOST_BYTES = 60_000;
/** Other ways to look at a screen, each with what must hold there. */
const LOOKS = [
  { look: "forced-colours", media: { forcedColors: "active" }, findings: borderless },
  { look: "print", media: { media: "print", forcedColors: "none" }, findings: uselessOnPaper },
];

/** A browser that ends with the test `t`. */
export async function startBrowser(t) {
  const browser = await launch();
  t.after(() => browser.close());
  return browser;
}

/** Debian's Chromium, silent towards the outside. */
export function launch() {
  return chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** A new window without cookies; `state` carries those of another visit over. */
export async function visit(browser, stack, { javaScript = true, state, ...more } = {}) {
  const context = await browser.newContext({
    baseURL: stack.origin,
    javaScriptEnabled: javaScript,
    storageState: state,
    locale: "ja-JP",
    timezoneId: "Asia/Tokyo",
    reducedMotion: "reduce",
    viewport: { width: WIDTHS[0], height: HEIGHT },
    ...more,
  });
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  return new Visit(page, stack.origin, javaScript);
}

class Visit {
  #origin;
  #javaScript;
  #document;
  #copy;
  #noted = [];

  constructor(page, origin, javaScript) {
    this.page = page;
    this.#origin = origin;
    this.#javaScript = javaScript;
    this.#watch();
  }

  /** Judges the page that the window shows, as a test of its own, so that one bad screen does not hide the next. */
  async judge(t, name, { status = 200 } = {}) {
    await t.test(`screen ${name}`, async () => {
      const findings = [...this.#noted.splice(0), ...(await this.#documentFindings(name, status))];
      findings.push(...(await this.#weigh(name)));
      for (const width of WIDTHS) {
        await this.page.setViewportSize({ width, height: HEIGHT });
        findings.push(...(await this.#findingsAt(width)));
        await this.#picture(name, width);
      }
      await this.page.setViewportSize({ width: WIDTHS[0], height: HEIGHT });
      findings.push(...(await this.#otherLooks(name)));
      assert.equal(findings.join("\n"), "");
    });
  }

  /** The page was refused: its title says so, and the list of errors has the focus (where a script can move it). */
  async judgeRefused(t, name) {
    assert.match(await this.page.title(), /^エラー：/);
    if (this.#javaScript) {
      assert.equal(await this.page.evaluate(() => document.activeElement.id), "error-summary");
    }
    await this.judge(t, name, { status: 422 });
  }

  /** Nothing bad has happened since the last look. */
  async close() {
    assert.equal(this.#noted.splice(0).join("\n"), "");
    await this.#copy?.context().close();
    await this.page.context().close();
  }

  state() {
    return this.page.context().storageState();
  }

  #watch() {
    const note = (text) => this.#noted.push(text);
    const { page } = this;
    page.on("pageerror", (error) => note(`script error: ${error.message}`));
    page.on("console", (message) => {
      // The browser reports the status of a refused document in the console as well; `judge` knows which it must be.
      const ofDocument = message.location().url.split("#")[0] === this.#document?.url().split("#")[0];
      const isStatus = message.text().startsWith("Failed to load resource: the server responded with a status of");
      if (["error", "warning"].includes(message.type()) && !(isStatus && ofDocument)) {
        note(`console ${message.type()}: ${message.text()} (${message.location().url})`);
      }
    });
    page.on("request", (request) => {
      const url = new URL(request.url());
      if (url.origin !== this.#origin && !["data:", "blob:"].includes(url.protocol)) {
        note(`request to another origin: ${request.url()}`);
      }
    });
    page.on("requestfailed", (request) => {
      // A download takes over from a navigation, which then counts as aborted.
      if (!(request.isNavigationRequest() && request.failure().errorText === "net::ERR_ABORTED")) {
        note(`request failed: ${request.url()} ${request.failure().errorText}`);
      }
    });
    page.on("response", (response) => {
      if (response.request().isNavigationRequest() && response.frame() === page.mainFrame()) {
        this.#document = response;
      } else if (response.status() >= 400) {
        note(`status ${response.status()}: ${response.url()}`);
      }
    });
  }

  async #documentFindings(name, status) {
    const findings = await errorsOf(await this.#document.text(), name);
    if (this.#document.status() !== status) {
      findings.push(`status is ${this.#document.status()}, not ${status}`);
    }
    const lang = await this.page.getAttribute("html", "lang");
    return lang === "ja" ? findings : [...findings, `lang is ${lang}`];
  }

  /** What the screen weighs for somebody who comes here first, with an empty cache. */
  async #weigh(name) {
    const loaded = await this.page.evaluate(loadedBytes);
    const weight = Buffer.byteLength(await this.#document.text()) + loaded;
    note({ name, path: new URL(this.#document.url()).pathname, weight });
    return weight > MOST_BYTES ? [`weighs ${weight} bytes, more than ${MOST_BYTES}`] : [];
  }

  async #otherLooks(name) {
    const findings = [];
    for (const { look, media, findings: found } of LOOKS) {
      await this.page.emulateMedia(media);
      findings.push(...(await this.page.evaluate(found)).map((element) => `${look}: ${element}`));
      if (process.env.EVERY_LOOK) {
        await this.#picture(name, look);
      }
    }
    await this.page.emulateMedia({ media: null, forcedColors: null });
    return findings;
  }

  async #findingsAt(width) {
    const page = this.#javaScript ? this.page : await this.#copyForAxe(width);
    const rules = { "target-size": { enabled: true } };
    const axe = new AxeBuilder({ page }).setLegacyMode(true);
    const { violations } = await axe.options({ runOnly: { type: "tag", values: TAGS }, rules }).analyze();
    const findings = violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${width} px: axe ${id}: ${node.target.join(" ")}: ${node.failureSummary}`),
    );
    const wide = await this.page.evaluate(tooWide);
    return [...findings, ...wide.map((element) => `${width} px: wider than the window: ${element}`)];
  }

  /** axe is a script itself. For a window without scripts it gets the same document in a window of its own, where
   *  our scripts are empty files. */
  async #copyForAxe(width) {
    const url = this.#document.url();
    const body = await this.#document.text();
    if (!this.#copy) {
      const context = await this.page.context().browser().newContext({ reducedMotion: "reduce" });
      this.#copy = await context.newPage();
    }
    await this.#copy.unrouteAll();
    await this.#copy.route("**/*.js", (route) => route.fulfill({ contentType: "text/javascript", body: "" }));
    await this.#copy.route(url, (route) => route.fulfill({ contentType: "text/html; charset=utf-8", body }));
    await this.#copy.setViewportSize({ width, height: HEIGHT });
    await this.#copy.goto(url);
    return this.#copy;
  }

  async #picture(name, look) {
    mkdirSync(SCREENSHOTS, { recursive: true });
    await this.page.screenshot({ path: `${SCREENSHOTS}${name}-${look}.png`, fullPage: true });
  }
}

/** Runs in the page: what makes it scroll sideways. */
function tooWide() {
  const { clientWidth, scrollWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) {
    return [];
  }
  const elements = [...document.body.querySelectorAll("*")];
  const guilty = elements.filter((element) => element.getBoundingClientRect().right > clientWidth + 1);
  return [`${scrollWidth} px`, ...guilty.slice(-3).map((element) => element.outerHTML.slice(0, 120))];
}

/** Runs in the page: the bytes of everything that the page loaded, but for the robot check and later requests. */
function loadedBytes() {
  const isPart = ({ name, initiatorType }) => initiatorType !== "fetch" && !name.includes("/assets/robot-check");
  const parts = performance.getEntriesByType("resource").filter(isPart);
  return parts.reduce((sum, { decodedBodySize }) => sum + decodedBodySize, 0);
}

/** Runs in the page: controls that nothing but a colour sets off from what surrounds them. */
function borderless() {
  const controls = [...document.querySelectorAll("main :is(.button, .chip, input:not([type=hidden]), select, textarea)")];
  const native = ({ type }) => ["checkbox", "radio"].includes(type);
  const plain = (control) => getComputedStyle(control).borderTopStyle === "none" && !native(control);
  return controls.filter(plain).map((control) => `has no border: ${control.outerHTML.slice(0, 120)}`);
}

/** Runs in the page: what nobody can press on paper. */
function uselessOnPaper() {
  const controls = [...document.querySelectorAll(".button, .skip-link, .site-header__links, .site-footer")];
  const printed = controls.filter((control) => control.checkVisibility());
  return printed.map((control) => `is printed: ${control.outerHTML.slice(0, 120)}`);
}
