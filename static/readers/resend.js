// What an earlier visit left on this device goes out as soon as its person is here again.

import { identify } from "../viewer/api.js";
import { NoteBox } from "../viewer/note_box.js";
import { Outbox } from "../viewer/outbox.js";
import { openStore } from "../viewer/store.js";

const words = document.getElementById("waiting");
const { person, sessionUrl, sending, saved, refused } = words.dataset;

function say(text) {
  words.textContent = text;
  words.hidden = false;
}

identify({ person, sessionUrl });
const { store, isKept } = await openStore();
const lost = [];
const on = {
  change: () => {},
  standing: () => {},
  saved: () => {},
  lost: (row, { message }) => { lost.push([message, row.note?.text].filter(Boolean).join(" ")); },
  signIn: () => location.reload(),
  elsewhere: () => {},
};
const left = [];
for (const Box of [Outbox, NoteBox]) {
  const box = new Box({ store, isKept, person, on });
  if ((await store.all(box.name, person)).length) left.push(box);
}
if (left.length) {
  say(sending);
  for (const box of left) {
    await box.load();
    await box.send();
  }
  const held = left.find((box) => box.rows.length);
  if (lost.length) say([refused, ...lost].join("\n"));
  else say(held ? held.trouble.message : saved);
}
