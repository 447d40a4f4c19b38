// While numbers are changed the server says what they ask of readers, and which of them are impossible.
const form = document.querySelector("form[data-outlook]");
const outlook = form.querySelector(".outlook");
let waiting;

async function ask() {
  const reply = await fetch(form.dataset.outlook, { method: "POST", body: new FormData(form) });
  if (!reply.ok) return;
  const { outlook: sentences, problems } = await reply.json();
  outlook.replaceChildren(...sentences.map((sentence) => {
    const paragraph = document.createElement("p");
    paragraph.textContent = sentence;
    return paragraph;
  }));
  for (const message of form.querySelectorAll("[data-field]")) {
    const words = (problems[message.dataset.field] ?? []).join(" ");
    message.textContent = words;
    message.hidden = !words;
  }
}

form.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(ask, 300);
});
