// 「私はロボットではありません。」: ticking the box makes a worker solve a challenge (proof of work, the
// protocol of ALTCHA v2). Nothing leaves this site.
"use strict";

const robotCheck = document.getElementById("robot-check");
const box = document.getElementById("robot_check");
const state = document.getElementById("robot_check-state");
const payload = robotCheck.querySelector("input[name='robot_check']");
const robotForm = box.form;

// A challenge ends after ten minutes; the tick goes a little earlier.
const LIFETIME = 9 * 60 * 1000;
const PATIENCE = 4 * 1000;

let work = null;
let submitWaits = false;

function say(text) {
  state.textContent = text;
}

function reset(text) {
  work?.stop();
  work = null;
  submitWaits = false;
  payload.value = "";
  box.checked = false;
  say(text);
}

function toBase64(object) {
  return btoa(JSON.stringify(object));
}

/** Fetches a challenge and has it solved; `stop` ends everything. */
function begin() {
  const abort = new AbortController();
  const timers = [];
  let worker = null;
  const running = {
    stop() {
      abort.abort();
      worker?.terminate();
      timers.forEach(clearTimeout);
    },
  };
  const fail = () => {
    if (work === running) {
      reset("確認できませんでした。通信の状態を確認し、もう一度チェックを入れてください。");
    }
  };
  const solve = async () => {
    const answer = await fetch(robotCheck.dataset.challenge, { signal: abort.signal, cache: "no-store" });
    if (!answer.ok) {
      throw new Error(`challenge: ${answer.status}`);
    }
    const challenge = await answer.json();
    if (abort.signal.aborted) {
      return;
    }
    worker = new Worker(robotCheck.dataset.worker);
    worker.onerror = fail;
    worker.onmessage = ({ data: solution }) => {
      worker.terminate();
      timers.forEach(clearTimeout);
      if (solution) {
        finish(toBase64({ challenge, solution }));
      } else {
        fail();
      }
    };
    worker.postMessage(challenge.parameters);
  };
  const finish = (solved) => {
    payload.value = solved;
    say("確認しました。");
    timers.push(setTimeout(() => reset("時間が経過しました。もう一度チェックを入れてください。"), LIFETIME));
    if (submitWaits) {
      submitWaits = false;
      robotForm.requestSubmit();
    }
  };
  say("確認しています。しばらくお待ちください。");
  timers.push(setTimeout(() => say("確認を続けています。もうしばらくお待ちください。"), PATIENCE));
  solve().catch(() => abort.signal.aborted || fail());
  return running;
}

box.addEventListener("change", () => {
  if (box.checked) {
    work = begin();
  } else {
    reset("");
  }
});

// Pressing the button while the worker works sends the form as soon as it has finished. This runs before
// the listeners of form.js, which would take the second sending for a double press.
robotForm.addEventListener(
  "submit",
  (event) => {
    if (box.checked && payload.value === "") {
      event.preventDefault();
      event.stopImmediatePropagation();
      submitWaits = true;
      say("確認が終わりしだい、送信します。しばらくお待ちください。");
    }
  },
  { capture: true },
);

// A solution that came back with a refused form is still good. What a browser restored by itself is not.
payload.value = robotCheck.dataset.solved;
box.checked = payload.value !== "";
if (box.checked) {
  say("確認しました。");
}
// A page that the browser kept holds a solution that was used.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) {
    reset("");
  }
});
