// The form: one criterion is marked; a digit answers it and marks the next, 0 says that it cannot be judged, and
// why. It shows answers and tells of changes; keeping and sending them is the outbox's.

const OPEN = { kind: "", score: null, reason: "", version: 0 };
const CANNOT = "cannot_judge";

export class Form {
  /** `items`: key, kind, score, reason, version as the case has them; `changed(key, answer, version)` on a change. */
  constructor(root, { items, changed, marked }) {
    Object.assign(this, { changed, onMarked: marked, marked: 0, undone: [] });
    this.fields = Array.from(root.querySelectorAll("fieldset"));
    this.answers = new Map(items.map(({ key, kind, score, reason, version }) => [key, { kind, score, reason, version }]));
    this.fields.forEach((field, i) => this.listen(field, i));
    root.addEventListener("submit", (event) => event.preventDefault());
    for (const field of this.fields) this.draw(field);
    this.mark(Math.max(0, (this.missing[0] ?? 1) - 1));
  }

  listen(field, i) {
    field.addEventListener("pointerdown", () => this.mark(i));
    field.addEventListener("focusin", () => this.mark(i));
    field.addEventListener("change", ({ target }) => {
      if (target.type !== "radio") return;
      if (target.value === "0") this.askWhy(field);
      else this.give(field, { kind: "score", score: Number(target.value), reason: "" });
    });
    const why = this.why(field);
    why.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && why.value.trim()) this.giveReason(field, why.value);
      else if (event.key === "Escape") this.closeWhy(field);
      else return;
      event.preventDefault();
    });
    why.addEventListener("blur", () => {
      if (why.value.trim()) this.giveReason(field, why.value);
      else setTimeout(() => { if (!field.contains(document.activeElement)) this.closeWhy(field); });
    });
    for (const preset of field.querySelectorAll("[data-reason]")) {
      preset.addEventListener("pointerdown", (event) => event.preventDefault());
      preset.addEventListener("click", () => this.giveReason(field, preset.dataset.reason));
    }
  }

  why(field) {
    return field.querySelector(".why input");
  }

  answerOf(field) {
    return this.answers.get(field.dataset.key) ?? OPEN;
  }

  isAnswered(field) {
    return ["score", CANNOT].includes(this.answerOf(field).kind);
  }

  /** Numbers of the criteria without an answer, from 1. */
  get missing() {
    return this.fields.flatMap((field, i) => (this.isAnswered(field) ? [] : [i + 1]));
  }

  get canUndo() {
    return this.undone.length > 0;
  }

  mark(index) {
    this.marked = Math.min(this.fields.length - 1, Math.max(0, index));
    this.fields.forEach((field, i) => field.classList.toggle("marked", i === this.marked));
    const field = this.fields[this.marked];
    field.scrollIntoView({ block: "nearest" });
    this.onMarked?.(field.dataset.question);
  }

  move(by) {
    this.mark(this.marked + by);
  }

  /** Answer the marked criterion with a digit: 1 to 5, or 0 for "cannot judge". */
  digit(score) {
    const field = this.fields[this.marked];
    if (score === 0) {
      this.askWhy(field);
      this.why(field).focus();
      return;
    }
    this.give(field, { kind: "score", score, reason: "" });
    this.moveOn();
  }

  /** The next criterion; from the last one back to the first that is open. */
  next() {
    const atEnd = this.marked === this.fields.length - 1;
    this.mark(atEnd ? this.missing[0] - 1 : this.marked + 1);
  }

  moveOn() {
    const open = this.missing;
    this.mark(this.marked < this.fields.length - 1 ? this.marked + 1 : open.length ? open[0] - 1 : this.marked);
  }

  askWhy(field) {
    field.classList.add("asking");
    field.querySelector("input[value='0']").checked = true;
    const answer = this.answerOf(field);
    this.why(field).value = answer.kind === CANNOT ? answer.reason : "";
  }

  closeWhy(field) {
    if (!field.classList.contains("asking")) return;
    this.draw(field);
  }

  giveReason(field, reason) {
    if (!field.classList.contains("asking")) return;
    this.give(field, { kind: CANNOT, score: null, reason: reason.trim() });
    if (field.contains(document.activeElement)) {
      document.activeElement.blur();
      this.moveOn();
    }
  }

  give(field, answer, { isUndo = false } = {}) {
    const before = this.answerOf(field);
    const same = ["kind", "score", "reason"].every((part) => before[part] === answer[part]);
    if (same) {
      this.draw(field);
      return;
    }
    if (!isUndo) this.undone.push({ key: field.dataset.key, before });
    this.answers.set(field.dataset.key, { ...answer, version: before.version });
    this.draw(field);
    this.changed(field.dataset.key, answer, before.version);
  }

  /** Take the last change of this page back: what was there before is a new version, or nothing is any more. */
  undo() {
    const last = this.undone.pop();
    if (!last) return;
    const index = this.fields.findIndex((field) => field.dataset.key === last.key);
    const { kind, score, reason } = last.before;
    const wasOpen = kind === "" || kind === "withdrawn";
    this.give(
      this.fields[index],
      wasOpen ? { kind: "withdrawn", score: null, reason: "" } : { kind, score, reason },
      { isUndo: true },
    );
    this.mark(index);
  }

  /** Show what stands on the server or was kept by another tab; `version` is left as it is where it is unknown. */
  show(key, answer) {
    const field = this.fields.find((other) => other.dataset.key === key);
    if (!field || field.classList.contains("asking")) return;
    const version = answer.version ?? this.answerOf(field).version;
    this.answers.set(key, { kind: answer.kind, score: answer.score, reason: answer.reason, version });
    this.draw(field);
  }

  /** The server has confirmed a version while a later change still waits: only the number is news. */
  confirm(key, version) {
    const answer = this.answers.get(key);
    if (answer) answer.version = version;
  }

  draw(field) {
    const answer = this.answerOf(field);
    field.classList.remove("asking");
    const value = answer.kind === "score" ? String(answer.score) : answer.kind === CANNOT ? "0" : null;
    for (const radio of field.querySelectorAll("input[type=radio]")) radio.checked = radio.value === value;
    this.why(field).value = answer.kind === CANNOT ? answer.reason : "";
    field.querySelector(".reason").textContent = answer.kind === CANNOT ? answer.reason : "";
  }
}
