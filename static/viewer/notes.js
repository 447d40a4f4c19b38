// Notes of the exploratory and training phases: tied to a frame, perhaps with a point or a box on the image.
// The viewer hands over {frame(), go(frame), toImage(event), toPage(x, y), onDraw(callback), session, signal} in
// "viewer:ready".

import { call } from "./api.js";
import { Marker } from "./marker.js";
import { NoteBox } from "./note_box.js";
import { openStore } from "./store.js";
import { say } from "./words.js";

const at = (id) => document.getElementById(id);

class Notes {
  constructor(root, viewing) {
    Object.assign(this, { root, viewing, url: root.dataset.url, shown: [], frame: null, refusal: "" });
    const { caseUrl, person } = root.closest("#viewer").dataset;
    Object.assign(this, { caseUrl, person });
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
      this.beforeLeaving(event, event.key === "Enter" && !root.contains(event.target) && !event.target.closest("button, a, dialog"));
    }, { capture: true, signal });
    addEventListener("beforeunload", (event) => {
      if (this.box && !this.box.isKept && this.waiting.length) event.preventDefault();
    }, { signal });
    this.fill(JSON.parse(sessionStorage.getItem(this.draftKey) ?? "null"));
    this.load();
  }

  /** Notes of this case that the server does not have yet. */
  get waiting() {
    return this.box?.waiting(this.caseUrl) ?? [];
  }

  get hasDraft() {
    return at("note-text").value.trim() !== "";
  }

  async load() {
    const { store, isKept } = await openStore();
    this.box = new NoteBox({
      store, isKept, person: this.person, signal: this.viewing.signal,
      on: {
        change: () => this.tell(),
        saved: ({ caseUrl }, note) => { if (caseUrl === this.caseUrl) this.saved(note); },
        lost: (row, error) => { if (row.caseUrl === this.caseUrl) this.giveBack(row.note, error); },
        signIn: (error) => this.viewing.session.ask(error),
      },
    });
    this.shown = await this.viewing.session.keep(() => call("GET", this.url));
    await this.box.load();
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

  /** Put a draft, or a note that was not taken, into the form. */
  fill(draft) {
    if (!draft) return;
    at("note-text").value = draft.text;
    at("note-tags").value = draft.tags;
    this.frame = draft.text.trim() ? draft.frame : null;
    this.marker.set(draft.mark);
  }

  async add() {
    if (!this.hasDraft) { at("note-text").focus(); return; }
    const tags = at("note-tags").value.split(",").map((tag) => tag.trim()).filter(Boolean);
    const note = { frame: this.frame ?? this.viewing.frame(), text: at("note-text").value.trim(), tags, mark: this.marker.mark };
    this.refusal = "";
    const kept = this.box.add(this.caseUrl, note);
    at("note-form").reset();
    this.marker.set(null);
    this.frame = null;
    await kept;
    if (!this.hasDraft) sessionStorage.removeItem(this.draftKey);
    this.followFrame();
  }

  saved(note) {
    this.shown = [...this.shown.filter((each) => each.public_id !== note.public_id), note];
    this.list();
    this.followFrame();
  }

  /** The server will never take this note as it is: its words go back into the form, in front of what stands there. */
  giveBack(note, error) {
    this.refusal = error.message;
    const text = [note.text, at("note-text").value].filter(Boolean).join("\n");
    this.fill({ ...note, text, tags: note.tags.join(", ") });
    this.keepDraft();
    this.tell();
  }

  /** Say whether what was noted is with the server, and what keeps it from getting there. */
  tell() {
    const { isTroubled, isKept, trouble, savedAt } = this.box;
    const { saving, saved } = this.root.dataset;
    const waits = this.waiting.length > 0;
    if (waits) at("note-saved").textContent = isTroubled ? say(isKept ? "kept" : "unsent") : saving;
    else at("note-saved").textContent = savedAt && !this.refusal ? saved : "";
    const why = trouble?.passes ? trouble.message : say(trouble?.needsSignIn ? "signed-out" : "retrying");
    at("note-trouble").textContent = this.refusal || (waits && isTroubled ? why : "");
  }

  /** What is typed or on its way is saved before the case is finished: after the last one notes are closed. */
  async beforeLeaving(event, leaving) {
    if (!leaving || (!this.hasDraft && !this.waiting.length)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (this.hasDraft) await this.add();
    await this.box.flush(this.caseUrl);
    if (!this.waiting.length && !this.refusal) at("submit").click();
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
      await this.viewing.session.keep(() => call("POST", `${this.url}${note.public_id}/retraction/`));
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
