// The form: one criterion is marked, a digit answers it and marks the next. Every change is saved at once, in
// order, and again until the server has confirmed it.

import { Refusal, call, pause, uuid } from "./api.js";

const LONGEST_PAUSE = 15;

export class Form {
  /** `report({saved, trouble})` is called whenever something was saved, or could not be. */
  constructor(root, caseUrl, report) {
    Object.assign(this, { caseUrl, report, waiting: new Map(), sending: null, marked: 0 });
    this.items = Array.from(root.querySelectorAll("fieldset"));
    this.items.forEach((item, i) => {
      item.addEventListener("pointerdown", () => this.mark(i));
      item.addEventListener("focusin", () => this.mark(i));
      item.addEventListener("change", (event) => this.changed(item, Number(event.target.value)));
    });
    root.addEventListener("submit", (event) => event.preventDefault());
    this.mark(Math.max(0, this.items.findIndex((item) => this.score(item) === null)));
  }

  score(item) {
    const checked = item.querySelector("input:checked");
    return checked ? Number(checked.value) : null;
  }

  /** Numbers of the criteria without an answer, from 1. */
  get missing() {
    return this.items.flatMap((item, i) => (this.score(item) === null ? [i + 1] : []));
  }

  mark(index) {
    this.marked = Math.min(this.items.length - 1, Math.max(0, index));
    this.items.forEach((item, i) => item.classList.toggle("marked", i === this.marked));
    const item = this.items[this.marked];
    document.getElementById("question").textContent = item.dataset.question;
    item.scrollIntoView({ block: "nearest" });
  }

  move(by) {
    this.mark(this.marked + by);
  }

  answer(score) {
    const item = this.items[this.marked];
    item.querySelector(`input[value="${score}"]`).checked = true;
    this.changed(item, score);
    const open = this.missing;
    this.mark(this.marked < this.items.length - 1 ? this.marked + 1 : open.length ? open[0] - 1 : this.marked);
  }

  changed(item, score) {
    this.waiting.delete(item.dataset.key);
    this.waiting.set(item.dataset.key, { score, idempotency_key: uuid() });
    this.report({});
    this.sending ??= this.send();
  }

  get unsaved() {
    return this.waiting.size > 0;
  }

  /** Resolves when everything typed so far is on the server. */
  async flush() {
    while (this.sending) await this.sending;
  }

  async send() {
    let failures = 0;
    while (this.waiting.size) {
      const [key, answer] = this.waiting.entries().next().value;
      try {
        await call("PUT", `${this.caseUrl}answers/${key}/`, answer);
        failures = 0;
        if (this.waiting.get(key) === answer) this.waiting.delete(key);
        this.report({ saved: new Date() });
      } catch (error) {
        const final = error instanceof Refusal && error.code !== "signed_out";
        this.report({ trouble: error });
        if (final) {
          this.waiting.delete(key);
          continue;
        }
        failures += 1;
        await pause(Math.min(LONGEST_PAUSE, 2 ** (failures - 1)));
      }
    }
    this.sending = null;
  }
}
