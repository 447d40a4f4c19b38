// The same pictures without WebGL2: greys are kept as bytes and go through tables of 256 or 511 entries.

import { DIFFERENCE_GAIN, SURROUND } from "./webgl.js";

export class CanvasRenderer {
  static name = "canvas2d";

  constructor(canvas, width, height) {
    this.context = canvas.getContext("2d", { alpha: false });
    this.scratch = Object.assign(document.createElement("canvas"), { width, height });
    this.pixels = this.scratch.getContext("2d", { willReadFrequently: true });
    this.image = this.pixels.createImageData(width, height);
    this.words = new Uint32Array(this.image.data.buffer);
    this.frames = [];
  }

  /** Keep a frame: an ImageBitmap, or its grey values row by row. */
  store(index, picture) {
    if (picture instanceof Uint8Array) {
      this.frames[index] = picture;
      return;
    }
    this.pixels.drawImage(picture, 0, 0);
    const { data } = this.pixels.getImageData(0, 0, this.scratch.width, this.scratch.height);
    this.frames[index] = Uint8Array.from({ length: data.length / 4 }, (_, i) => data[4 * i]);
  }

  clear() {
    const { canvas } = this.context;
    this.context.fillStyle = `rgb(${SURROUND} ${SURROUND} ${SURROUND})`;
    this.context.fillRect(0, 0, canvas.width, canvas.height);
  }

  draw({ index, compared = null, area, box }, { window, level, inverted }) {
    const frame = this.frames[index];
    const other = compared === null ? null : this.frames[compared];
    if (!frame || (compared !== null && !other)) return;
    const table = this.tableOf(Boolean(other), window, level, inverted);
    for (let i = 0; i < frame.length; i += 1) {
      this.words[i] = table[other ? frame[i] - other[i] + 255 : frame[i]];
    }
    this.pixels.putImageData(this.image, 0, 0);
    this.context.save();
    this.context.beginPath();
    this.context.rect(area.x, area.y, area.width, area.height);
    this.context.clip();
    this.context.imageSmoothingEnabled = box.smooth;
    this.context.drawImage(this.scratch, box.x, box.y, box.width, box.height);
    this.context.restore();
  }

  /** What each grey, or each change of a grey, looks like: kept until window, level or view are changed. */
  tableOf(isDifference, window, level, inverted) {
    const wanted = [isDifference, window, level, inverted].join();
    if (wanted !== this.tabled) {
      // Entry i stands for grey i, or in a difference map for a change of i - 255.
      const value = isDifference
        ? (i) => ((i - 255) * DIFFERENCE_GAIN) / window + 0.5
        : (i) => (i - level) / window + 0.5;
      const greys = Uint8ClampedArray.from({ length: 511 }, (_, i) => (inverted ? 1 - value(i) : value(i)) * 255);
      this.table = Uint32Array.from(greys, (grey) => 0xff000000 | (grey << 16) | (grey << 8) | grey);
      this.tabled = wanted;
    }
    return this.table;
  }

  release() {
    this.frames = [];
  }
}
