// Keys, mouse, wheel and touch. Eyes stay on the image: everything can be done from the keyboard, everything with
// the mouse, and everything by touch.

const WHEEL_NOTCH = 40;

/** The action of each key, and by how much; `hold`: it lasts as long as the key is down. */
const KEYS = {
  " ": ["toggle"], ArrowLeft: ["step", -1], ArrowRight: ["step", 1], Home: ["first"], End: ["last"],
  ArrowUp: ["criterion", -1], ArrowDown: ["criterion", 1], Enter: ["enter"],
  l: ["playback"], s: ["speed"], z: ["size"], "+": ["zoom", 1], "=": ["zoom", 1], "-": ["zoom", -1],
  a: ["pan", [1, 0]], d: ["pan", [-1, 0]], w: ["pan", [0, 1]], x: ["pan", [0, -1]],
  p: ["preset"], q: ["narrow", -1], e: ["narrow", 1], Q: ["level", -1], E: ["level", 1],
  i: ["invert"], b: ["beside"], m: ["difference"], c: ["sheet"], r: ["reset"], "?": ["help"],
};
const HOLD = { f: "flicker" };
const REPEATED = ["step", "zoom", "pan", "narrow", "level"];

const OFF = "viewer: keys of one character off";

/** Keys of one character can be switched off: speech input would press them, and some hands press them by accident. */
function offerCharacterKeys(box, signal) {
  box.checked = !localStorage.getItem(OFF);
  box.addEventListener("change", () => {
    if (box.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "true");
  }, { signal });
  return (event) => box.checked || event.key === " " || event.key.length > 1;
}

/** Call the action of each key; digits 1 to 5 call `actions.digit`. Nothing is heard while `isPaused()`. */
export function listenToKeys(actions, isPaused, signal) {
  const allowed = offerCharacterKeys(document.getElementById("character-keys"), signal);
  const wanted = (event) => !event.ctrlKey && !event.metaKey && !event.altKey && !isPaused();
  const writing = (event) => event.target.closest("input:not([type=radio], [type=range]), textarea, select, [contenteditable]");
  document.addEventListener("keydown", (event) => {
    if (!wanted(event) || !allowed(event) || writing(event)) return;
    const onControl = event.target.closest("button, a, input[type=radio]");
    if (onControl && (event.key === " " || event.key === "Enter")) return;
    if (event.target.type === "radio" && event.key.startsWith("Arrow")) return;
    const digit = /^[0-5]$/.test(event.key) ? Number(event.key) : null;
    const [action, by] = digit !== null ? ["digit", digit] : KEYS[event.key] ?? [HOLD[event.key], true];
    if (!action || !actions[action]) return;
    event.preventDefault();
    if (event.repeat && !REPEATED.includes(action)) return;
    actions[action](action === "step" && event.shiftKey ? 10 * by : by);
  }, { signal });
  document.addEventListener("keyup", (event) => actions[HOLD[event.key]]?.(false), { signal });
  addEventListener("blur", () => Object.values(HOLD).forEach((action) => actions[action]?.(false)), { signal });
}

/** Buttons name their action, and by how much: data-action="step" data-by="-1"; data-hold lasts while pressed. */
export function listenToButtons(root, actions) {
  for (const button of root.querySelectorAll("[data-action]")) {
    const { action, by } = button.dataset;
    if (actions[action]) button.addEventListener("click", () => actions[action](by ? Number(by) : undefined));
    else button.hidden = true;
  }
  for (const button of root.querySelectorAll("[data-hold]")) {
    const act = actions[button.dataset.hold];
    if (!act) {
      button.hidden = true;
      continue;
    }
    const isPress = (event) => event.key === " " || event.key === "Enter";
    button.addEventListener("pointerdown", (event) => {
      button.setPointerCapture(event.pointerId);
      act(true);
    });
    button.addEventListener("keydown", (event) => isPress(event) && !event.repeat && act(true));
    button.addEventListener("keyup", (event) => isPress(event) && act(false));
    for (const end of ["pointerup", "pointercancel", "blur"]) button.addEventListener(end, () => act(false));
    button.addEventListener("contextmenu", (event) => event.preventDefault()); // a long press by touch
  }
}

/** After a click with the mouse the keyboard belongs to the video again, not to the button. */
export function giveKeyboardBack(root) {
  root.addEventListener("pointerup", (event) => {
    const control = event.target.closest("button, label, input");
    if (control && !control.closest("[data-keeps-keyboard]")) setTimeout(() => document.activeElement?.blur());
  });
}

/** The wheel steps, ten frames with Shift; with Ctrl, as a trackpad's pinch comes, it zooms. */
export function listenToWheel(area, { step, zoom }) {
  let moved = 0;
  area.addEventListener("wheel", (event) => {
    event.preventDefault();
    const by = event.deltaY || event.deltaX;
    if (event.ctrlKey) {
      zoom?.(Math.exp(-by / 200), event);
      return;
    }
    moved += event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? by : Math.sign(by) * WHEEL_NOTCH;
    if (Math.abs(moved) < WHEEL_NOTCH) return;
    step(Math.sign(moved) * (event.shiftKey ? 10 : 1));
    moved = 0;
  }, { passive: false });
}

/**
 * Pointers on the image. Mouse: the left button sets the window, any other (or Shift) moves the image. Touch: one
 * finger goes through the frames, two move and zoom. `window`, `move` and `zoom` are absent where not allowed.
 */
export function listenToPointers(area, { window, move, zoom, go }) {
  const down = new Map();
  const spread = () => {
    const [a, b] = Array.from(down.values());
    return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, length: Math.hypot(a.x - b.x, a.y - b.y) };
  };
  area.addEventListener("contextmenu", (event) => event.preventDefault());
  area.addEventListener("pointerdown", (event) => {
    if (event.defaultPrevented) return;
    if (event.button === 1) event.preventDefault(); // no autoscroll
    down.set(event.pointerId, { x: event.clientX, y: event.clientY });
    area.setPointerCapture(event.pointerId);
  });
  area.addEventListener("pointermove", (event) => {
    const last = down.get(event.pointerId);
    if (!last) return;
    const here = { x: event.clientX, y: event.clientY };
    const [dx, dy] = [here.x - last.x, here.y - last.y];
    if (down.size === 2) {
      const before = spread();
      down.set(event.pointerId, here);
      const after = spread();
      move?.(after.x - before.x, after.y - before.y);
      if (before.length) zoom?.(after.length / before.length, { clientX: after.x, clientY: after.y });
    } else if (event.pointerType !== "mouse") {
      if (go(dx / area.clientWidth)) down.set(event.pointerId, here);
    } else {
      const moves = event.shiftKey || event.buttons & ~1 || !window;
      (moves ? move : window)?.(dx, dy);
      down.set(event.pointerId, here);
    }
  });
  for (const end of ["pointerup", "pointercancel"]) area.addEventListener(end, (event) => down.delete(event.pointerId));
}
