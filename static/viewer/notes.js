// Notes of the exploratory and training phases: tied to a frame, perhaps with a point or a box on the image.
// The viewer hands over {frame(), go(frame), toImage(event), toPage(x, y), onDraw(callback), signal} in "viewer:ready".

import { Refusal, call, pause, uuid } from "./api.js";
import { Marker } from "./marker.js";

const LONGEST_PAUSE = 15;
const at = (id) => document.getElementById(id);

class Notes {
  constructor(root, viewing) {
    Object.assign(this, { root, viewing, url: root.dataset.url, waiting: [], shown: [], sending: null, frame: null });
    this.draftKey = `note ${this.url}`;
    this.marker = new Marker(root, viewing, () => this.keepDraft());
    // Typing a note must not play the video or submit the case.
    root.addEventListener("keydown", (event) => event.stopPropagation());
    at("note-form").addEventListener("submit", (event) => { event.preventDefault(); this.add(); });
    at("note-form").addEventListener("input", () => this.keepDraft());
    viewing.onDraw(() => this.followFrame());
    const { signal } = viewing;
    document.addEventListener("click", (event) => this.beforeLeaving(event, event.target.closest("#submit")), { capture: true, signal });
    document.addEventListener("keydown", (event) => {
      this.beforeLeaving(event, event.key === "Enter" && !root.contains(event.target) && !event.target.closest("button, a"));
    }, { capture: true, signal });
    addEventListener("beforeunload", (event) => { if (this.waiting.length) event.preventDefault(); }, { signal });
    this.restoreDraft();
    this.load();
  }

  get hasDraft() {
    return at("note-text").value.trim() !== "";
  }

  async load() {
    this.shown = await call("GET", this.url);
    this.list();
    this.followFrame();
  }

  /** A note belongs to the frame on which it was begun, also when the video has moved on since. */
  followFrame() {
    const frame = this.hasDraft && this.frame !== null ? this.frame : this.viewing.frame();
    at("note-frame").textContent = frame + 1;
    this.marker.show(this.shown.filter((note) => note.mark && note.frame === this.viewing.frame()).map((note) => note.mark));
  }

  keepDraft() {
    if (!this.hasDraft) this.frame = null;
    this.frame ??= this.viewing.frame();
    const draft = { frame: this.frame, text: at("note-text").value, tags: at("note-tags").value, mark: this.marker.mark };
    sessionStorage.setItem(this.draftKey, JSON.stringify(draft));
    this.followFrame();
  }

  restoreDraft() {
    const draft = JSON.parse(sessionStorage.getItem(this.draftKey) ?? "null");
    if (!draft) return;
    at("note-text").value = draft.text;
    at("note-tags").value = draft.tags;
    this.frame = draft.text.trim() ? draft.frame : null;
    this.marker.set(draft.mark);
  }

  add() {
    if (!this.hasDraft) { at("note-text").focus(); return; }
    const tags = at("note-tags").value.split(",").map((tag) => tag.trim()).filter(Boolean);
    this.waiting.push({
      frame: this.frame ?? this.viewing.frame(), text: at("note-text").value.trim(), tags, mark: this.marker.mark,
      idempotency_key: uuid(),
    });
    at("note-form").reset();
    this.marker.set(null);
    this.frame = null;
    sessionStorage.removeItem(this.draftKey);
    this.followFrame();
    this.sending ??= this.send();
  }

  async send() {
    let failures = 0;
    at("note-saved").textContent = this.root.dataset.saving;
    while (this.waiting.length) {
      try {
        this.shown.push(await call("POST", this.url, this.waiting[0]));
        this.waiting.shift();
        failures = 0;
        at("note-trouble").textContent = "";
      } catch (error) {
        const final = error instanceof Refusal && !error.needsSignIn;
        at("note-trouble").textContent = final ? error.message : this.root.dataset.trouble;
        if (final) { this.waiting.shift(); continue; }
        await pause(Math.min(LONGEST_PAUSE, 2 ** failures));
        failures += 1;
      }
    }
    at("note-saved").textContent = at("note-trouble").textContent ? "" : this.root.dataset.saved;
    this.sending = null;
    this.list();
    this.followFrame();
  }

  /** What is typed or on its way is saved before the case is finished: after the last one notes are closed. */
  async beforeLeaving(event, leaving) {
    if (!leaving || (!this.hasDraft && !this.waiting.length)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (this.hasDraft) this.add();
    await this.sending;
    if (!at("note-trouble").textContent) at("submit").click();
  }

  list() {
    const items = [...this.shown].sort((a, b) => a.frame - b.frame).map((note) => {
      const item = at("note-item").content.firstElementChild.cloneNode(true);
      item.dataset.note = note.public_id;
      item.querySelector(".note-go b").textContent = note.frame + 1;
      item.querySelector(".note-words").textContent = note.text;
      item.querySelector(".note-labels").textContent = note.tags.join(", ");
      item.querySelector(".note-go").addEventListener("click", () => this.viewing.go(note.frame));
      item.querySelector(".note-retract").addEventListener("click", () => this.retract(note));
      return item;
    });
    at("note-list").replaceChildren(...items);
  }

  async retract(note) {
    try {
      await call("POST", `${this.url}${note.public_id}/retraction/`);
      this.shown = this.shown.filter((each) => each !== note);
      this.list();
      this.followFrame();
      at("notes-title").focus();
    } catch (error) {
      at("note-trouble").textContent = error.message;
    }
  }
}

document.addEventListener("viewer:ready", ({ detail: viewing }) => {
  if (at("notes")) new Notes(at("notes"), viewing);
});
