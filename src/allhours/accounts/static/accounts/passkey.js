/* Passkeys: asks the authenticator what the form's data-options say, and sends its answer with the form. */
(function () {
  "use strict";

  function bytes(text) {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, function (char) { return char.charCodeAt(0); });
  }

  function text(buffer) {
    return btoa(String.fromCharCode.apply(null, new Uint8Array(buffer)))
      .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  function read(json) {
    const options = JSON.parse(json);
    options.challenge = bytes(options.challenge);
    if (options.user) options.user.id = bytes(options.user.id);
    (options.excludeCredentials || []).concat(options.allowCredentials || []).forEach(function (each) {
      each.id = bytes(each.id);
    });
    return options;
  }

  function written(credential) {
    const response = credential.response;
    const parts = { clientDataJSON: text(response.clientDataJSON) };
    ["attestationObject", "authenticatorData", "signature", "userHandle"].forEach(function (name) {
      if (response[name]) parts[name] = text(response[name]);
    });
    return JSON.stringify({
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      clientExtensionResults: credential.getClientExtensionResults(),
      response: parts
    });
  }

  function failed(form) {
    form.querySelector("[data-problem]").hidden = false;
    delete form.dataset.sent;
    form.querySelectorAll("[aria-busy]").forEach(function (button) { button.removeAttribute("aria-busy"); });
  }

  document.querySelectorAll("form[data-passkey]").forEach(function (form) {
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      form.querySelector("[data-problem]").hidden = true;
      if (!window.PublicKeyCredential) { failed(form); return; }
      const options = read(form.dataset.options);
      const asked = form.dataset.passkey === "create"
        ? navigator.credentials.create({ publicKey: options })
        : navigator.credentials.get({ publicKey: options });
      asked.then(function (credential) {
        form.querySelector("[name=credential]").value = written(credential);
        form.submit();
      }).catch(function () { failed(form); });
    });
  });
})();
