/* Counts down to a festival's hour by the server's clock and opens the buttons at that instant;
   afterwards it asks for fresh states now and then, each phone at a moment of its own. */
(function () {
  "use strict";
  const box = document.getElementById("festival");
  if (!box || !window.fetch) return;
  const opens = Number(box.dataset.opens) * 1000;
  const began = performance.getEntriesByType("navigation")[0];
  // The answer began to arrive after the server had looked at its clock: so we are never early.
  const arrived = performance.timeOrigin + (began ? began.responseStart : performance.now());
  const ahead = arrived - Number(box.dataset.now) * 1000;
  const left = function () { return opens - (Date.now() - ahead); };

  function words(milliseconds) {
    const all = Math.ceil(milliseconds / 1000);
    const d = Math.floor(all / 86400), h = Math.floor(all % 86400 / 3600);
    const m = Math.floor(all % 3600 / 60), s = all % 60;
    const text = d ? box.dataset.days : h ? box.dataset.hours : box.dataset.minutes;
    return text.replace("{d}", d).replace("{h}", h).replace("{m}", m).replace("{s}", s);
  }

  function open() {
    document.querySelectorAll("[data-at-the-hour]").forEach(function (each) { each.hidden = false; });
    const count = document.querySelector("[data-count]");
    if (count) count.textContent = box.dataset.opened;
    later(3000, 15000);
  }

  function tick() {
    const rest = left();
    if (rest <= 0) { open(); return; }
    const count = document.querySelector("[data-count]");
    if (count) count.textContent = words(rest);
    window.setTimeout(tick, rest > 3600000 ? Math.min(30000, rest - 3600000) : rest % 1000 || 1000);
  }

  let asked = 0;
  function later(least, spread) {
    if (asked < 40) window.setTimeout(refresh, least + Math.random() * spread);
  }

  // The same list in the same order, with what has been taken; never while a button has the focus.
  function refresh() {
    asked += 1;
    const busy = box.contains(document.activeElement) || document.querySelector("form[data-sent]");
    if (document.hidden || busy) { later(5000, 10000); return; }
    fetch(box.dataset.here, { credentials: "same-origin" }).then(function (answer) {
      return answer.ok ? answer.text() : "";
    }).then(function (text) {
      const fresh = text && new DOMParser().parseFromString(text, "text/html").getElementById("festival");
      const mine = document.getElementById("festival");
      if (fresh && fresh.dataset.phase === "running" && !mine.contains(document.activeElement)) {
        mine.replaceChildren.apply(mine, Array.from(fresh.childNodes));
      }
    }).catch(function () { /* the page stays as it is */ }).finally(function () { later(20000, 30000); });
  }

  if (box.dataset.phase === "coming") tick();
  else later(20000, 30000);
})();
