/* Keys of the desk: they press what is already on the page, a link or a box. Single letters, hence a switch to turn them off. */
(function () {
  "use strict";

  var STORE = "desk-keys";

  function areOn() {
    try { return localStorage.getItem(STORE) !== "off"; } catch (e) { return true; }
  }

  function rows() { return Array.from(document.querySelectorAll("[data-row]")); }

  function current() {
    var active = document.activeElement;
    return active ? active.closest("[data-row]") : null;
  }

  function step(by) {
    var all = rows();
    var at = all.indexOf(current());
    var next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1)];
    if (next) { next.querySelector("[data-open]").focus(); }
    return Boolean(next);
  }

  function open() {
    var row = current();
    if (row) { row.querySelector("[data-open]").click(); }
    return Boolean(row);
  }

  function tick() {
    var row = current();
    var box = row && row.querySelector("input[type=checkbox]");
    if (box) { box.click(); }
    return Boolean(box);
  }

  function help() {
    var keys = document.getElementById("keys");
    if (!keys) { return false; }
    keys.open = !keys.open;
    if (keys.open) { keys.querySelector("summary").focus(); }
    return true;
  }

  function marked(key) {
    var found = Array.from(document.querySelectorAll("[data-key]")).find(function (each) { return each.dataset.key === key; });
    if (!found) { return false; }
    if (found.matches("input, textarea, select")) { found.focus(); } else { found.click(); }
    return true;
  }

  var ACTS = {
    j: function () { return step(1); },
    k: function () { return step(-1); },
    o: open,
    x: tick,
    "?": help
  };

  function isTyping(target) {
    return target.matches("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
  }

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event.target) || !areOn()) { return; }
    var key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    /* On an Arabic keyboard the same places of the board give other letters. */
    if (!ACTS[key] && /^Key[A-Z]$/.test(event.code)) { key = event.code.slice(3).toLowerCase(); }
    var done = ACTS[key] ? ACTS[key]() : marked(key);
    if (done) { event.preventDefault(); }
  });

  /* The link to later days goes with the days it stood under: the focus goes to the new ones. */
  document.addEventListener("htmx:after:swap", function () {
    var slots = document.getElementById("slots");
    if (slots && (document.activeElement === document.body || !document.activeElement)) { slots.focus(); }
  });

  document.addEventListener("DOMContentLoaded", function () {
    var keys = document.getElementById("keys");
    if (!keys) { return; }
    keys.hidden = false;
    var box = keys.querySelector("[data-keys-on]");
    box.checked = areOn();
    box.addEventListener("change", function () {
      try { localStorage.setItem(STORE, box.checked ? "on" : "off"); } catch (e) { /* a private window: on until the page is left */ }
    });
  });
})();
