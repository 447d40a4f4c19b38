// A point or a box on the image: drawn with the pointer, or typed as numbers; shown on the frame it belongs to.

const FIELDS = ["x", "y", "width", "height"];
const CLICK_PIXELS = 4;

const at = (id) => document.getElementById(id);
const between = (low, value, high) => Math.min(high, Math.max(low, value));

export class Marker {
  /** `viewing` as in notes.js; `changed()` is called when the person sets or removes the mark. */
  constructor(root, viewing, changed) {
    Object.assign(this, { viewing, changed, limits: { x: Number(root.dataset.width), y: Number(root.dataset.height) }, others: [] });
    this.glass = Object.assign(document.createElement("div"), { id: "note-glass", hidden: true });
    this.marks = Object.assign(document.createElement("div"), { id: "note-marks" });
    at("image").append(this.marks, this.glass);
    at("note-draw").addEventListener("click", () => this.draw(this.glass.hidden));
    at("note-unmark").addEventListener("click", () => { this.set(null); changed(); });
    for (const name of FIELDS) at(`note-${name}`).addEventListener("input", () => this.paint());
    this.listen();
  }

  /** {x, y} of a point, with width and height of a box, in pixels of the frame; null without one. */
  get mark() {
    const [x, y, width, height] = FIELDS.map((name) => at(`note-${name}`).value);
    if (x === "" || y === "") return null;
    if (width === "" || height === "") return { x: Number(x), y: Number(y) };
    return { x: Number(x), y: Number(y), width: Number(width), height: Number(height) };
  }

  set(mark) {
    for (const name of FIELDS) at(`note-${name}`).value = mark?.[name] ?? "";
    this.paint();
  }

  /** Marks of other notes on the frame that is shown. */
  show(others) {
    this.others = others;
    this.paint();
  }

  draw(on) {
    this.glass.hidden = !on;
    at("note-draw").setAttribute("aria-pressed", on);
  }

  listen() {
    let start = null;
    this.glass.addEventListener("pointerdown", (event) => {
      event.stopPropagation();
      start = this.place(event);
      if (start) this.glass.setPointerCapture(event.pointerId);
    });
    this.glass.addEventListener("pointermove", (event) => {
      event.stopPropagation();
      if (start) this.span(start, this.place(event));
    });
    this.glass.addEventListener("pointerup", (event) => {
      event.stopPropagation();
      if (!start) return;
      this.span(start, this.place(event));
      start = null;
      this.draw(false);
      this.changed();
      at("note-text").focus();
    });
    this.glass.addEventListener("pointercancel", () => { start = null; });
  }

  place(event) {
    const there = this.viewing.toImage(event);
    return there && {
      x: between(0, Math.floor(there.x), this.limits.x - 1), y: between(0, Math.floor(there.y), this.limits.y - 1),
      left: event.clientX, top: event.clientY,
    };
  }

  span(start, end) {
    if (!end) return;
    const still = Math.hypot(end.left - start.left, end.top - start.top) < CLICK_PIXELS;
    if (still) { this.set({ x: start.x, y: start.y }); return; }
    this.set({
      x: Math.min(start.x, end.x), y: Math.min(start.y, end.y),
      width: Math.abs(end.x - start.x) + 1, height: Math.abs(end.y - start.y) + 1,
    });
  }

  paint() {
    at("note-unmark").hidden = !this.mark;
    const all = this.mark ? [...this.others, this.mark] : this.others;
    this.marks.replaceChildren(...all.map((mark) => {
      const outline = document.createElement("div");
      outline.className = mark.width ? "note-box" : "note-point";
      const from = this.viewing.toPage(mark.x + (mark.width ? 0 : 0.5), mark.y + (mark.width ? 0 : 0.5));
      const to = this.viewing.toPage(mark.x + (mark.width ?? 0), mark.y + (mark.height ?? 0));
      Object.assign(outline.style, { left: `${from.left}px`, top: `${from.top}px` });
      if (mark.width) Object.assign(outline.style, { width: `${to.left - from.left}px`, height: `${to.top - from.top}px` });
      return outline;
    }));
  }
}
