// A worker: fetches a bundle (docs/reference/viewer.md), decodes its frames in order while it arrives, checks each
// against its hash. It answers with {position, grey}, and at the end {done} or {problem, final}.

const ATTEMPTS = 6;
const HEAD = 24;

const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

/** Bytes as they arrive; `take` waits until there are enough of them. */
class Arriving {
  constructor() {
    Object.assign(this, { blocks: [], length: 0, wake: () => {}, problem: null });
  }

  push(block) {
    this.blocks.push(block);
    this.length += block.length;
    this.wake();
  }

  fail(problem) {
    this.problem = problem;
    this.wake();
  }

  async take(n) {
    while (this.length < n) {
      if (this.problem) throw this.problem;
      await new Promise((wake) => { this.wake = wake; });
    }
    const taken = new Uint8Array(n);
    let have = 0;
    while (have < n) {
      const [block] = this.blocks;
      const part = block.subarray(0, n - have);
      taken.set(part, have);
      have += part.length;
      if (part.length === block.length) this.blocks.shift();
      else this.blocks[0] = block.subarray(part.length);
    }
    this.length -= n;
    return taken;
  }
}

/** Read all of `url` into `arriving`. A connection that breaks is taken up where it broke. */
async function download(url, arriving) {
  let received = 0;
  let failures = 0;
  for (;;) {
    try {
      const headers = received ? { Range: `bytes=${received}-` } : {};
      const response = await fetch(url, { cache: "no-store", headers });
      if ([403, 404, 409].includes(response.status)) {
        throw Object.assign(new Error(await response.text()), { final: response.status !== 404 });
      }
      if (!response.ok) throw new TypeError(`the server answered ${response.status}`);
      const size = Number(response.headers.get("Content-Length")) + (response.status === 206 ? received : 0);
      let skip = response.status === 206 ? 0 : received; // a proxy on the way may not know ranges
      for (const reader = response.body.getReader(); ;) {
        const { done, value } = await reader.read();
        if (done) break;
        const fresh = value.subarray(Math.min(skip, value.length));
        skip -= value.length - fresh.length;
        received += fresh.length;
        if (fresh.length) arriving.push(fresh);
        failures = 0;
      }
      if (received >= size) return;
      throw new TypeError("the connection was lost");
    } catch (error) {
      failures += 1;
      if (!(error instanceof TypeError) || failures === ATTEMPTS) {
        arriving.fail(error);
        return;
      }
      await pause(2 ** (failures - 2));
    }
  }
}

async function inflate(coded) {
  const stream = new Blob([coded]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

async function sha256(data) {
  const digest = await crypto.subtle.digest("SHA-256", data);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function addToLeft(grey, width) {
  for (let i = 0; i < grey.length; i += 1) if (i % width) grey[i] += grey[i - 1];
}

function addToFrame(grey, before) {
  for (let i = 0; i < grey.length; i += 1) grey[i] += before[i];
}

async function decode(arriving, { width, height, hashes }) {
  const head = new DataView((await arriving.take(HEAD)).buffer);
  const [w, h, n, keyEvery] = [8, 12, 16, 20].map((offset) => head.getUint32(offset, true));
  if (w !== width || h !== height || n !== hashes.length) throw new Error("it is another video's file");
  const table = new DataView((await arriving.take(4 * n)).buffer);
  const inflated = async (position) => inflate(await arriving.take(table.getUint32(4 * position, true)));
  let before = null;
  let next = inflated(0);
  for (let position = 0; position < n; position += 1) {
    const grey = await next;
    // The next frame is inflated while this one is checked.
    if (position + 1 < n) {
      next = inflated(position + 1);
      next.catch(() => {});
    }
    if (grey.length !== width * height) throw new Error(`frame ${position + 1} is not whole`);
    if (position % keyEvery === 0) addToLeft(grey, width);
    else addToFrame(grey, before);
    if (self.crypto?.subtle && (await sha256(grey)) !== hashes[position]) {
      throw new Error(`frame ${position + 1} differs from the frame that was rendered`);
    }
    before = grey.slice();
    postMessage({ position, grey }, [grey.buffer]);
  }
}

self.addEventListener("message", async ({ data }) => {
  const arriving = new Arriving();
  const downloaded = data.bytes ? arriving.push(new Uint8Array(data.bytes)) : download(data.url, arriving);
  try {
    await decode(arriving, data);
    postMessage({ done: true });
    await downloaded; // the padding too: who stopped before it would show how long the frames are
  } catch (error) {
    postMessage({ problem: error.message, final: Boolean(error.final) });
  }
  self.close();
});
