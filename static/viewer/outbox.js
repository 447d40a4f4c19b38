// Answers on their way: each change is kept on this device first, then sent in order, again and again, until the
// server has confirmed it. Tabs of one browser share the box, and one of them sends.

import { Refusal, call, uuid } from "./api.js";

const LONGEST_PAUSE = 15;

export class Outbox {
  /**
   * `on.change()`: something was kept, sent or could not be sent. `on.standing(caseUrl, key, answer)`: the version
   * that stands on the server. `on.lost(row, error)`: the server refused a change for good; where it only does so
   * for now, the changes of the case are `held`: kept, and tried again whenever there is an occasion. `on.signIn()` resolves
   * once the page's person is signed in again. `on.elsewhere(message)`: another tab did something.
   */
  constructor({ store, isKept, person, signal, on }) {
    Object.assign(this, { store, isKept, person, signal, on, rows: [], pending: [], versions: new Map(), failures: 0, trouble: null, savedAt: null, sending: null, held: new Set() });
    this.wake = () => {};
    this.channel = "BroadcastChannel" in globalThis ? new BroadcastChannel(`counterpart-answers-${person}`) : null;
    this.channel?.addEventListener("message", ({ data }) => this.heard(data));
    addEventListener("online", () => this.send(), { signal });
    signal?.addEventListener("abort", () => this.channel?.close());
  }

  /** Take up what an earlier visit left here. */
  async load() {
    this.rows = await this.store.all("answers", this.person);
    this.on.change();
    this.send();
  }

  waiting(caseUrl, key = null) {
    return [...this.rows, ...this.pending].filter(
      (row) => row.caseUrl === caseUrl && (key === null || row.key === key),
    );
  }

  /** Keep a change of a criterion; resolves once it is safe on this device. `base`: the version last seen. */
  async add(caseUrl, key, { kind, score, reason }, base) {
    const answer = { kind, score, reason, idempotency_key: uuid() };
    const row = { person: this.person, caseUrl, key, answer, base };
    this.pending.push(row);
    this.on.change();
    const n = await this.store.add("answers", row);
    this.pending = this.pending.filter((other) => other !== row);
    if (!this.rows.some((other) => other.n === n)) this.rows.push({ ...row, n });
    this.tell({ kind: "kept", caseUrl, key, answer });
    this.send();
  }

  /** Tell the browser's other tabs. */
  tell(message) {
    if (!this.signal?.aborted) this.channel?.postMessage(message);
  }

  /** Resolves when nothing of this case waits any more, or a change of it was refused or is held. */
  async flush(caseUrl) {
    while (this.waiting(caseUrl).length) {
      await this.send();
      if (this.held.has(caseUrl)) return;
    }
  }

  get isTroubled() {
    return this.failures > 0;
  }

  /** Send what waits; the promise ends when nothing is left but what is held. */
  send() {
    this.wake();
    this.sending ??= this.inTurn(() => this.sendAll()).finally(() => { this.sending = null; });
    return this.sending;
  }

  /** One tab at a time; without locks (an insecure origin) idempotency keys alone prevent doubles. */
  inTurn(act) {
    return navigator.locks ? navigator.locks.request(`counterpart-answers-${this.person}`, act) : act();
  }

  async sendAll() {
    this.held.clear();
    for (;;) {
      // Another tab may have sent some of it, or kept more, since this one last looked.
      this.rows = await this.store.all("answers", this.person);
      this.on.change();
      const row = this.rows.find(({ caseUrl }) => !this.held.has(caseUrl));
      if (!row) return;
      try {
        const url = `${row.caseUrl}answers/${row.key}/`;
        const base = Math.max(row.base, this.versions.get(url) ?? 0);
        const reply = await call("PUT", url, { ...row.answer, base_version: base });
        await this.confirmed(row, reply);
      } catch (error) {
        await this.failed(row, error);
      }
    }
  }

  async confirmed(row, reply) {
    this.knows(row.caseUrl, row.key, reply.version);
    for (const later of await this.store.all("answers", this.person)) {
      if (later.n === row.n || later.caseUrl !== row.caseUrl || later.key !== row.key) continue;
      await this.store.put("answers", { ...later, base: reply.version });
    }
    await this.drop([row]);
    Object.assign(this, { failures: 0, trouble: null, savedAt: new Date() });
    this.on.standing(row.caseUrl, row.key, reply.standing);
    this.tell({ kind: "standing", caseUrl: row.caseUrl, key: row.key, version: reply.version, standing: reply.standing });
    this.on.change();
  }

  /** A version that this browser made: what is said after it may supersede it. */
  knows(caseUrl, key, version) {
    this.versions.set(`${caseUrl}answers/${key}/`, version);
  }

  async failed(row, error) {
    if (error instanceof Refusal && error.needsSignIn) {
      this.failures += 1;
      this.trouble = error;
      this.on.change();
      await this.on.signIn(error);
      return;
    }
    if (error instanceof Refusal && error.passes) {
      this.held.add(row.caseUrl);
      this.failures += 1;
      this.trouble = error;
      this.on.change();
      return;
    }
    if (error instanceof Refusal && error.code !== "csrf") {
      // What was answered after it was said on the strength of it, and goes with it.
      await this.drop(this.waiting(row.caseUrl, row.key));
      this.failures = 0;
      await this.on.lost(row, error);
      return;
    }
    this.failures += 1;
    this.trouble = error;
    this.on.change();
    await this.sleep(Math.min(LONGEST_PAUSE, 2 ** (this.failures - 1)));
  }

  async drop(rows) {
    const numbers = rows.flatMap(({ n }) => (n === undefined ? [] : [n]));
    await this.store.remove("answers", numbers);
    this.rows = this.rows.filter(({ n }) => !numbers.includes(n));
  }

  /** Until the time has passed, the network is back, or there is more to send. */
  sleep(seconds) {
    return new Promise((done) => {
      const timer = setTimeout(done, seconds * 1000);
      this.wake = () => { clearTimeout(timer); done(); };
    });
  }

  heard(message) {
    if (message.kind !== "standing") {
      this.on.elsewhere(message);
      return;
    }
    this.knows(message.caseUrl, message.key, message.version);
    // It may be this tab's own change, sent by the tab whose turn it was.
    this.savedAt = new Date();
    this.on.standing(message.caseUrl, message.key, message.standing);
  }
}
