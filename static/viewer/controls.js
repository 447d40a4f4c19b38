// Keys, mouse, wheel and touch. Eyes stay on the image: everything can be done from the keyboard.

const WHEEL_NOTCH = 40;

const KEYS = {
  " ": "toggle", ArrowLeft: "back", ArrowRight: "on", Home: "first", End: "last", ArrowUp: "up", ArrowDown: "down",
  Enter: "submit", l: "repeat", s: "speed", z: "size", r: "reset", "?": "help",
};

/** Call the action of each key; digits 1 to 5 call `actions.digit`. */
export function listenToKeys(actions, isPaused) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isPaused()) return;
    const onControl = event.target.closest("button, a, input[type=radio]");
    if (onControl && (event.key === " " || event.key === "Enter")) return;
    if (event.target.type === "radio" && event.key.startsWith("Arrow")) return;
    const digit = /^[1-5]$/.test(event.key) ? Number(event.key) : null;
    const action = digit ? "digit" : KEYS[event.key];
    if (!action || !actions[action]) return;
    event.preventDefault();
    if (event.repeat && !["back", "on"].includes(action)) return;
    actions[action](digit ?? (event.shiftKey ? 10 : 1));
  });
}

/** After a click with the mouse the keyboard belongs to the video again, not to the button. */
export function giveKeyboardBack(root) {
  root.addEventListener("pointerup", (event) => {
    const control = event.target.closest("button, label, input");
    if (control) setTimeout(() => document.activeElement?.blur());
  });
}

/** The wheel steps, ten frames with Shift; a trackpad's many small movements add up to one step. */
export function listenToWheel(area, step) {
  let moved = 0;
  area.addEventListener("wheel", (event) => {
    event.preventDefault();
    const by = event.deltaY || event.deltaX;
    moved += event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? by : Math.sign(by) * WHEEL_NOTCH;
    if (Math.abs(moved) < WHEEL_NOTCH) return;
    step(Math.sign(moved) * (event.shiftKey ? 10 : 1));
    moved = 0;
  }, { passive: false });
}

/** Dragging with the mouse sets window and level, or moves an image that is larger than its space; with a finger or a pen it goes through the frames. */
export function listenToDrag(area, { moveBy, goBy }) {
  let last = null;
  area.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    last = { x: event.clientX, y: event.clientY };
    area.setPointerCapture(event.pointerId);
  });
  area.addEventListener("pointermove", (event) => {
    if (!last) return;
    const dx = event.clientX - last.x;
    const dy = event.clientY - last.y;
    if (event.pointerType === "mouse") moveBy(dx, dy);
    else if (!goBy(dx / area.clientWidth)) return;
    last = { x: event.clientX, y: event.clientY };
  });
  for (const end of ["pointerup", "pointercancel"]) area.addEventListener(end, () => { last = null; });
}
