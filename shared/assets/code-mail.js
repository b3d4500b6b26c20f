// Says on the page where a code is typed in what became of the mail that carries it: above all, that it
// cannot arrive. The page works without this.
"use strict";

const mailState = document.getElementById("code-mail");
const INTERVAL = 3000;

/** The page as a script reads it, or nothing if it cannot be had just now. */
async function currentPage() {
  try {
    const answer = await fetch(location.pathname, { headers: { Accept: "application/json" }, cache: "no-store" });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

async function look() {
  if (document.hidden) {
    return;
  }
  const page = await currentPage();
  if (!page || page.delivery.state === mailState.dataset.state) {
    return;
  }
  mailState.dataset.state = page.delivery.state;
  if (page.delivery.arrives) {
    // What is being typed stays.
    mailState.textContent = page.delivery.sentence;
  } else {
    location.replace(location.pathname);
  }
}

if (mailState) {
  const timer = setInterval(look, INTERVAL);
  const left = Date.parse(mailState.dataset.until) - Date.parse(mailState.dataset.now);
  setTimeout(() => clearInterval(timer), Math.max(left, INTERVAL));
}
