// Answers on their way. Each carries the version that it supersedes, and tabs tell each other what was said.

import { call, uuid } from "./api.js";
import { Queue } from "./queue.js";

export class Outbox extends Queue {
  /**
   * Beside what every queue tells: `on.standing(caseUrl, key, answer)`: the version that stands on the server;
   * `on.elsewhere(message)`: another tab did something.
   */
  constructor(options) {
    super({ name: "answers", ...options });
    this.versions = new Map();
    this.channel = "BroadcastChannel" in globalThis ? new BroadcastChannel(`counterpart-answers-${this.person}`) : null;
    this.channel?.addEventListener("message", ({ data }) => this.heard(data));
    this.signal?.addEventListener("abort", () => this.channel?.close());
  }

  /** Keep a change of a criterion; resolves once it is safe on this device. `base`: the version last seen. */
  async add(caseUrl, key, { kind, score, reason }, base) {
    const answer = { kind, score, reason, idempotency_key: uuid() };
    await this.keep({ person: this.person, caseUrl, key, answer, base });
    this.tell({ kind: "kept", caseUrl, key, answer });
    this.send();
  }

  /** Changes of one criterion that wait. */
  waitingFor(caseUrl, key) {
    return this.waiting(caseUrl).filter((row) => row.key === key);
  }

  /** Tell the browser's other tabs. */
  tell(message) {
    if (!this.signal?.aborted) this.channel?.postMessage(message);
  }

  sendOne({ caseUrl, key, answer, base }) {
    const url = `${caseUrl}answers/${key}/`;
    return call("PUT", url, { ...answer, base_version: Math.max(base, this.versions.get(url) ?? 0) });
  }

  async confirmed(row, { version, standing }) {
    const { caseUrl, key } = row;
    this.knows(caseUrl, key, version);
    for (const later of await this.store.all(this.name, this.person)) {
      if (later.n === row.n || later.caseUrl !== caseUrl || later.key !== key) continue;
      await this.store.put(this.name, { ...later, base: version });
    }
    await super.confirmed(row);
    this.on.standing(caseUrl, key, standing);
    this.tell({ kind: "standing", caseUrl, key, version, standing });
    this.on.change();
  }

  /** What was answered after it was said on the strength of it, and goes with it. */
  fallsWith({ caseUrl, key }) {
    return this.waitingFor(caseUrl, key);
  }

  /** A version that this browser made: what is said after it may supersede it. */
  knows(caseUrl, key, version) {
    this.versions.set(`${caseUrl}answers/${key}/`, version);
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
