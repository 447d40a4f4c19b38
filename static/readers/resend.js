// What an earlier visit left on this device goes out as soon as its person is here again.

import { identify } from "../viewer/api.js";
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
let lost = false;
const outbox = new Outbox({
  store, isKept, person,
  on: {
    change: () => { if (outbox?.rows.length) say(sending); },
    standing: () => {},
    lost: (row, error) => { lost = true; say(`${refused} ${error.message}`); },
    signIn: () => location.reload(),
    elsewhere: () => {},
  },
});
if ((await store.all("answers", person)).length) {
  await outbox.load();
  await outbox.send();
  if (outbox.rows.length) say(outbox.trouble.message);
  else if (!lost) say(saved);
}
