// Draws a part of the page anew every few seconds, as long as something is under way. The part is the server's own
// HTML; whoever had the focus keeps it, because what can be focused has an id.
const part = document.getElementById("live");
const connection = document.getElementById("connection");
const EVERY_MS = 3000;
const SLOWEST_MS = 60000;
let wait = EVERY_MS;

const isOver = () => part.firstElementChild.hasAttribute("data-over");

async function refresh() {
  const answer = await fetch(part.dataset.address, { headers: { Accept: "text/html" } });
  if (answer.redirected || [401, 403, 404].includes(answer.status)) return location.reload();
  if (!answer.ok) throw new Error(answer.status);
  const html = await answer.text();
  const focused = document.activeElement?.id;
  const parsed = new DOMParser().parseFromString(html, "text/html");
  if (parsed.body.innerHTML.trim() !== part.innerHTML.trim()) {
    part.replaceChildren(...parsed.body.childNodes);
    if (focused && document.activeElement === document.body) document.getElementById(focused)?.focus();
  }
}

async function loop() {
  if (isOver()) return;
  if (!document.hidden) {
    try {
      await refresh();
      wait = EVERY_MS;
      connection.textContent = "";
    } catch {
      wait = Math.min(2 * wait, SLOWEST_MS);
      connection.textContent = connection.dataset.lost;
    }
  }
  setTimeout(loop, wait);
}

setTimeout(loop, wait);
