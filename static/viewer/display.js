// What is on the canvas: one frame, two side by side, a difference, or a sheet of many. With window 255 and
// level 127.5 the grey on the screen is the grey of the frame, and at whole-number sizes every pixel of the frame
// is one square of screen pixels.

import { makeRenderer } from "./renderers.js";

export const IDENTITY = { window: 255, level: 127.5, inverted: false };

/** Sizes of the image: whole squares of screen pixels (default), filling the space smoothly, one to one. */
const SIZES = ["whole", "smooth", "actual"];
const LARGEST = 32;
const GAP = 8;
const SHEET = 12;

const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

export class Display {
  /** `start`: window and level of the study's display protocol; `reset` goes back to them. */
  constructor(canvas, { width, height, n, start }) {
    Object.assign(this, { width, height, n, start, frame: null, view: "one", onDraw: () => {} });
    Object.assign(this, { size: SIZES[0], zoom: null, pan: { x: 0, y: 0 }, ...IDENTITY, ...start });
    Object.assign(this, makeRenderer(canvas, width, height, n));
    this.canvas.dataset.renderer = this.renderer.constructor.name;
  }

  store(position, picture) {
    this.renderer.store(position, picture);
  }

  show(frame) {
    this.frame = frame;
    this.draw();
  }

  /** One of: one; beside (first and current); ends (first and last); difference (current less first); sheet. */
  setView(view) {
    this.view = view;
    this.layOut();
  }

  /** Window and level in grey values; a window under one grey value would divide by nothing. */
  setWindow(window, level) {
    this.window = clamp(window, 1, 512);
    this.level = clamp(level, -128, 383);
    this.draw();
  }

  invert() {
    this.inverted = !this.inverted;
    this.draw();
  }

  nextSize() {
    this.size = SIZES[(SIZES.indexOf(this.size) + (this.zoom === null ? 1 : 0)) % SIZES.length];
    this.zoom = null;
    this.layOut();
  }

  /** The next larger (by 1) or smaller (by -1) size: whole squares above 1:1, a fifth smaller each below. */
  zoomStep(by) {
    const { scale } = this;
    if (by > 0) this.zoomTo(scale < 1 ? Math.min(1, scale * 1.25) : Math.floor(scale) + 1);
    else this.zoomTo(scale > 1 ? Math.max(1, Math.ceil(scale) - 1) : scale / 1.25);
  }

  /** Show each pixel of the frame `scale` screen pixels wide; `at`, in CSS pixels of the canvas, stays in place. */
  zoomTo(scale, at = null) {
    const wanted = clamp(scale, Math.min(1, this.fit) / 2, LARGEST);
    const ratio = wanted / this.scale;
    if (at) {
      const { area } = this.paneAt(at.x * devicePixelRatio, at.y * devicePixelRatio) ?? this.panes[0];
      for (const [axis, length] of [["x", "width"], ["y", "height"]]) {
        const from = at[axis] * devicePixelRatio - area[axis] - area[length] / 2;
        this.pan[axis] = from - (from - this.pan[axis]) * ratio;
      }
    } else {
      this.pan = { x: this.pan.x * ratio, y: this.pan.y * ratio };
    }
    this.zoom = wanted;
    this.layOut();
  }

  /** Move the image, by CSS pixels; of use when it is larger than the space. */
  panBy(dx, dy) {
    this.pan.x += dx * devicePixelRatio;
    this.pan.y += dy * devicePixelRatio;
    this.layOut();
  }

  reset() {
    Object.assign(this, IDENTITY, this.start, { size: SIZES[0], zoom: null, pan: { x: 0, y: 0 }, view: "one" });
    this.layOut();
  }

  /** Take the canvas's size in device pixels: only then is one pixel of it one pixel of the screen. */
  resize(width, height) {
    Object.assign(this.canvas, { width, height });
    this.layOut();
  }

