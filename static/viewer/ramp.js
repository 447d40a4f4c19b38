// Does this browser show greys as they are? A ramp of all 256 is drawn as frames are drawn, and read back.

import { IDENTITY } from "./display.js";
import { RENDERERS } from "./renderers.js";

const WHOLE = { x: 0, y: 0, width: 256, height: 1 };

/** How many of the 256 greys do not come out as themselves with the renderer of this name. */
export function wrongGreys(rendererName) {
  const canvas = Object.assign(document.createElement("canvas"), { width: 256, height: 1 });
  const Renderer = RENDERERS.find((kind) => kind.name === rendererName);
  const renderer = new Renderer(canvas, 256, 1, 1);
  renderer.store(0, Uint8Array.from({ length: 256 }, (_, grey) => grey));
  renderer.clear();
  renderer.draw({ index: 0, area: WHOLE, box: { ...WHOLE, smooth: false } }, IDENTITY);
  const copy = Object.assign(document.createElement("canvas"), { width: 256, height: 1 }).getContext("2d");
  copy.drawImage(canvas, 0, 0);
  const { data } = copy.getImageData(0, 0, 256, 1);
  renderer.release();
  return Array.from({ length: 256 }, (_, grey) => grey).filter(
    (grey) => [0, 1, 2].some((channel) => data[4 * grey + channel] !== grey),
  ).length;
}
