// The two that draw frames, the better one first; both draw the same pictures.

import { CanvasRenderer } from "./canvas2d.js";
import { WebglRenderer } from "./webgl.js";

export const RENDERERS = [WebglRenderer, CanvasRenderer];

/**
 * The first renderer that works here for `n` frames of `width` × `height`, and the canvas it draws on: a canvas that
 * has given out one kind of context gives no other, so that a fresh one takes its place on the page.
 */
export function makeRenderer(canvas, width, height, n) {
  try {
    return { canvas, renderer: new WebglRenderer(canvas, width, height, n) };
  } catch {
    const fresh = canvas.cloneNode();
    canvas.replaceWith(fresh);
    return { canvas: fresh, renderer: new CanvasRenderer(fresh, width, height) };
  }
}
