// Words come from the page, in its language: <template id="words"> holds them, {names} in braces are filled in.

export function say(name, values = {}) {
  const words = document.getElementById("words").content.querySelector(`[data-word="${name}"]`).textContent;
  return words.replace(/\{(\w+)\}/g, (_, key) => values[key]);
}
