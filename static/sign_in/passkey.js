// Forms with data-passkey: the browser asks its person for a passkey, and the form carries what it says.
// The options come with the page, or from the address in data-passkey-options.

for (const form of document.querySelectorAll("form[data-passkey], form[data-passkey-options]")) {
  const refused = form.querySelector("[role=alert]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    refused.hidden = true;
    try {
      const found = await passkey(await options(form), form.elements.passwordless?.checked);
      form.elements.credential.value = JSON.stringify(found);
    } catch {
      refused.hidden = false;
      return;
    }
    form.submit();
  });
}

async function options(form) {
  const address = form.dataset.passkeyOptions;
  if (!address) return JSON.parse(document.getElementById("passkey-options").textContent);
  return (await fetch(address, { headers: { Accept: "application/json" }, cache: "no-store" })).json();
}

function passkey({ creation_options: creation, request_options: request }, alone) {
  if (!creation) {
    return navigator.credentials.get({
      publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(request.publicKey),
    });
  }
  const residentKey = alone ? "required" : "discouraged";
  const selection = { ...creation.publicKey.authenticatorSelection, residentKey, requireResidentKey: alone };
  if (alone) selection.userVerification = "required";
  const wanted = { ...creation.publicKey, authenticatorSelection: selection };
  return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(wanted) });
}
