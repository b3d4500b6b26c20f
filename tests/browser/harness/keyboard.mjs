// A person who has no mouse: Tab, typing, arrows, space and Enter.
//
// Architecture invariant: nothing is focused but by Tab, and wherever the focus stops it can be seen.

import assert from "node:assert/strict";

/** No page has more places to stop at. */
const MOST_STOPS = 80;

export class Keyboard {
  constructor(page) {
    this.page = page;
  }

  /** Tabs to a field and answers it: writes into it anew, or moves a list to the answer. */
  async type(selector, answer) {
    await this.reach(selector);
    const tag = await this.page.evaluate(() => document.activeElement.tagName);
    if (tag === "SELECT") {
      await this.#choose(answer);
      return;
    }
    await this.page.keyboard.press("Control+A");
    await this.page.keyboard.insertText(answer);
  }

  /** Tabs to a box and ticks it. */
  async tick(selector) {
    await this.reach(selector);
    await this.page.keyboard.press("Space");
    assert.ok(await this.page.evaluate(() => document.activeElement.checked), `${selector} is ticked`);
  }

  /** Presses a key that leads to another page. */
  async press(key) {
    await Promise.all([this.page.waitForEvent("load"), this.page.keyboard.press(key)]);
  }

  /** Tabs until the focus is on what `selector` names. */
  async reach(selector) {
    for (let stops = 0; stops < MOST_STOPS; stops += 1) {
      const stop = await this.page.evaluate(standing, selector);
      assert.ok(stop.visible, `the focus is lost from sight at ${stop.name}`);
      if (stop.reached) {
        return;
      }
      await this.page.keyboard.press("Tab");
    }
    assert.fail(`${selector} cannot be reached with Tab`);
  }

  async #choose(answer) {
    const { at, of, typed } = await this.page.evaluate((wanted) => {
      const list = document.activeElement;
      const options = [...list.options];
      return { at: list.selectedIndex, of: options.findIndex(({ value }) => value === wanted), typed: list.id };
    }, answer);
    assert.ok(of >= 0, `${typed} has no ${answer}`);
    for (let step = at; step !== of; step += Math.sign(of - at)) {
      await this.page.keyboard.press(of > at ? "ArrowDown" : "ArrowUp");
    }
    assert.equal(await this.page.evaluate(() => document.activeElement.value), answer);
  }
}

/** Runs in the page: where the focus is, and whether it shows. */
function standing(selector) {
  const element = document.activeElement;
  if (element === document.body) {
    return { reached: false, visible: true, name: "body" };
  }
  const { top, bottom, width } = element.getBoundingClientRect();
  const style = getComputedStyle(element);
  const marked = style.outlineStyle !== "none" || style.boxShadow !== "none";
  return {
    reached: element.matches(selector),
    visible: marked && width > 0 && bottom > 0 && top < innerHeight,
    name: `<${element.tagName.toLowerCase()} id="${element.id}">`,
  };
}
