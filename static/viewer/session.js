// When the session ends while a case is open, its reader signs in again in place; nothing on the page is lost.

import { Refusal, pause, session, signIn } from "./api.js";
import { say } from "./words.js";

const ASK_AGAIN_SECONDS = 30;

export class Session {
  constructor(dialog, person, signal) {
    Object.assign(this, { dialog, person, asking: null });
    this.password = dialog.querySelector("input[type=password]");
    this.code = dialog.querySelector("input[autocomplete=one-time-code]");
    this.words = dialog.querySelector("[role=alert]");
    dialog.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    dialog.querySelector("[data-later]").addEventListener("click", () => dialog.close("later"));
    // Signed in again in another tab: then there is nothing to ask.
    addEventListener("focus", () => { if (dialog.open) this.isBack(); }, { signal });
  }

  get isOpen() {
    return this.dialog.open;
  }

  /** Run `act`; when it needs a sign-in, ask for one and run it again. */
  async keep(act) {
    for (;;) {
      try {
        return await act();
      } catch (error) {
        if (!(error instanceof Refusal) || !error.needsSignIn) throw error;
        await this.ask(error);
      }
    }
  }

  /** Resolves when the page's person is signed in, or wants to be asked again later. */
  ask(error) {
    this.asking ??= this.askOnce(error).finally(() => { this.asking = null; });
    return this.asking;
  }

  async askOnce(error) {
    if (await this.isBack()) return;
    this.words.textContent = error.code === "another_person" ? error.message : "";
    this.askFor(this.password);
    this.dialog.returnValue = "";
    this.dialog.showModal();
    this.password.focus();
    await new Promise((done) => this.dialog.addEventListener("close", done, { once: true }));
    this.password.value = this.code.value = "";
    if (this.dialog.returnValue !== "done") await pause(ASK_AGAIN_SECONDS);
  }

  async isBack() {
    try {
      if ((await session()) !== this.person) return false;
    } catch {
      return false;
    }
    if (this.dialog.open) this.dialog.close("done");
    return true;
  }

  /** Show the password's field, or the code's. */
  askFor(field) {
    for (const each of [this.password, this.code]) {
      each.closest("label").hidden = each !== field;
      each.required = each === field;
    }
    field.focus();
    field.select();
  }

  async submit() {
    this.words.textContent = "";
    const asked = this.code.required ? this.code : this.password;
    try {
      await signIn(asked === this.code
        ? { code: this.code.value }
        : { username: this.dialog.dataset.username, password: this.password.value });
      this.dialog.close("done");
    } catch (error) {
      this.words.textContent = error instanceof Refusal ? error.message : say("no-connection");
      const next = { second_factor: this.code, wrong_password: this.password }[error.code] ?? asked;
      this.askFor(next);
    }
  }
}
