// The viewing log: what happened while a case was open, numbered, kept on this device until the server has it.

import { Refusal, call, uuid } from "./api.js";
import { openStore } from "./store.js";

const FLUSH_SECONDS = 5;
const INPUT_SECONDS = 10;
const BATCH = 400;

let current = null;

/** Begin the log of a case; it ends with `signal`. What earlier visits left on this device goes out first. */
export function open(caseUrl, signal) {
  const { person } = document.getElementById("viewer").dataset;
  current = new Sitting(caseUrl, person, signal);
  resend(person, current.id);
}

/** Note an event of the open case; `data` is a small object. Never a score: answers go their own way. */
export function record(kind, data = {}) {
  current?.record(kind, data);
}

/** Resolves once everything so far is with the server, or could not be sent now. */
export async function flush() {
  await current?.flush();
}

class Sitting {
  constructor(caseUrl, person, signal) {
    Object.assign(this, { caseUrl, person, id: uuid(), next: 0, unsent: [], sending: null, lastInput: -Infinity });
    for (const kind of ["pointermove", "pointerdown", "keydown", "wheel"]) {
      addEventListener(kind, () => this.input(), { passive: true, capture: true, signal });
    }
    const visibility = () => {
      this.record("visibility", { visible: document.visibilityState === "visible" });
      if (document.visibilityState === "hidden") this.leave();
    };
    document.addEventListener("visibilitychange", visibility, { signal });
    addEventListener("pagehide", () => this.end(), { signal });
    const timer = setInterval(() => this.flush(), FLUSH_SECONDS * 1000);
    signal?.addEventListener("abort", () => {
      clearInterval(timer);
      this.end();
    });
  }

  record(kind, data = {}) {
    const event = { sequence: this.next, kind, at_ms: Math.max(0, Math.round(performance.now())), data };
    this.next += 1;
    const row = { person: this.person, caseUrl: this.caseUrl, sitting: this.id, event };
    this.unsent.push(row);
    row.kept = openStore().then(({ store }) => store.add("events", { ...row, kept: undefined }));
  }

  /** Somebody is there: noted now and then, not at every movement. */
  input() {
    const now = performance.now();
    if (now - this.lastInput < INPUT_SECONDS * 1000) return;
    this.lastInput = now;
    this.record("input");
  }

  async flush() {
    while (this.sending) await this.sending;
    for (let before = Infinity; this.unsent.length && this.unsent.length < before;) {
      before = this.unsent.length;
      this.sending = this.send(this.unsent.slice(0, BATCH)).finally(() => { this.sending = null; });
      await this.sending;
    }
  }

  async send(rows, options) {
    const isDone = await post(rows, options);
    if (!isDone) return; // it stays here, and goes out later
    this.unsent = this.unsent.filter((row) => !rows.includes(row));
    await forget(await Promise.all(rows.map((row) => row.kept)));
  }

  end() {
    this.record("leave");
    this.leave();
  }

  /** The page may be gone in a moment: sent without waiting; what does not arrive goes out on the next visit. */
  leave() {
    const rows = this.unsent.slice(0, BATCH);
    if (rows.length) this.send(rows, { keepalive: true });
  }
}

/** True when the server has the events, or will never take them. */
async function post(rows, options) {
  const [{ caseUrl, sitting }] = rows;
  try {
    await call("POST", `${caseUrl}events/`, { sitting, events: rows.map((row) => row.event) }, options);
  } catch (error) {
    return error instanceof Refusal && !error.needsSignIn;
  }
  return true;
}

async function forget(numbers) {
  const { store } = await openStore();
  await store.remove("events", numbers);
}

async function resend(person, sitting) {
  const { store } = await openStore();
  const left = (await store.all("events", person)).filter((row) => row.sitting !== sitting);
  for (const id of new Set(left.map((row) => row.sitting))) {
    const rows = left.filter((row) => row.sitting === id);
    while (rows.length) {
      const batch = rows.splice(0, BATCH);
      if (!(await post(batch))) return;
      await forget(batch.map(({ n }) => n));
    }
  }
}
