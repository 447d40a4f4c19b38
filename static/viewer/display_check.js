// The grey-scale test page: draws its patterns as frames are drawn, keeps what the person says of them.

import { tellDisplay } from "./check.js";
import { IDENTITY } from "./display.js";
import { wrongGreys } from "./ramp.js";
import { makeRenderer } from "./renderers.js";
import { say } from "./words.js";

const at = (id) => document.getElementById(id);

/** Draw greys (row by row, `width` a row) over all of a canvas, and say with what. */
function draw(place, greys, width) {
  const height = greys.length / width;
  const { canvas, renderer } = makeRenderer(place, width, height, 1);
  Object.assign(canvas, {
    width: Math.round(canvas.clientWidth * devicePixelRatio),
    height: Math.round(canvas.clientHeight * devicePixelRatio),
  });
  const area = { x: 0, y: 0, width: canvas.width, height: canvas.height };
  renderer.store(0, greys);
  renderer.clear();
  renderer.draw({ index: 0, area, box: { ...area, smooth: false } }, IDENTITY);
  return renderer.constructor.name;
}

/** Fields of 0 % and 100 %, each with a square of 5 % and 95 % in its middle, as in the TG18 patterns. */
function patches() {
  const [width, height] = [16, 4];
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % (width / 2), Math.floor(i / width)];
    const inside = x >= 3 && x < 5 && y >= 1 && y < 3;
    const light = i % width >= width / 2;
    return light ? (inside ? 242 : 255) : inside ? 13 : 0;
  });
}

const renderer = draw(at("ramp"), Uint8Array.from({ length: 256 }, (_, grey) => grey), 256);
draw(at("patches"), patches(), 16);
const wrong = wrongGreys(renderer);
at("measured").textContent = say(wrong ? "measured-wrong" : "measured-exact", { wrong, renderer, ratio: devicePixelRatio });
at("keep").disabled = false;

at("answers").addEventListener("submit", async (event) => {
  event.preventDefault();
  const said = Object.fromEntries(Array.from(new FormData(event.target), ([name, value]) => [name, value === "true"]));
  try {
    await tellDisplay({ renderer, wrong_greys: wrong, ...said });
    const good = !wrong && Object.values(said).every(Boolean);
    at("result").textContent = say(good ? "kept-good" : "kept-bad");
  } catch (error) {
    at("result").textContent = say("not-kept", { problem: error.message });
  }
});
