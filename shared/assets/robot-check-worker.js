// Solves a challenge of ALTCHA v2: looks for the counter whose key, derived by PBKDF2 from nonce and
// counter, begins as the challenge says. Answers { counter, derivedKey }, or null if there is none.
"use strict";

// The server draws the counter well below this.
const MOST = 100_000;

function bytesOf(hex) {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function hexOf(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The password of a counter: the nonce, then the counter as four bytes, the highest first. */
function passwordFor(nonce, counter) {
  const password = new Uint8Array(nonce.length + 4);
  password.set(nonce);
  new DataView(password.buffer).setUint32(nonce.length, counter);
  return password;
}

async function solve({ algorithm, cost, keyLength, keyPrefix, nonce, salt }) {
  const derivation = { name: "PBKDF2", hash: algorithm.replace("PBKDF2/", ""), salt: bytesOf(salt), iterations: cost };
  const nonceBytes = bytesOf(nonce);
  for (let counter = 0; counter < MOST; counter += 1) {
    const password = passwordFor(nonceBytes, counter);
    const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
    const derivedKey = hexOf(new Uint8Array(await crypto.subtle.deriveBits(derivation, key, keyLength * 8)));
    if (derivedKey.startsWith(keyPrefix)) {
      return { counter, derivedKey };
    }
  }
  return null;
}

self.onmessage = async ({ data }) => {
  self.postMessage(await solve(data));
};
