// The answers of one case: the form on the screen, the outbox behind it, other tabs and the session beside it.

import { Refusal, call, identify } from "./api.js";
import { Form } from "./form.js";
import * as log from "./log.js";
import { Outbox } from "./outbox.js";
import { Session } from "./session.js";
import { openStore } from "./store.js";
import { say } from "./words.js";

const clock = new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "medium" });

const at = (id) => document.getElementById(id);

export class Answers {
  /** `viewer` is the page's root; its data attributes name the person and the addresses. */
  constructor(viewer, signal) {
    Object.assign(this, viewer.dataset, { viewer, signal });
    identify({ person: this.person, sessionUrl: this.sessionUrl });
    this.session = new Session(at("sign-in"), this.person, signal);
    this.form = null;
    this.notice = "";
  }

  /** A request of this page, which waits for its reader to sign in again where the session has ended. */
  call(method, url, body) {
    return this.session.keep(() => call(method, url, body));
  }

  /** Take up the case: `found` is what the server says of it; `hindrance()` what else keeps it from being done. */
  async open(found, { hindrance = () => "" } = {}) {
    Object.assign(this, { found, hindrance });
    const { store, isKept } = await openStore();
    this.isKept = isKept;
    this.outbox = new Outbox({
      store, isKept, person: this.person, signal: this.signal,
      on: {
        change: () => this.update(),
        standing: (caseUrl, key, standing) => this.standing(caseUrl, key, standing),
        lost: (row, error) => this.lost(row, error),
        signIn: (error) => this.session.ask(error),
        elsewhere: (message) => this.elsewhere(message),
      },
    });
    if (at("form")) this.makeForm(found);
    this.outbox.savedAt = lastSaved(found.criteria);
    await this.outbox.load();
    this.showWaiting();
    const { signal } = this;
    addEventListener("focus", () => this.refresh(), { signal });
    addEventListener("pageshow", ({ persisted }) => { if (persisted) this.refresh(); }, { signal });
    addEventListener("beforeunload", (event) => {
      if (!this.isKept && this.outbox.waiting(this.caseUrl).length) event.preventDefault();
    }, { signal });
    at("undo")?.addEventListener("click", () => this.form?.undo());
    document.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.key.toLowerCase() !== "z") return;
      if (event.target.matches("input:not([type=radio]):not([type=range]), textarea")) return;
      event.preventDefault();
      this.form?.undo();
    }, { signal });
    this.update();
  }

  makeForm(found) {
    at("form").inert = false;
    this.form = new Form(at("form"), {
      items: found.criteria,
      marked: (question) => { at("question").textContent = question; },
      changed: (key, answer, version) => {
        this.notice = "";
        log.record("answer", { criterion: key });
        this.outbox.add(this.caseUrl, key, answer, version);
      },
    });
  }

  get missing() {
    return this.form ? this.form.missing : [];
  }

  /** What waits on this device is what the reader said last. */
  showWaiting() {
    for (const row of this.outbox.waiting(this.caseUrl)) this.form?.show(row.key, row.answer);
    this.update();
  }

  standing(caseUrl, key, standing) {
    if (caseUrl !== this.caseUrl || !standing) return;
    if (this.outbox.waitingFor(caseUrl, key).length) this.form?.confirm(key, standing.version);
    else this.form?.show(key, standing);
    this.update();
  }

  async lost(row, error) {
    const isHere = row.caseUrl === this.caseUrl;
    this.notice = isHere ? error.message : say("lost-elsewhere", { problem: error.message });
    if (isHere) await this.refresh();
    else this.update();
  }

  elsewhere(message) {
    if (message.caseUrl !== this.caseUrl) return;
    if (message.kind === "kept") this.form?.show(message.key, message.answer);
    if (message.kind === "submitted") location.assign(this.homeUrl);
    this.update();
  }

  /** Look at the server again: another tab or another computer may have answered meanwhile. */
  async refresh() {
    this.outbox.send();
    try {
      const found = await call("GET", this.caseUrl);
      for (const item of found.criteria) this.standing(this.caseUrl, item.key, item);
    } catch (error) {
      if (error instanceof Refusal && error.code === "submitted") location.assign(this.homeUrl);
      else if (error instanceof Refusal && error.needsSignIn) this.session.ask(error);
    }
    this.update();
  }

  update() {
    if (!this.outbox || this.signal.aborted) return;
    const missing = this.missing;
    const hindrance = this.hindrance();
    at("submit").disabled = missing.length > 0 || hindrance !== "" || this.submitting === true;
    if (at("undo")) at("undo").disabled = !this.form?.canUndo;
    const open = missing.length ? say("missing", { numbers: missing.join(", ") }) : "";
    const saved = this.stateWords();
    at("saved").textContent = [open, hindrance, saved].filter(Boolean).join("\n");
    at("trouble").textContent = this.notice || this.troubleWords();
  }

  stateWords() {
    const waiting = this.outbox.waiting(this.caseUrl).length;
    if (waiting && this.outbox.isTroubled) return say(this.isKept ? "kept" : "unsent");
    if (waiting) return say("saving");
    return this.outbox.savedAt ? say("saved", { time: clock.format(this.outbox.savedAt) }) : "";
  }

  troubleWords() {
    const { trouble } = this.outbox;
    if (!trouble || !this.outbox.isTroubled) return "";
    if (trouble.passes) return trouble.message;
    return trouble instanceof Refusal ? say("signed-out") : say("retrying");
  }

  /** Send what waits and finish the case; then `leave(next)`: the next case, or null when it is time for a pause. */
  async submit(leave) {
    if (at("submit").disabled) return;
    this.submitting = true;
    this.notice = "";
    this.update();
    try {
      await this.outbox.flush(this.caseUrl);
      if (this.missing.length || this.notice) return;
      await log.flush();
      const { form_sha256: form } = this.found;
      const reply = await this.call("POST", `${this.caseUrl}submit/`, { form_sha256: form });
      this.outbox.tell({ kind: "submitted", caseUrl: this.caseUrl });
      await leave(reply.pause_advised ? null : reply.next_case);
    } catch (error) {
      this.notice = error instanceof Refusal ? error.message : say("no-connection");
    } finally {
      this.submitting = false;
      this.update();
    }
  }
}

function lastSaved(items) {
  const times = items.flatMap(({ answered_at: time }) => (time ? [new Date(time)] : []));
  return times.length ? new Date(Math.max(...times)) : null;
}
