// The reading page: opens a case, shows its frames exactly, takes the answers.

import { Refusal, call, pause } from "./api.js";
import { giveKeyboardBack, listenToDrag, listenToKeys, listenToWheel } from "./controls.js";
import { Display, greysAreExact } from "./display.js";
import { Form } from "./form.js";
import { canVerify, loadFrames } from "./frames.js";
import { Player } from "./player.js";

const POLL_SECONDS = 2;

const at = (id) => document.getElementById(id);
const viewer = at("viewer");
const { caseUrl, homeUrl } = viewer.dataset;
const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });

/** One of opening, rendering, loading, ready, failed; the style sheet and tests read it. */
function setState(state, words = "") {
  viewer.dataset.state = state;
  at("loading").textContent = words;
}

async function waitUntilRendered() {
  for (;;) {
    const found = await call("GET", caseUrl);
    if (found.frames.length) return found;
    if (found.problem) throw new Error(found.problem);
    setState(
      "rendering",
      `This video is still being rendered: ${found.n_ready} of ${found.n_frames} frames. It opens by itself.`,
    );
    await pause(POLL_SECONDS);
  }
}

function showTrouble(error) {
  const trouble = at("trouble");
  trouble.textContent = "";
  if (!error) return;
  if (error instanceof Refusal && error.code !== "signed_out") {
    trouble.textContent = error.message;
  } else if (error instanceof Refusal) {
    const link = Object.assign(document.createElement("a"), {
      href: homeUrl, target: "_blank", textContent: "Sign in in a new tab",
    });
    trouble.append(`${error.message} `, link, "; your answers stay here and are then saved.");
  } else {
    trouble.textContent = `Not saved yet (${error.message}). Trying again; keep this page open.`;
  }
}

function makeForm(update) {
  if (!at("form")) return null;
  at("form").inert = false;
  return new Form(at("form"), caseUrl, ({ saved, trouble }) => {
    showTrouble(trouble);
    if (saved) viewer.dataset.saved = clock.format(saved);
    update();
  });
}

/** Wire the buttons to the player and the display; returns the actions, by the names that keys use. */
function wireViewing(display, player) {
  const n = player.n;
  at("scrub").max = n - 1;
  const show = () => {
    at("play").textContent = player.playing ? "▮▮" : "▷";
    at("play").setAttribute("aria-label", player.playing ? "Pause" : "Play");
    at("speed").textContent = `${player.speed}×`;
    at("repeat").textContent = player.bounce ? "bounce" : "loop";
    at("scale").textContent = display.scaleWords;
    at("window").textContent = `window ${Math.round(display.window)}, level ${display.level.toFixed(1)}`;
  };
  const then = (act) => (by) => { act(by); show(); };
  const actions = {
    toggle: then(() => (player.playing ? player.pause() : player.play())),
    back: then((by) => player.step(-by)),
    on: then((by) => player.step(by)),
    first: then(() => player.go(0)),
    last: then(() => player.go(n - 1)),
    repeat: then(() => player.toggleBounce()),
    speed: then(() => player.nextSpeed()),
    size: then(() => display.nextSize()),
    reset: then(() => display.reset()),
    help: () => at("keys").showModal(),
  };
  const buttons = { previous: "back", play: "toggle", next: "on", repeat: "repeat", speed: "speed", size: "size", reset: "reset", help: "help" };
  for (const [id, action] of Object.entries(buttons)) at(id).addEventListener("click", () => actions[action](1));
  at("scrub").addEventListener("input", (event) => then((to) => player.go(to))(Number(event.target.value)));
  listenToWheel(at("image"), then((by) => player.step(by)));
  listenToDrag(at("image"), {
    moveBy: (dx, dy) => {
      if (display.overflows) display.panBy(dx, dy);
      else display.setWindow(display.window + dx, display.level + dy);
      show();
    },
    goBy: (part) => {
      const by = Math.trunc(part * n);
      if (by) actions.on(by);
      return by !== 0;
    },
  });
  display.onLayOut = show;
  show();
  return actions;
}

/** Keep the canvas as large as its place, counted in device pixels; resolves when it is so for the first time. */
function fillSpace(display) {
  return new Promise((done) => {
    new ResizeObserver(([{ contentRect: css, devicePixelContentBoxSize: device }]) => {
      const wanted = [css.width, css.height].map((length) => Math.round(length * devicePixelRatio));
      // Where the browser tells device pixels, it knows how it rounded; an emulated screen tells the real one's.
      const told = device ? [device[0].inlineSize, device[0].blockSize] : wanted;
      display.resize(...(told.every((length, i) => Math.abs(length - wanted[i]) <= 1) ? told : wanted));
      display.onLayOut?.();
      done();
    }).observe(display.canvas);
  });
}

async function submit(form, found) {
  const button = at("submit");
  if (button.disabled) return;
  button.disabled = true;
  try {
    await form?.flush();
    const { next_case: next } = await call("POST", `${caseUrl}submit/`, { form_sha256: found.form_sha256 });
    location.assign(next ? new URL(`${next}/`, new URL(homeUrl, location.href)) : homeUrl);
  } catch (error) {
    showTrouble(error);
    button.disabled = false;
  }
}

async function open() {
  setState("opening", "Opening the case…");
  const found = await waitUntilRendered();
  setState("loading", `Loading ${found.n_frames} frames…`);
  await call("POST", `${caseUrl}exposures/`);
  const n = found.n_frames;
  const display = new Display(at("canvas"), { width: found.width, height: found.height, n });
  display.canvas.addEventListener("webglcontextlost", () => location.reload());
  const player = new Player(n, (position) => {
    display.show(position);
    at("scrub").value = position;
    at("frame").textContent = `frame ${position + 1} / ${n}`;
  });
  const exact = await greysAreExact(display.canvas.dataset.renderer);
  await fillSpace(display);
  let loaded = 0;
  await loadFrames(found.frames, (position, bitmap) => {
    display.store(position, bitmap);
    loaded += 1;
    at("verified").textContent = `loading ${loaded} / ${n}`;
    if (position === 0) player.go(0);
  });
  at("verified").textContent =
    (canVerify ? `${n} frames verified` : "frames not verified: no secure connection") +
    (exact ? ", greys exact" : ", greys NOT exact on this screen");

  const update = () => {
    const missing = form ? form.missing : [];
    at("submit").disabled = missing.length > 0;
    const saved = form?.unsaved ? "saving…" : viewer.dataset.saved ? `saved ${viewer.dataset.saved}` : "";
    const open = missing.length ? `Not answered: ${missing.join(", ")}.` : "";
    at("saved").textContent = [open, saved].filter(Boolean).join("\n");
  };
  const form = makeForm(() => update());
  const actions = wireViewing(display, player);
  actions.submit = () => submit(form, found);
  if (form) {
    actions.digit = (score) => form.answer(score);
    actions.up = () => form.move(-1);
    actions.down = () => form.move(1);
  }
  listenToKeys(actions, () => at("keys").open);
  at("submit").addEventListener("click", actions.submit);
  giveKeyboardBack(viewer);
  addEventListener("beforeunload", (event) => { if (form?.unsaved) event.preventDefault(); });
  update();
  setState("ready");
  if (!matchMedia("(prefers-reduced-motion: reduce)").matches) actions.toggle();
}

open().catch((error) => {
  setState("failed", error.message);
});
