/* Passwords that can be looked at, and passkeys. Every page works without this file, except passkeys. */
(function () {
  "use strict";

  /* ── show what is typed ── */
  for (const input of document.querySelectorAll("input[type=password][data-reveal]")) {
    const words = input.form.dataset, button = document.createElement("button"), line = document.createElement("p");
    if (!words.wordsShow) continue;
    button.type = "button";
    button.className = "btn bare s";
    button.setAttribute("aria-controls", input.id);
    button.textContent = words.wordsShow;
    button.addEventListener("click", () => {
      const hidden = input.type === "password";
      input.type = hidden ? "text" : "password";
      button.textContent = hidden ? words.wordsHide : words.wordsShow;
      input.focus();
    });
    line.append(button);
    input.after(line);
    // Sent as a password again, so that no browser offers to remember it as a word.
    input.form.addEventListener("submit", () => { input.type = "password"; });
  }

  /* ── passkeys ── */
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  function asked(options) {
    const key = options.publicKey;
    key.challenge = bytes(key.challenge);
    if (key.user) key.user.id = bytes(key.user.id);
    for (const list of [key.excludeCredentials, key.allowCredentials]) for (const item of list || []) item.id = bytes(item.id);
    return options;
  }
  function answered(credential) {
    const response = {};
    for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[part]) response[part] = text(credential.response[part]);
    }
    return {
      id: credential.id, rawId: text(credential.rawId), type: credential.type, response,
      clientExtensionResults: credential.getClientExtensionResults(),
    };
  }
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (!window.PublicKeyCredential) continue;
    form.hidden = false;
    for (const e of document.querySelectorAll("[data-no-passkey]")) e.hidden = true;
    form.addEventListener("submit", async (event) => {
      if (form.elements.answer.value) return;
      event.preventDefault();
      const said = form.querySelector("[data-said]");
      said.hidden = true;
      try {
        const options = asked(JSON.parse(form.dataset.options));
        const call = form.dataset.passkey === "make" ? "create" : "get";
        form.elements.answer.value = JSON.stringify(answered(await navigator.credentials[call](options)));
        form.requestSubmit ? form.requestSubmit() : form.submit();
      } catch (e) {
        said.textContent = form.dataset.failed;
        said.hidden = false;
      }
    });
  }
})();
