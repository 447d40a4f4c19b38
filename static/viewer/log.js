// What is done in the viewer, told to whoever listens on the page.

export function record(kind, data = {}) {
  document.dispatchEvent(new CustomEvent("viewer:act", { detail: { kind, data } }));
}
