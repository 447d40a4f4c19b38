// Draws the page's figures with plotly, in the colours of the page; downloads keep the colours of paper.
// A filter fetches its page and swaps the content, so that plotly is loaded once.
const PNG_SCALE = 3;
const CONFIG = { displayModeBar: false };
const main = document.querySelector("main");

/** A copy of the layout for the screen: see-through, with the text colour of the page. */
function onScreen(layout) {
  const screen = structuredClone(layout);
  const ink = getComputedStyle(main).color;
  for (const shape of screen.shapes ?? []) if (shape.line.color === layout.font.color) shape.line.color = ink;
  screen.font.color = ink;
  screen.paper_bgcolor = "rgba(0,0,0,0)";
  return screen;
}

/** A copy of the layout for a file: the heading of the page becomes the title. */
function onPaper(layout, title) {
  const paper = structuredClone(layout);
  paper.title = { text: title, font: { size: 14 }, x: 0.01, xanchor: "left", y: 1, yanchor: "top", pad: { t: 12 } };
  paper.margin.t += 30;
  paper.height += 30;
  return paper;
}

async function download(figure, element, format) {
  const layout = onPaper(figure.layout, element.dataset.title);
  const { width, height } = layout;
  const link = document.createElement("a");
  link.href = await Plotly.toImage({ data: figure.data, layout }, { format, width, height, scale: format === "png" ? PNG_SCALE : 1 });
  link.download = `${element.dataset.file}.${format}`;
  link.click();
}

const figures = () => [...main.querySelectorAll(".figure")];
const filters = () => [...main.querySelectorAll(".filters a")];
const figureOf = (element) => JSON.parse(document.getElementById(element.dataset.figure).textContent);

async function draw() {
  await Promise.all(figures().map((element) => {
    const figure = figureOf(element);
    return Plotly.react(element, figure.data, onScreen(figure.layout), CONFIG);
  }));
  for (const part of main.querySelectorAll(".from-page")) part.hidden = false;
  performance.mark("figures-drawn");
  document.documentElement.dataset.figures = "drawn";
}

let turn = 0;

/** Take the content of another page of figures; anything but such a page is simply gone to. The last call wins. */
async function show(address) {
  const mine = ++turn;
  main.setAttribute("aria-busy", "true");
  delete document.documentElement.dataset.figures;
  const response = await fetch(address).catch(() => null);
  const page = new DOMParser().parseFromString((await response?.text()) ?? "", "text/html");
  if (mine !== turn) return;
  if (!response?.ok || !page.querySelector(".filters")) {
    location.assign(address);
    return;
  }
  figures().forEach(Plotly.purge);
  main.replaceChildren(...page.querySelector("main").children);
  await draw();
  main.removeAttribute("aria-busy");
}

main.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-format]");
  if (button) {
    const element = main.querySelector(`.figure[data-figure="${button.closest(".from-page").dataset.figure}"]`);
    await download(figureOf(element), element, button.dataset.format);
  }
  const link = event.target.closest(".filters a");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    const place = filters().indexOf(link);
    history.pushState(null, "", link.href);
    await show(link.href);
    filters()[place]?.focus();
  }
});
addEventListener("popstate", () => show(location.href));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
await draw();
