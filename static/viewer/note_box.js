// Notes on their way.

import { call, uuid } from "./api.js";
import { Queue } from "./queue.js";

export class NoteBox extends Queue {
  /** Beside what every queue tells: `on.saved(row, note)`: the server has the note. */
  constructor(options) {
    super({ name: "notes", ...options });
  }

  /** Keep a note; resolves once it is safe on this device. */
  async add(caseUrl, note) {
    await this.keep({ person: this.person, caseUrl, note: { ...note, idempotency_key: uuid() } });
    this.send();
  }

  sendOne({ caseUrl, note }) {
    return call("POST", `${caseUrl}observations/`, note);
  }

  async confirmed(row, note) {
    await super.confirmed(row);
    this.on.saved(row, note);
    this.on.change();
  }
}
