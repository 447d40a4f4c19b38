// The consensus room with others in it: acts are sent without leaving the page, other people's acts appear by
// themselves, notes can be dragged. All of it also works without this file, by plain forms.

const EVERY_SECONDS = 4;

/** Replace the room by a newer one; stills that are on the screen stay, for each fetch of one is a viewing on record. */
function show(page) {
  const old = document.getElementById("room");
  const found = page.getElementById("room");
  if (!found) { location.reload(); return; }
  // Adopted first: an image that changes its document is fetched again. New ones are lazy and wait for their place.
  const fresh = document.adoptNode(found);
  const stills = new Map(Array.from(old.querySelectorAll("[data-still]"), (still) => [still.dataset.still, still]));
  for (const still of fresh.querySelectorAll("[data-still]")) {
    const seen = stills.get(still.dataset.still);
    if (seen) still.replaceWith(seen);
  }
  const focused = document.activeElement?.id;
  const chosen = new Set(Array.from(old.querySelectorAll("[name=observation]:checked"), (box) => box.value));
  for (const box of fresh.querySelectorAll("[name=observation]")) box.checked = chosen.has(box.value);
  old.replaceWith(fresh);
  if (focused) document.getElementById(focused)?.focus();
  const message = page.querySelector(".message");
  document.querySelectorAll("main > .message").forEach((each) => each.remove());
  if (message) document.getElementById("main").prepend(message);
  wire();
}

async function load(url, options) {
  const response = await fetch(url, { cache: "no-store", ...options });
  show(new DOMParser().parseFromString(await response.text(), "text/html"));
}

async function send(form, extra) {
  const body = new FormData(form);
  for (const [name, value] of extra) body.set(name, value);
  await load(form.action, { method: "POST", body });
}

function onSubmit(event) {
  event.preventDefault();
  const { target: form, submitter } = event;
  send(form, submitter?.name ? [[submitter.name, submitter.value]] : []);
  form.querySelectorAll("[name=observation]:checked").forEach((box) => { box.checked = false; });
}

let dragged = null;

function wire() {
  const room = document.getElementById("room");
  room.querySelectorAll("form").forEach((form) => form.addEventListener("submit", onSubmit));
  room.querySelectorAll(".note[draggable=true]").forEach((note) => {
    note.addEventListener("dragstart", (event) => {
      dragged = note.dataset.note;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", dragged);
    });
  });
  room.querySelectorAll("[data-destination]").forEach((place) => {
    place.addEventListener("dragover", (event) => { event.preventDefault(); place.classList.add("over"); });
    place.addEventListener("dragleave", () => place.classList.remove("over"));
    place.addEventListener("drop", (event) => {
      event.preventDefault();
      place.classList.remove("over");
      if (!dragged) return;
      send(document.getElementById("merging"), [
        ["do", "move"], ["observation", dragged], ["destination", place.dataset.destination],
      ]);
      dragged = null;
    });
  });
}

/** Somebody who types or has a menu open must not lose it to another person's act. */
const busy = () => document.activeElement?.matches("input:not([type=checkbox]), select, textarea") || dragged;

async function watch() {
  const { stateUrl, acts, status, finished } = document.getElementById("room").dataset;
  if (!document.hidden && !busy()) {
    try {
      const response = await fetch(stateUrl, { cache: "no-store", headers: { Accept: "application/json" } });
      const state = response.ok ? await response.json() : null;
      const changed = state && (String(state.n_acts) !== acts || state.status !== status || String(state.n_finished) !== finished);
      if (changed && !busy()) await load(location.href);
    } catch {
      // The next look tries again.
    }
  }
  setTimeout(watch, EVERY_SECONDS * 1000);
}

wire();
setTimeout(watch, EVERY_SECONDS * 1000);
