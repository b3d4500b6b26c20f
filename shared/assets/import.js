// Sends a large file in parts, and tells on the page of an import how far it is. Without this, a file comes whole by the
// form (4 MB at most), and the page is loaded again by hand.
"use strict";

const upload = document.querySelector("form[data-import]");
const uploadProgress = document.getElementById("upload-progress");
const importProgress = document.getElementById("import-progress");
const LOOK_EVERY = 2000;
const TRIES = 3;

async function post(path, type, body) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const answer = await fetch(path, {
        method: "POST",
        headers: { Accept: "application/json", "Content-Type": type },
        body,
      });
      // What was refused stays refused; what failed may go next time.
      if (answer.status < 500) {
        return answer;
      }
    } catch {
      // The connection broke.
    }
    if (attempt === TRIES) {
      throw new Error("no answer");
    }
  }
}

async function sendInParts(file, list) {
  const size = Number(upload.dataset.partBytes);
  const announced = { list, file_name: file.name, bytes: file.size };
  const begun = await post(upload.action, "application/json", JSON.stringify(announced));
  if (!begun.ok) {
    return null;
  }
  const path = new URL(begun.url).pathname;
  for (let part = 0; part * size < file.size; part += 1) {
    const bytes = file.slice(part * size, (part + 1) * size);
    const answer = await post(`${path}/parts/${part}`, "application/octet-stream", bytes);
    if (!answer.ok) {
      return null;
    }
    const sent = Math.min(file.size, (part + 1) * size);
    uploadProgress.textContent = `送信しています：${Math.floor((100 * sent) / file.size)}%`;
  }
  const checked = await post(`${path}/check`, "application/json", "{}");
  return checked.ok ? path : null;
}

if (upload) {
  upload.addEventListener("submit", async (event) => {
    const file = upload.elements.file.files[0];
    const list = new FormData(upload).get("list");
    // What is missing is told by the server, as without scripts.
    if (!file || !list || file.size <= Number(upload.dataset.partBytes)) {
      return;
    }
    event.preventDefault();
    const button = upload.querySelector("button[type=submit]");
    button.disabled = true;
    const path = await sendInParts(file, list).catch(() => null);
    if (path) {
      location.assign(path);
      return;
    }
    button.disabled = false;
    uploadProgress.textContent = "送信できませんでした。ファイルの大きさと通信の状態を確認し、もう一度送信してください。";
  });
}

if (importProgress) {
  const look = async () => {
    if (document.hidden) {
      return;
    }
    const answer = await fetch(location.pathname, { headers: { Accept: "application/json" }, cache: "no-store" }).catch(() => null);
    if (!answer || !answer.ok) {
      return;
    }
    const page = await answer.json();
    if (page.import.state !== importProgress.dataset.state) {
      location.replace(location.pathname);
    } else {
      importProgress.textContent = `${page.done}行まで進みました。`;
    }
  };
  setInterval(look, LOOK_EVERY);
}
