/* The form of a request: kept and drawn anew after an answer that decides about others, after a file, and after a pause.
   One sending at a time, else a slow line would make two drafts; what is done meanwhile waits, and nothing typed is lost. */
(function () {
  "use strict";
  var PAUSE_MS = 3000;
  var sending = null;
  var pause;

  function form() { return document.getElementById("apply-form"); }

  function begin() {
    var active = document.activeElement;
    sending = { typed: {}, again: false, pressed: null, focus: active ? active.id : "", added: active && active.name === "add",
      summary: document.getElementById("error-summary"),
      files: Array.from(form().querySelectorAll("input[type=file]")).filter(function (each) { return each.files.length; })
        .map(function (each) { return [each, each.files[0]]; }) };
    form().setAttribute("aria-busy", "true");
  }

  function refresh() {
    clearTimeout(pause);
    if (sending) { sending.again = true; return; }
    form().querySelector("[data-refresher]").click();
  }

  /* Morphing takes over the answers as they were sent: those that were changed since are put back. */
  function restore(typed) {
    Object.keys(typed).forEach(function (id) {
      var field = document.getElementById(id);
      if (field && field.value !== typed[id]) { field.value = typed[id]; }
    });
  }

  /* A file that is kept now must not be sent once more with the next answer. */
  function forgetSent(files) {
    files.forEach(function (pair) {
      if (pair[0].isConnected && pair[0].files[0] === pair[1]) { pair[0].value = ""; }
    });
  }

  function focusAgain(done) {
    var summary = document.getElementById("error-summary");
    var rows = form().querySelectorAll(".repeat");
    if (summary && !done.summary) { summary.focus(); return; }
    if (done.added && rows.length) { rows[rows.length - 1].querySelector("input:not([type=hidden])").focus(); return; }
    if (document.activeElement && document.activeElement !== document.body) { return; }
    var place = document.getElementById(done.focus) || document.getElementById(done.focus + "-field") || form().querySelector("h3[tabindex]");
    if (!place) { return; }
    if (!place.matches("input, select, textarea, button, [tabindex]")) { place.setAttribute("tabindex", "-1"); }
    place.focus({ preventScroll: true });
  }

  function end(done) {
    sending = null;
    form().removeAttribute("aria-busy");
    if (done.swapped) { restore(done.typed); forgetSent(done.files); focusAgain(done); }
    if (done.pressed && done.pressed.isConnected) { done.pressed.click(); } else if (done.again) { refresh(); }
  }

  /* The house takes 32 MB at once: more would be answered by a page instead of the form, and what was typed were gone. */
  function isTooLarge(input) {
    var size = Array.from(input.files || []).reduce(function (sum, file) { return sum + file.size; }, 0);
    if (size < 3e7) { return false; }
    var told = document.createElement("p");
    told.className = "error";
    told.setAttribute("role", "alert");
    told.textContent = input.dataset.tooLarge;
    input.before(told);
    input.value = "";
    return true;
  }

  document.addEventListener("change", function (event) {
    if (!form() || event.target.form !== form() || isTooLarge(event.target)) { return; }
    if (event.target.closest("[data-refresh], [data-upload]")) { refresh(); }
  });
  document.addEventListener("input", function (event) {
    if (form() && event.target.form === form()) {
      clearTimeout(pause);
      pause = setTimeout(refresh, PAUSE_MS);
    }
    if (sending && event.target.id && event.target.matches("input:not([type=file], [type=radio], [type=checkbox]), textarea, select")) {
      sending.typed[event.target.id] = event.target.value;
    }
  });
  document.addEventListener("click", function (event) {
    var button = event.target.closest("#apply-form button");
    if (!button) { return; }
    if (sending) {
      event.preventDefault();
      event.stopPropagation();
      if (!button.matches("[data-refresher]")) { sending.pressed = button; }
    } else {
      clearTimeout(pause);
      if (button.hasAttribute("hx-post")) { begin(); }
    }
  }, true);
  document.addEventListener("htmx:after:swap", function () { if (sending) { sending.swapped = true; } });
  document.addEventListener("htmx:finally:request", function () { if (sending && form()) { end(sending); } });
})();
