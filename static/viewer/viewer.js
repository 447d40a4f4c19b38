// The reading page: opens a case, shows its frames exactly, takes the answers.

import { Answers } from "./answers.js";
import { pause } from "./api.js";
import { tellDisplay } from "./check.js";
import { giveKeyboardBack, listenToKeys } from "./controls.js";
import { Display } from "./display.js";
import { canVerify, loadFrames } from "./frames.js";
import * as log from "./log.js";
import { Player } from "./player.js";
import { wrongGreys } from "./ramp.js";
import { Seen } from "./seen.js";
import { fetchAhead, turnTo } from "./turn.js";
import { wireViewing } from "./viewing.js";
import { say } from "./words.js";

const POLL_SECONDS = 2;

const at = (id) => document.getElementById(id);

/** One of opening, rendering, loading, ready, failed; the style sheet and tests read it. */
function setState(state, words = "") {
  at("viewer").dataset.state = state;
  at("loading").textContent = words;
}

async function waitUntilRendered(answers, caseUrl) {
  for (;;) {
    const found = await answers.call("GET", caseUrl);
    if (found.frames.length) return found;
    if (found.problem) throw new Error(found.problem);
    setState("rendering", say("rendering", { ready: found.n_ready, n: found.n_frames }));
    await pause(POLL_SECONDS);
  }
}

/** Keep the canvas as large as its place, counted in device pixels; resolves when it is so for the first time. */
function fillSpace(display, signal) {
  return new Promise((done) => {
    const observer = new ResizeObserver(([{ contentRect: css, devicePixelContentBoxSize: device }]) => {
      const wanted = [css.width, css.height].map((length) => Math.round(length * devicePixelRatio));
      // Where the browser tells device pixels, it knows how it rounded; an emulated screen tells the real one's.
      const told = device ? [device[0].inlineSize, device[0].blockSize] : wanted;
      display.resize(...(told.every((length, i) => Math.abs(length - wanted[i]) <= 1) ? told : wanted));
      display.onLayOut?.();
      done();
    });
    observer.observe(display.canvas);
    signal.addEventListener("abort", () => observer.disconnect());
  });
}

/** What other parts of the page (notes on the image) may ask of the viewer and tell it. */
function handle(display, player, show) {
  return {
    frame: () => player.position,
    go: (frame) => {
      display.setView("one");
      player.go(frame);
      show();
    },
    toImage: (event) => {
      const { left, top } = display.canvas.getBoundingClientRect();
      return display.toImage(event.clientX - left, event.clientY - top);
    },
    toPage: (x, y) => display.toPage(x, y),
    onDraw: (call) => { display.onDraw = call; },
  };
}

/** Read one case, from opening it to submitting it; `bytes`: its bundle, if it was fetched ahead. */
async function read(viewer, bytes = null) {
  const closing = new AbortController();
  const { signal } = closing;
  const { caseUrl, homeUrl } = viewer.dataset;
  const answers = new Answers(viewer, signal);
  setState("opening", say("opening"));
  const found = await waitUntilRendered(answers, caseUrl);
  setState("loading", say("loading", { n: found.n_frames }));
  await answers.call("POST", `${caseUrl}exposures/`);
  log.open(caseUrl, signal);
  log.record("open", { width: screen.width, height: screen.height, ratio: devicePixelRatio });
  const n = found.n_frames;
  const protocol = found.display;
  const start = { window: protocol.window, level: protocol.level };
  const display = new Display(at("canvas"), { width: found.width, height: found.height, n, start });
  display.canvas.addEventListener("webglcontextlost", () => location.reload(), { signal });
  const seen = new Seen(n);
  let update = () => {};
  const player = new Player(n, protocol, (position) => {
    display.show(position);
    at("scrub").value = position;
    at("frame").textContent = say("frame", { frame: position + 1, n });
    if (viewer.dataset.state !== "ready" || display.view === "sheet") return;
    const missing = seen.missing;
    seen.add(display.shown);
    if (seen.missing !== missing) update();
  });
  const { renderer } = display.canvas.dataset;
  const wrong = wrongGreys(renderer);
  // A record that cannot be made keeps nobody from reading; the sentence beside the image says the same.
  tellDisplay({ assignment: found.public_id, wrong_greys: wrong, renderer }).catch(() => {});
  await fillSpace(display, signal);
  let loaded = 0;
  viewer.dataset.source = await loadFrames(found, (position, picture) => {
    display.store(position, picture);
    loaded += 1;
    at("verified").textContent = say("loaded", { frame: loaded, n });
    if (position === 0) {
      player.go(0);
      performance.mark("viewer:first-frame");
    }
  }, bytes);
  performance.mark("viewer:all-frames");
  at("verified").textContent = [
    canVerify ? say("verified", { n }) : say("not-verified"),
    say(wrong ? "greys-wrong" : "greys-exact", { wrong }),
  ].join(", ");

  const unseen = () => (protocol.see_all_frames ? seen.missing : 0);
  update = () => {
    at("seen").textContent = say("seen", { seen: n - seen.missing, n });
    answers.update();
  };
  await answers.open(found, { hindrance: () => (unseen() ? say("unseen", { unseen: unseen() }) : "") });
  const { form } = answers;
  const ahead = fetchAhead(caseUrl, signal);
  const leave = async (next) => {
    const url = next ? new URL(`${next}/`, new URL(homeUrl, location.href)).href : homeUrl;
    const fetched = await Promise.race([ahead, pause(0)]); // what is not here by now is fetched by the next page
    if (fetched?.public_id !== next) {
      location.assign(url);
      return;
    }
    closing.abort();
    actions.flicker?.(false);
    player.pause();
    display.renderer.release();
    const fresh = await turnTo(url);
    if (fresh) begin(fresh, fetched.bytes);
  };
  const tools = found.phase === "blinded" ? protocol.tools : [...protocol.tools, "sheet"];
  const actions = wireViewing(viewer, { display, player, tools });
  actions.submit = () => { seen.tell(); answers.submit(leave); };
  actions.enter = actions.submit;
  if (form) {
    actions.digit = (score) => form.digit(score);
    actions.criterion = (by) => form.move(by);
    actions.enter = () => (form.missing.length ? form.next() : actions.submit());
  }
  listenToKeys(actions, () => document.querySelector("dialog[open]") !== null, signal);
  at("submit").addEventListener("click", actions.submit);
  giveKeyboardBack(viewer);
  setState("ready");
  player.go(0);
  update();
  const viewing = { ...handle(display, player, display.onLayOut), session: answers.session, signal };
  viewer.dispatchEvent(new CustomEvent("viewer:ready", { bubbles: true, detail: viewing }));
  if (!matchMedia("(prefers-reduced-motion: reduce)").matches) actions.toggle();
}

function begin(viewer, bytes) {
  read(viewer, bytes).catch((error) => setState("failed", error.message));
}

begin(at("viewer"));
