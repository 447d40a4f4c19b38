// Get the frames of a case, each checked against its SHA-256: from the bundle, or one PNG after the other.

import { pause } from "./api.js";
import { say } from "./words.js";

const AT_ONCE = 6;
const ATTEMPTS = 5;

/** WebCrypto exists on secure origins alone (https or localhost). */
export const canVerify = Boolean(globalThis.crypto?.subtle);

const canInflate = () => {
  try {
    return Boolean(new DecompressionStream("deflate-raw"));
  } catch {
    return false;
  }
};

/**
 * Load all frames of a case as the API describes it, the first ones first; calls store(position, picture) for each,
 * with its grey values or an ImageBitmap. `bytes`: the bundle, if it was fetched ahead. Resolves with "bundle" or "png".
 */
export async function loadFrames(found, store, bytes = null) {
  if (found.bundle_url && canInflate() && (await loadBundle(found, store, bytes))) return "bundle";
  await loadPngs(found.frames, store);
  return "png";
}

/** True when all frames came; false when the PNG files are to be asked instead. */
function loadBundle(found, store, bytes) {
  const worker = new Worker(new URL("decode.js", import.meta.url), { type: "module" });
  return new Promise((done, refuse) => {
    worker.addEventListener("error", () => done(false));
    worker.addEventListener("message", ({ data }) => {
      if (data.grey) store(data.position, data.grey);
      else if (data.final) refuse(new Error(data.problem));
      else done(Boolean(data.done));
    });
    worker.postMessage({
      url: new URL(found.bundle_url, location.href).href,
      bytes,
      width: found.width,
      height: found.height,
      hashes: found.frames.map((frame) => frame.pixels_sha256),
    }, bytes ? [bytes] : []);
  });
}

async function sha256(data) {
  const digest = await crypto.subtle.digest("SHA-256", data);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function fetchPng({ url, sha256: expected }, position) {
  let problem;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (attempt) await pause(2 ** (attempt - 1));
    try {
      const response = await fetch(url, { cache: "no-store" });
      if (response.status === 403 || response.status === 404 || response.status === 409) {
        throw Object.assign(new Error(await response.text()), { final: true });
      }
      if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
      const data = await response.arrayBuffer();
      if (!canVerify || (await sha256(data)) === expected) return data;
      problem = new Error(say("differs"));
    } catch (error) {
      if (error.final) throw error;
      problem = error;
    }
  }
  throw new Error(say("not-arrived", { frame: position + 1, problem: problem.message }));
}

async function loadPngs(frames, store) {
  let waiting = 0;
  async function worker() {
    while (waiting < frames.length) {
      const position = waiting;
      waiting += 1;
      const data = await fetchPng(frames[position], position);
      const bitmap = await createImageBitmap(new Blob([data], { type: "image/png" }), {
        colorSpaceConversion: "none", premultiplyAlpha: "none",
      });
      store(position, bitmap);
      bitmap.close();
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
