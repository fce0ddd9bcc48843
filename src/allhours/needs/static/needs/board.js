/* The board by keyboard and pointer. Every step is a link or a form that works without this. */
(function () {
  "use strict";
  const wide = window.matchMedia("(min-width: 60.01rem)");
  const says = document.getElementById("board-says");
  const look = document.getElementById("look");
  const help = document.getElementById("board-keys");
  const LINK = "[data-card]";
  let at = null; // {code, column, index} of the card that has the focus, through a swap
  let stepped = false; // a step of a card was sent: the focus goes on to the next one

  function board() { return document.getElementById("board"); }
  function all(within, what) { return Array.from(within.querySelectorAll(what)); }
  function columns() {
    return all(board(), ".board-column").filter(function (c) { return c.offsetParent !== null; });
  }
  function links(column) {
    return all(column, LINK).filter(function (a) { return a.offsetParent !== null; });
  }
  function cardOf(el) { return el && el.closest ? el.closest(".board-card") : null; }
  function say(text) { if (says.textContent !== text) says.textContent = text; }

  // Roving: one card of the board is in the order of tabs, with the buttons on it.
  function rove(card) {
    all(board(), ".board-card").forEach(function (each) {
      all(each, "a, button, summary, input:not([type=hidden])").forEach(function (el) {
        if (each === card) el.removeAttribute("tabindex"); else el.tabIndex = -1;
      });
    });
  }
  function remember(card) {
    const column = card.closest(".board-column");
    at = { code: card.dataset.code, column: column.dataset.column, index: links(column).indexOf(card.querySelector(LINK)) };
  }
  function focus(link) {
    if (!link) return;
    rove(cardOf(link));
    link.focus();
    link.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  function begin() {
    const first = board().querySelector(LINK);
    if (first) rove(cardOf(first));
    all(board(), ".board-card").forEach(function (card) { card.draggable = wide.matches; });
  }

  function move(card, key) {
    const column = card.closest(".board-column"), here = links(column);
    const row = here.indexOf(card.querySelector(LINK));
    if (key === "ArrowDown") return here[row + 1];
    if (key === "ArrowUp") return here[row - 1];
    if (key === "Home") return here[0];
    if (key === "End") return here[here.length - 1];
    const shown = columns(), step = key === "ArrowRight" ? 1 : -1;
    for (let n = shown.indexOf(column) + step; n >= 0 && n < shown.length; n += step) {
      const there = links(shown[n]);
      if (there.length) return there[Math.min(row, there.length - 1)];
    }
    return null;
  }

  function act(control) {
    if (control.tagName === "SUMMARY") {
      control.parentElement.open = true;
      control.parentElement.querySelector("input:not([type=hidden])").focus();
    } else { control.click(); }
  }

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
    const typing = event.target.closest("input, select, textarea");
    if (event.key === "Escape" && !look.hidden && !(typing && board().contains(typing))) {
      close();
      return;
    }
    if (typing) return;
    if (event.key === "?") { event.preventDefault(); help.showModal(); return; }
    if (event.key === "/") { event.preventDefault(); document.getElementById("board_words").focus(); return; }
    const card = cardOf(event.target);
    if (!card) return;
    if (/^Arrow|^Home$|^End$/.test(event.key)) {
      event.preventDefault();
      focus(move(card, event.key));
      return;
    }
    const control = card.querySelector("[data-key='" + CSS.escape(event.key.toLowerCase()) + "']");
    if (control) { event.preventDefault(); act(control); }
  });

  document.addEventListener("focusin", function (event) {
    const card = board() && board().contains(event.target) ? cardOf(event.target) : null;
    if (card) { rove(card); remember(card); }
  });

  // A look beside the board; on a narrow screen the link opens the page as it is.
  function open(card) {
    remember(card);
    htmx.trigger(card.querySelector(LINK), "look");
  }
  function mark() {
    const body = look.querySelector("[data-code]");
    all(board(), ".board-card").forEach(function (card) {
      card.classList.toggle("is-open", !look.hidden && !!body && card.dataset.code === body.dataset.code);
    });
  }
  function close() {
    look.hidden = true;
    look.replaceChildren();
    mark();
    back();
  }
  function back() {
    if (!at) return;
    const same = board().querySelector(".board-card[data-code='" + CSS.escape(at.code) + "']");
    const column = board().querySelector(".board-column[data-column='" + at.column + "']");
    const there = column ? links(column) : [];
    const stays = same && (!stepped || same.closest(".board-column") === column);
    focus(stays ? same.querySelector(LINK) : there[Math.min(at.index, there.length - 1)] || board().querySelector(LINK));
    stepped = false;
  }

  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-board-help]")) { help.showModal(); return; }
    if (event.target.closest("[data-look-close]")) { close(); return; }
    const tab = event.target.closest(".board-tabs a");
    if (tab) { event.preventDefault(); show(tab.dataset.column); return; }
    if (event.ctrlKey || event.metaKey || event.shiftKey || !wide.matches || document.documentElement.hasAttribute("data-elder")) return;
    const link = event.target.closest(LINK + ", [data-opens-look]");
    if (link) { event.preventDefault(); open(cardOf(link)); }
  });

  function show(name) {
    all(board(), ".board-column").forEach(function (c) { c.classList.toggle("is-shown", c.dataset.column === name); });
    all(board(), ".board-tabs a").forEach(function (a) {
      if (a.dataset.column === name) a.setAttribute("aria-current", "true"); else a.removeAttribute("aria-current");
    });
    document.querySelector("#board-filter [name=column]").value = name;
    const here = new URL(location.href);
    here.searchParams.set("column", name);
    history.replaceState(history.state, "", here);
  }

  // Dragging is one more way to press a card's own button.
  let dragged = null;
  function over(event) {
    const column = dragged && event.target.closest ? event.target.closest(".board-column") : null;
    return column && column !== dragged.closest(".board-column") ? column : null;
  }
  document.addEventListener("dragstart", function (event) {
    dragged = cardOf(event.target);
    if (!dragged) return;
    say("");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.code);
    dragged.classList.add("is-dragged");
    remember(dragged);
    dragged.closest(".board").classList.add("is-dragging");
    dragged.closest(".board-column").classList.add("is-from");
    dragged.dataset.columns.split(" ").forEach(function (name) {
      const column = name && board().querySelector(".board-column[data-column='" + name + "']");
      if (column) column.classList.add("may-drop");
    });
  });
  document.addEventListener("dragover", function (event) {
    const column = over(event);
    if (!column) return;
    if (column.classList.contains("may-drop")) { event.preventDefault(); column.classList.add("is-over"); say(""); }
    else { say(dragged.dataset.refused || board().dataset.refused); }
  });
  document.addEventListener("dragleave", function (event) {
    const column = event.target.closest ? event.target.closest(".board-column") : null;
    if (column && !column.contains(event.relatedTarget)) column.classList.remove("is-over");
  });
  document.addEventListener("drop", function (event) {
    const column = over(event);
    if (!column || !column.classList.contains("may-drop")) return;
    event.preventDefault();
    const step = dragged.querySelector("[data-to='" + column.dataset.column + "']");
    act(step.querySelector("summary, button[type=submit]"));
  });
  document.addEventListener("dragend", function () {
    if (!dragged) return;
    dragged.classList.remove("is-dragged");
    all(document, ".is-dragging, .is-from, .may-drop, .is-over").forEach(function (el) {
      el.classList.remove("is-dragging", "is-from", "may-drop", "is-over");
    });
    dragged = null;
  });

  document.addEventListener("htmx:configRequest", function (event) {
    if (event.detail.verb === "get") {
      // an address keeps what was chosen, not what was left open
      Array.from(event.detail.formData.entries()).forEach(function (pair) {
        if (pair[1] === "") event.detail.formData.delete(pair[0]);
      });
    } else if (board().contains(event.target) || look.contains(event.target)) {
      stepped = true;
      event.detail.formData.set("back", location.pathname + location.search);
    }
  });
  document.addEventListener("htmx:afterSwap", function (event) {
    if (event.detail.target === look || event.target === look) {
      look.hidden = false;
      mark();
      look.focus({ preventScroll: true });
      const card = at && board().querySelector(".board-card[data-code='" + CSS.escape(at.code) + "']");
      if (card) card.scrollIntoView({ block: "nearest", inline: "nearest" });
      return;
    }
    if (event.target.id === "messages") return;
    const sent = stepped;
    begin();
    if (sent) close();
    mark();
  });
  begin();
})();
