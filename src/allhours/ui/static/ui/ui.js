/* Small comforts on top of pages that work without any of this. */
(function () {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");

  // One submit per form: a second tap on a slow line must not send twice.
  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent === "1") { event.preventDefault(); return; }
    const button = event.submitter;
    const question = (button && button.dataset.confirm) || form.dataset.confirm;
    if (question && form.dataset.confirmed !== "1" && window.HTMLDialogElement) {
      event.preventDefault();
      event.stopPropagation();
      ask(form, button, question);
      return;
    }
    form.dataset.sent = "1";
    if (button) button.setAttribute("aria-busy", "true");
  }, true);

  function release(form) {
    delete form.dataset.sent;
    delete form.dataset.confirmed;
    form.querySelectorAll("[aria-busy]").forEach(function (b) { b.removeAttribute("aria-busy"); });
  }
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(release);
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    const form = event.target.closest && event.target.closest("form");
    if (form) release(form);
  });

  function ask(form, button, question) {
    const dialog = document.createElement("dialog");
    const text = document.createElement("p");
    text.id = "dialog-text";
    text.textContent = question;
    dialog.setAttribute("aria-labelledby", text.id);
    const actions = document.createElement("div");
    actions.className = "actions";
    const yes = document.createElement("button");
    yes.type = "button";
    yes.className = "button button-primary";
    yes.textContent = (button && button.textContent.trim()) || "OK";
    const no = document.createElement("button");
    no.type = "button";
    no.className = "button";
    no.textContent = document.body.dataset.cancel;
    actions.append(yes, no);
    dialog.append(text, actions);
    document.body.append(dialog);
    no.addEventListener("click", function () { dialog.close(); });
    yes.addEventListener("click", function () {
      form.dataset.confirmed = "1";
      dialog.close();
      form.requestSubmit(button || undefined);
    });
    dialog.addEventListener("close", function () { dialog.remove(); if (button) button.focus(); });
    dialog.showModal();
  }

  // File drop: name the chosen file, take dropped ones.
  function nameFiles(box) {
    const input = box.querySelector("input[type=file]");
    const label = box.querySelector("[data-file-name]");
    if (!label) return;
    const names = Array.from(input.files, function (f) { return f.name; });
    label.textContent = names.length ? names.join("、") : label.dataset.none;
  }
  document.addEventListener("change", function (event) {
    const box = event.target.closest("[data-file-drop]");
    if (box) nameFiles(box);
    if (event.target.matches("[data-select-all]")) {
      const table = event.target.closest("table");
      table.querySelectorAll("tbody input[type=checkbox]").forEach(function (c) { c.checked = event.target.checked; });
    }
  });
  ["dragover", "dragleave", "drop"].forEach(function (kind) {
    document.addEventListener(kind, function (event) {
      const box = event.target.closest && event.target.closest("[data-file-drop]");
      if (!box) return;
      event.preventDefault();
      box.classList.toggle("is-over", kind === "dragover");
      if (kind === "drop" && event.dataTransfer.files.length) {
        box.querySelector("input[type=file]").files = event.dataTransfer.files;
        nameFiles(box);
      }
    });
  });

  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-print]")) window.print();
    // An open menu closes when the reader goes elsewhere.
    document.querySelectorAll("details.popover[open], .topbar details.user-menu[open]").forEach(function (d) {
      if (!d.contains(event.target)) d.open = false;
    });
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    const open = event.target.closest("details.popover[open], details.user-menu[open], details.confirm[open]");
    if (open) { open.open = false; open.querySelector("summary").focus(); }
  });

  // htmx: the token comes from any form on the page; focus survives a swap.
  document.addEventListener("htmx:configRequest", function (event) {
    if (event.detail.verb === "get") return;
    const token = document.querySelector("[name=csrfmiddlewaretoken]");
    if (token) event.detail.headers["X-CSRFToken"] = token.value;
  });
  let focused = null;
  document.addEventListener("htmx:beforeSwap", function () {
    const el = document.activeElement;
    focused = el && { id: el.id, name: el.name, href: el.getAttribute && el.getAttribute("href"), text: el.textContent };
  });
  document.addEventListener("htmx:afterSettle", function (event) {
    if (!focused || (document.activeElement && document.activeElement !== document.body)) return;
    const box = document.getElementById(event.target.id) || event.target;
    const again = (focused.id && document.getElementById(focused.id))
      || (focused.name && box.querySelector("[name='" + focused.name + "']"))
      || Array.from(box.querySelectorAll("a")).find(function (a) { return a.textContent === focused.text; });
    if (again) { again.focus({ preventScroll: true }); }
    else { box.setAttribute("tabindex", "-1"); box.focus({ preventScroll: true }); }
    focused = null;
  });

  // A long menu scrolls by itself on a low screen: show where one is.
  const menu = document.querySelector(".sidebar-head");
  const here = menu && menu.querySelector("[aria-current]");
  if (here && menu.scrollHeight > menu.clientHeight) {
    menu.scrollTop = here.offsetTop - menu.clientHeight / 2;
  }

  const summary = document.querySelector("[data-focus]");
  if (summary) summary.focus();
})();