  /** Place the images on whole device pixels, in the middle of their areas unless they were moved. */
  layOut() {
    const areas = this.areas();
    const [space] = areas;
    this.fit = Math.min(space.width / this.width, space.height / this.height);
    this.scale = this.view === "sheet" ? this.fit : this.zoom ?? this.sizeScale();
    const smooth = !Number.isInteger(this.scale);
    const width = Math.max(1, Math.round(this.width * this.scale));
    const height = Math.max(1, Math.round(this.height * this.scale));
    const reach = { x: Math.max(0, width - space.width) / 2, y: Math.max(0, height - space.height) / 2 };
    for (const axis of ["x", "y"]) this.pan[axis] = clamp(this.pan[axis], -reach[axis], reach[axis]);
    this.panes = areas.map((area) => ({
      area,
      box: {
        x: Math.floor(area.x + (area.width - width) / 2 + this.pan.x),
        y: Math.floor(area.y + (area.height - height) / 2 + this.pan.y),
        width, height, smooth,
      },
    }));
    const { box } = this.panes[0];
    this.canvas.dataset.box = [box.x, box.y, box.width, box.height].join(" ");
    this.draw();
  }

  sizeScale() {
    if (this.size === "actual") return 1;
    const whole = Math.floor(this.fit);
    return this.size === "whole" && whole >= 1 ? whole : this.fit;
  }

  /** The parts of the canvas, in device pixels, that hold one image each. */
  areas() {
    const { width, height } = this.canvas;
    const grid = { beside: [2, 1], ends: [2, 1], sheet: this.sheetGrid(width, height) }[this.view] ?? [1, 1];
    const [columns, rows] = grid;
    const wide = Math.max(1, Math.floor((width - GAP * (columns - 1)) / columns));
    const high = Math.max(1, Math.floor((height - GAP * (rows - 1)) / rows));
    const n = this.view === "sheet" ? this.sheetFrames.length : columns * rows;
    return Array.from({ length: n }, (_, i) => ({
      x: (i % columns) * (wide + GAP), y: Math.floor(i / columns) * (high + GAP), width: wide, height: high,
    }));
  }

  /** Columns and rows in which the sheet's images are largest. */
  sheetGrid(width, height) {
    const n = this.sheetFrames.length;
    const grids = Array.from({ length: n }, (_, i) => [i + 1, Math.ceil(n / (i + 1))]);
    const fit = ([columns, rows]) => Math.min(width / columns / this.width, height / rows / this.height);
    return grids.reduce((best, grid) => (fit(grid) > fit(best) ? grid : best));
  }

  /** Frames of the sheet, evenly spaced from the first to the last. */
  get sheetFrames() {
    const n = Math.min(SHEET, this.n);
    return Array.from({ length: n }, (_, i) => Math.round((i * (this.n - 1)) / (n - 1)));
  }

  /** Which frame each pane shows. */
  get shown() {
    if (this.view === "beside") return [0, this.frame];
    if (this.view === "ends") return [0, this.n - 1];
    return this.view === "sheet" ? this.sheetFrames : [this.frame];
  }

  paneAt(x, y) {
    return this.panes.find(({ area: a }) => x >= a.x && y >= a.y && x < a.x + a.width && y < a.y + a.height);
  }

  /** The pixel of a frame under a point of the canvas (CSS pixels), as {frame, x, y}; null beside the images. */
  toImage(left, top) {
    const [x, y] = [left * devicePixelRatio, top * devicePixelRatio];
    const pane = this.paneAt(x, y);
    if (!pane) return null;
    const place = { x: (x - pane.box.x) / this.scale, y: (y - pane.box.y) / this.scale };
    const inside = place.x >= 0 && place.y >= 0 && place.x < this.width && place.y < this.height;
    return inside ? { frame: this.shown[this.panes.indexOf(pane)], ...place } : null;
  }

  /** Where a pixel of the frame is on the canvas, in CSS pixels, and how many of them it is wide. */
  toPage(x, y) {
    const { box } = this.panes.at(this.view === "beside" ? 1 : 0);
    const scale = this.scale / devicePixelRatio;
    return { left: box.x / devicePixelRatio + x * scale, top: box.y / devicePixelRatio + y * scale, scale };
  }

  draw() {
    if (this.frame === null || !this.panes) return;
    this.renderer.clear();
    const compared = this.view === "difference" ? 0 : null;
    this.shown.forEach((index, i) => this.renderer.draw({ index, compared, ...this.panes[i] }, this));
    this.canvas.dataset.frame = this.frame;
    this.onDraw();
  }
}
