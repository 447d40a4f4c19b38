// Regions of a held image that are to be made black: drawn with the pointer, or typed as numbers. The numbers are
// the truth; the drawing shows them.
const picture = document.querySelector(".picture");
const canvas = picture.querySelector("canvas");
const list = document.querySelector(".regions");
const template = document.querySelector(".decision template");
const side = Number(picture.dataset.side);
const EDGES = ["left", "top", "right", "bottom"];

const inputs = (region) => EDGES.map((edge) => region.querySelector(`[name=${edge}]`));
const numbers = (region) => inputs(region).map((input) => Number(input.value));

function draw() {
  const context = canvas.getContext("2d");
  context.clearRect(0, 0, side, side);
  context.lineWidth = Math.max(1, side / 400);
  for (const region of list.children) {
    const [left, top, right, bottom] = numbers(region);
    if (right <= left || bottom <= top) continue;
    // Seen through, so that who decides can tell a name from a bone
    context.fillStyle = "rgb(0 0 0 / 60%)";
    context.fillRect(left, top, right - left, bottom - top);
    context.strokeStyle = "#fff";
    context.setLineDash([4, 4]);
    context.strokeRect(left, top, right - left, bottom - top);
  }
}

function add(values = ["", "", "", ""]) {
  list.append(template.content.cloneNode(true));
  const region = list.lastElementChild;
  inputs(region).forEach((input, place) => { input.value = values[place]; });
  draw();
  return region;
}

function at(event) {
  const box = canvas.getBoundingClientRect();
  const inside = (value) => Math.min(side, Math.max(0, Math.round(value)));
  return [inside((event.clientX - box.left) * side / box.width), inside((event.clientY - box.top) * side / box.height)];
}

let drawn = null;
canvas.addEventListener("pointerdown", (event) => {
  if (event.button !== 0) return;
  const [x, y] = at(event);
  drawn = { region: add([x, y, x, y]), x, y };
  canvas.setPointerCapture(event.pointerId);
});
canvas.addEventListener("pointermove", (event) => {
  if (!drawn) return;
  const [x, y] = at(event);
  const edges = [Math.min(x, drawn.x), Math.min(y, drawn.y), Math.max(x, drawn.x), Math.max(y, drawn.y)];
  inputs(drawn.region).forEach((input, place) => { input.value = edges[place]; });
  draw();
});
const release = () => {
  if (!drawn) return;
  const [left, top, right, bottom] = numbers(drawn.region);
  // A click without a drag is no region
  if (right - left < 2 || bottom - top < 2) drawn.region.remove();
  drawn = null;
  draw();
};
canvas.addEventListener("pointerup", release);
canvas.addEventListener("pointercancel", release);

document.querySelector(".add").addEventListener("click", () => inputs(add())[0].focus());
list.addEventListener("click", (event) => {
  if (!event.target.closest(".remove")) return;
  event.target.closest(".region").remove();
  document.querySelector(".add").focus();
  draw();
});
list.addEventListener("input", draw);
list.addEventListener("keydown", (event) => {
  const step = { PageUp: 10, PageDown: -10 }[event.key];
  if (!step || event.target.type !== "number") return;
  event.preventDefault();
  event.target.value = Math.min(side, Math.max(0, Number(event.target.value) + step));
  draw();
});
draw();
