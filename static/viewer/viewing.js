// The tools of the viewer: what each key and button does to the player and the display, and what the page says of it.

import { listenToButtons, listenToPointers, listenToWheel } from "./controls.js";
import { record } from "./log.js";
import { Sheet } from "./sheet.js";
import { say } from "./words.js";

const FLICKER_MS = 400;
const PRESETS = [
  { window: 255, level: 127.5 }, { window: 128, level: 127.5 }, { window: 96, level: 48 }, { window: 96, level: 208 },
];

const at = (id) => document.getElementById(id);

/** Wire buttons, mouse and touch; returns the actions by the names that keys use. `tools`: those of the protocol. */
export function wireViewing(root, { display, player, tools }) {
  const n = player.n;
  const image = at("image");
  const sheet = new Sheet(image, display, (frame) => actions.leaveSheet(frame));
  const press = (id, on) => root.querySelector(`[data-action="${id}"]`)?.setAttribute("aria-pressed", String(on));

  const show = () => {
    const play = at("play");
    play.textContent = player.playing ? "▮▮" : "▷";
    play.setAttribute("aria-label", say(player.playing ? "pause" : "play"));
    at("speed").textContent = `${player.speed}×`;
    at("playback").textContent = say(player.playback);
    at("scale").textContent = scaleWords(display);
    at("window").textContent = say("window", { window: Math.round(display.window), level: display.level.toFixed(1) });
    press("invert", display.inverted);
    press("difference", display.view === "difference");
    press("sheet", display.view === "sheet");
    press("beside", ["beside", "ends"].includes(display.view));
    at("view").textContent = display.view === "one" ? "" : say(`view-${display.view}`);
    sheet.layOut();
  };
  const allowed = (tool) => tools.includes(tool);
  const when = (tool, act) => (allowed(tool) ? act : undefined);
  const then = (act) => (by) => { act(by); show(); };
  const logged = (kind, act, data) => then((by) => { act(by); record(kind, data()); });

  let settling = null;
  /** Dragging sets many windows; the one that it ends with goes on record. */
  const setWindow = then(({ window, level }) => {
    display.setWindow(window, level);
    clearTimeout(settling);
    settling = setTimeout(() => record("window", { window: display.window, level: display.level }), 500);
  });
  const zoomed = (act) => then((by) => {
    act(by);
    clearTimeout(settling);
    settling = setTimeout(() => record("zoom", { scale: display.scale }), 500);
  });
  const setView = (view) => {
    if (view === "sheet") player.pause();
    display.setView(view);
  };
  const viewed = (act) => logged("view", act, () => ({ view: display.view }));
  const beside = { one: "beside", beside: "ends" };

  let flicker = null;
  const flick = (on) => {
    if (on === Boolean(flicker)) return;
    if (on) {
      const before = { view: display.view, position: player.position, playing: player.playing };
      player.pause();
      setView("one");
      let turn = 0;
      const next = () => player.show((turn += 1) % 2 ? 0 : n - 1);
      next();
      flicker = { before, timer: setInterval(next, FLICKER_MS) };
      record("flicker");
    } else {
      clearInterval(flicker.timer);
      const { view, position, playing } = flicker.before;
      flicker = null;
      setView(view);
      player.go(position);
      if (playing) player.play();
    }
  };

  const actions = {
    toggle: then(() => {
      if (player.playing) player.pause();
      else {
        if (["sheet", "ends"].includes(display.view)) setView("one");
        player.play();
      }
      record(player.playing ? "play" : "pause", { frame: player.position, speed: player.speed });
    }),
    step: then((by) => player.step(by)),
    first: then(() => player.go(0)),
    last: then(() => player.go(n - 1)),
    scrub: then((to) => player.go(to)),
    playback: then(() => player.nextPlayback()),
    speed: then(() => player.nextSpeed()),
    size: when("zoom", zoomed(() => display.nextSize())),
    zoom: when("zoom", zoomed((by) => display.zoomStep(by))),
    pan: when("zoom", then(([x, y]) => display.panBy(60 * x, 60 * y))),
    preset: when("window", () => {
      const now = PRESETS.findIndex((preset) => preset.window === display.window && preset.level === display.level);
      setWindow(PRESETS[(now + 1) % PRESETS.length]);
    }),
    narrow: when("window", (by) => setWindow({ window: display.window + 8 * by, level: display.level })),
    level: when("window", (by) => setWindow({ window: display.window, level: display.level + 4 * by })),
    invert: when("invert", logged("invert", () => display.invert(), () => ({ on: display.inverted }))),
    beside: when("side_by_side", viewed(() => setView(beside[display.view] ?? (display.view === "ends" ? "one" : "beside")))),
    difference: when("difference", viewed(() => setView(display.view === "difference" ? "one" : "difference"))),
    sheet: when("sheet", viewed(() => setView(display.view === "sheet" ? "one" : "sheet"))),
    leaveSheet: then((frame) => { setView("one"); player.go(frame); }),
    flicker: when("flicker", flick),
    reset: then(() => { player.reset(); display.reset(); record("reset"); }),
    help: () => at("keys").showModal(),
  };

  at("scrub").max = n - 1;
  at("scrub").addEventListener("input", (event) => actions.scrub(Number(event.target.value)));
  listenToButtons(root, actions);
  const zoomAt = when("zoom", (ratio, { clientX, clientY }) => {
    const { left, top } = image.getBoundingClientRect();
    zoomed(() => display.zoomTo(display.scale * ratio, { x: clientX - left, y: clientY - top }))();
  });
  listenToWheel(image, { step: actions.step, zoom: zoomAt });
  listenToPointers(image, {
    window: when("window", (dx, dy) => setWindow({ window: display.window + dx, level: display.level + dy })),
    move: when("zoom", (dx, dy) => then(() => display.panBy(dx, dy))()),
    zoom: zoomAt,
    go: (part) => {
      const by = Math.trunc(part * n);
      if (by) actions.step(by);
      return by !== 0;
    },
  });
  display.onLayOut = show;
  player.stopped = show;
  show();
  return actions;
}

function scaleWords(display) {
  const exact = Number.isInteger(display.scale);
  if (display.scale === 1) return say("scale-actual");
  return say(exact ? "scale-exact" : "scale-smooth", { scale: display.scale.toFixed(exact ? 0 : 2) });
}
