// While the coordinator types, the server shows what readers will see; it alone words questions and anchors.

const form = document.getElementById("criteria");
let waiting = 0;

form.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    const response = await fetch(form.dataset.previewUrl, { method: "POST", body: new FormData(form), cache: "no-store" });
    if (response.ok) document.getElementById("preview").innerHTML = await response.text();
  }, 300);
});
