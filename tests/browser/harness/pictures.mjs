// The pictures of the README: the upper part of a few screens, small enough to be kept in the tree.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { launch } from "./visit.mjs";
import { SCREENSHOTS } from "./seen.mjs";

const PICTURES = fileURLToPath(new URL("../pictures/", import.meta.url));
/** Picture → the screen that it shows. */
const OF = {
  entry: "front-1280",
  form: "form-refused-1280",
  done: "done-1280",
  status: "status-received-1280",
  queue: "queue-days-1280",
  case: "case-alike-1280",
};
/** What is cut out of the screen, and how wide it is kept, in pixels. */
const CUT = { width: 1280, height: 960 };
const WIDTH = 960;
const QUALITY = 0.82;
const MOST_BYTES = 120_000;

export async function renewPictures() {
  mkdirSync(PICTURES, { recursive: true });
  const browser = await launch();
  const page = await browser.newPage();
  for (const [name, screen] of Object.entries(OF)) {
    const png = readFileSync(`${SCREENSHOTS}${screen}.png`).toString("base64");
    const webp = Buffer.from(await page.evaluate(shrink, { png, cut: CUT, width: WIDTH, quality: QUALITY }), "base64");
    if (webp.length > MOST_BYTES) {
      throw new Error(`${name}: ${webp.length} bytes are too many to keep`);
    }
    writeFileSync(`${PICTURES}${name}.webp`, webp);
    console.log(`${String(webp.length).padStart(8)}  pictures/${name}.webp`);
  }
  await browser.close();
}

/** Runs in the page: the upper part of a PNG as a smaller WebP. */
async function shrink({ png, cut, width, quality }) {
  const image = new Image();
  image.src = `data:image/png;base64,${png}`;
  await image.decode();
  const height = Math.min(cut.height, image.naturalHeight);
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = Math.round((height * width) / cut.width);
  const brush = canvas.getContext("2d");
  brush.imageSmoothingQuality = "high";
  brush.drawImage(image, 0, 0, cut.width, height, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/webp", quality).split(",")[1];
}
