// Fetch the frames of a case, check each against its SHA-256, decode it without any colour management.

import { pause } from "./api.js";

const AT_ONCE = 6;
const ATTEMPTS = 5;

/** WebCrypto exists on secure origins alone (https or localhost). */
export const canVerify = Boolean(globalThis.crypto?.subtle);

async function sha256(data) {
  const digest = await crypto.subtle.digest("SHA-256", data);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function fetchFrame({ url, sha256: expected }, position) {
  let problem;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (attempt) await pause(2 ** (attempt - 1));
    try {
      const response = await fetch(url, { cache: "no-store" });
      if (response.status === 403 || response.status === 404 || response.status === 409) {
        throw Object.assign(new Error(await response.text()), { final: true });
      }
      if (!response.ok) throw new Error(`the server answered ${response.status}`);
      const data = await response.arrayBuffer();
      if (!canVerify || (await sha256(data)) === expected) return data;
      problem = new Error("it differs from the frame that was rendered");
    } catch (error) {
      if (error.final) throw error;
      problem = error;
    }
  }
  throw new Error(`Frame ${position + 1} did not arrive (${problem.message}). Reload the page to try again.`);
}

/** Load all frames, the first ones first; calls store(position, bitmap) for each. */
export async function loadFrames(frames, store) {
  let waiting = 0;
  async function worker() {
    while (waiting < frames.length) {
      const position = waiting;
      waiting += 1;
      const data = await fetchFrame(frames[position], position);
      const bitmap = await createImageBitmap(new Blob([data], { type: "image/png" }), {
        colorSpaceConversion: "none", premultiplyAlpha: "none",
      });
      store(position, bitmap);
      bitmap.close();
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
