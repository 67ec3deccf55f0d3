/* Everything here saves a step; nothing needs it. Loaded in the head so that the class stands before the first paint. */
document.documentElement.classList.add("js");

(function () {
  "use strict";

  /* The summary of errors takes the focus, else a swapped form leaves a keyboard or a reader nowhere. */
  function focusErrors(root) {
    var summary = root.querySelector("#error-summary");
    if (summary) { summary.focus({ preventScroll: true }); summary.scrollIntoView({ block: "start" }); }
  }

  /* A choice drawn by the server names the sentence of each plural form with a sample number; only the number is exchanged. */
  function countCharacters(field) {
    var limit = Number(field.dataset.limit);
    var line = document.getElementById(field.id + "-count");
    if (!limit || !line) { return; }
    var used = Array.from(field.value).length;
    var over = used > limit;
    var n = Math.abs(limit - used);
    var form = new Intl.PluralRules(document.documentElement.lang).select(n);
    var key = (over ? "over" : "left") + form[0].toUpperCase() + form.slice(1);
    line.classList.toggle("error", over);
    line.textContent = line.dataset[key].replace(/\d+/, String(n));
  }

  function startCounters(root) {
    root.querySelectorAll("textarea[data-limit]").forEach(countCharacters);
  }

  /* Two minutes before the server would end the session. Only the person's own act prolongs it, never a page that polls. */
  var timer;
  function watchSession() {
    var box = document.getElementById("session-warning");
    if (!box) { return; }
    clearTimeout(timer);
    box.hidden = true;
    timer = setTimeout(function () { box.hidden = false; }, (Number(box.dataset.idleSeconds) - 120) * 1000);
  }

  function staySignedIn(box) {
    fetch(box.dataset.stayUrl, { method: "HEAD", credentials: "same-origin", redirect: "error" })
      .then(watchSession, function () { location.reload(); });
  }

  /* A second press while the first is on its way would only be answered with the first result: spare the wait. */
  function holdSecondSubmit(event) {
    var form = event.target;
    if (form.method !== "post" || event.defaultPrevented) { return; }
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    setTimeout(function () { delete form.dataset.sent; }, 4000);
  }

  document.addEventListener("DOMContentLoaded", function () {
    focusErrors(document);
    startCounters(document);
    watchSession();
  });
  document.addEventListener("input", function (event) {
    if (event.target.matches("textarea[data-limit]")) { countCharacters(event.target); }
  });
  document.addEventListener("click", function (event) {
    var box = event.target.closest("[data-stay]") && document.getElementById("session-warning");
    if (box) { staySignedIn(box); }
    if (event.target.closest("[data-print]")) { window.print(); }
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") { return; }
    document.querySelectorAll("details.drop[open]").forEach(function (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });
  document.addEventListener("submit", holdSecondSubmit);
  document.addEventListener("htmx:after:swap", function (event) {
    /* The form of a request looks after the focus itself: it is drawn anew while somebody fills it in. */
    if (!document.getElementById("apply-form")) { focusErrors(document.getElementById("main") || document); }
    startCounters(document);
    if (event.detail && event.detail.ctx && event.detail.ctx.request && event.detail.ctx.request.method !== "GET") { watchSession(); }
  });
  /* A page kept for the back button may show what belongs to somebody who has signed out since. */
  window.addEventListener("pageshow", function (event) {
    if (event.persisted && document.getElementById("session-warning")) { location.reload(); }
  });
})();
