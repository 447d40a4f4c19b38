// The contact sheet: a button over each image on the canvas, with the frame's number; it opens that frame.

import { say } from "./words.js";

export class Sheet {
  constructor(space, display, open) {
    Object.assign(this, { display, open });
    this.root = space.appendChild(Object.assign(document.createElement("div"), { className: "sheet", hidden: true }));
  }

  layOut() {
    const { display, root } = this;
    const showing = display.view === "sheet" && Boolean(display.panes);
    if (showing && root.hidden) root.replaceChildren(...display.sheetFrames.map((frame) => this.button(frame)));
    root.hidden = !showing;
    if (!showing) return;
    Array.from(root.children).forEach((button, i) => {
      const { area } = display.panes[i];
      for (const [side, length] of [["left", area.x], ["top", area.y], ["width", area.width], ["height", area.height]]) {
        button.style[side] = `${length / devicePixelRatio}px`;
      }
    });
  }

  button(frame) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: frame + 1 });
    button.setAttribute("aria-label", say("open-frame", { frame: frame + 1 }));
    button.addEventListener("click", () => this.open(frame));
    button.addEventListener("pointerdown", (event) => event.stopPropagation());
    return button;
  }
}
