// What is on its way to the server: kept on this device first, then sent in order, again and again, until the server
// has confirmed it. Tabs of one browser share it, and one of them sends.

import { Refusal } from "./api.js";

const LONGEST_PAUSE = 15;

/** A queue of rows, each with its person and its case's address; who extends it says how one is sent. */
export class Queue {
  /**
   * `name`: its part of the device's store. `on.change()`: something was kept, sent or could not be sent.
   * `on.lost(row, error)`: the server refused a row for good; where it only does so for now, the rows of the case are
   * `held`: kept, and tried again whenever there is an occasion. `on.signIn(error)` resolves once the page's person is
   * signed in again.
   */
  constructor({ store, isKept, name, person, signal, on }) {
    Object.assign(this, { store, isKept, name, person, signal, on, rows: [], pending: [], failures: 0, trouble: null, savedAt: null, sending: null, held: new Set() });
    this.wake = () => {};
    addEventListener("online", () => this.send(), { signal });
  }

  /** Take up what an earlier visit left here. */
  async load() {
    this.rows = await this.store.all(this.name, this.person);
    this.on.change();
    this.send();
  }

  waiting(caseUrl) {
    return [...this.rows, ...this.pending].filter((row) => row.caseUrl === caseUrl);
  }

  /** Resolves once the row is safe on this device; it is sent after that. */
  async keep(row) {
    this.pending.push(row);
    this.on.change();
    const n = await this.store.add(this.name, row);
    this.pending = this.pending.filter((other) => other !== row);
    if (!this.rows.some((other) => other.n === n)) this.rows.push({ ...row, n });
  }

  /** Resolves when nothing of this case waits any more, or a row of it was refused or is held. */
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
    return navigator.locks ? navigator.locks.request(`counterpart-${this.name}-${this.person}`, act) : act();
  }

  async sendAll() {
    this.held.clear();
    for (;;) {
      // Another tab may have sent some of it, or kept more, since this one last looked.
      this.rows = await this.store.all(this.name, this.person);
      this.on.change();
      const row = this.rows.find(({ caseUrl }) => !this.held.has(caseUrl));
      if (!row) return;
      try {
        await this.confirmed(row, await this.sendOne(row));
      } catch (error) {
        await this.failed(row, error);
      }
    }
  }

  /** The server has it: it need not be kept here any more. */
  async confirmed(row) {
    await this.drop([row]);
    Object.assign(this, { failures: 0, trouble: null, savedAt: new Date() });
  }

  /** What goes when the server refuses a row for good. */
  fallsWith(row) {
    return [row];
  }

  async failed(row, error) {
    if (error instanceof Refusal && !error.needsSignIn && !error.passes && error.code !== "csrf") {
      await this.drop(this.fallsWith(row));
      this.failures = 0;
      await this.on.lost(row, error);
      return;
    }
    this.failures += 1;
    this.trouble = error;
    if (error.passes) this.held.add(row.caseUrl);
    this.on.change();
    if (error.needsSignIn) await this.on.signIn(error);
    else if (!error.passes) await this.sleep(Math.min(LONGEST_PAUSE, 2 ** (this.failures - 1)));
  }

  async drop(rows) {
    const numbers = rows.flatMap(({ n }) => (n === undefined ? [] : [n]));
    await this.store.remove(this.name, numbers);
    this.rows = this.rows.filter(({ n }) => !numbers.includes(n));
  }

  /** Until the time has passed, the network is back, or there is more to send. */
  sleep(seconds) {
    return new Promise((done) => {
      const timer = setTimeout(done, seconds * 1000);
      this.wake = () => { clearTimeout(timer); done(); };
    });
  }
}
