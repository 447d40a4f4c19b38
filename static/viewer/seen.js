// Which frames have been on the screen since the case was opened.

import { record } from "./log.js";

const TELL_EVERY_MS = 2000;

export class Seen {
  constructor(n) {
    Object.assign(this, { n, frames: new Set(), untold: new Set(), timer: null });
  }

  add(positions) {
    for (const position of positions) {
      this.frames.add(position);
      this.untold.add(position);
    }
    this.timer ??= setTimeout(() => this.tell(), TELL_EVERY_MS);
  }

  get missing() {
    return this.n - this.frames.size;
  }

  /** Put on record what was shown since the last time, as ranges of positions, both ends included. */
  tell() {
    clearTimeout(this.timer);
    this.timer = null;
    if (!this.untold.size) return;
    const ranges = [];
    for (const position of Array.from(this.untold).sort((a, b) => a - b)) {
      if (ranges.length && ranges.at(-1)[1] === position - 1) ranges.at(-1)[1] = position;
      else ranges.push([position, position]);
    }
    this.untold.clear();
    record("frames", { ranges });
  }
}
