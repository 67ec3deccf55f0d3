// Saves a reload, nothing more: every page does the same without it.
"use strict";

const polled = document.querySelector("[data-poll]");
if (polled) {
  const look = async () => {
    try {
      const answer = await fetch(polled.dataset.poll, { headers: { Accept: "application/json" }, cache: "no-store" });
      if (!answer.ok || (await answer.json()).mark !== polled.dataset.mark) return location.replace(location.pathname);
    } catch { /* the sandbox is restarting; look again */ }
    setTimeout(look, 1500);
  };
  setTimeout(look, 1500);
}

const countdown = document.querySelector("[data-seconds]");
if (countdown) {
  const end = Date.now() + 1000 * Number(countdown.dataset.seconds);
  const bar = document.querySelector("[data-countdown-bar]");
  const tick = () => {
    const left = Math.max(0, Math.round((end - Date.now()) / 1000));
    countdown.textContent = `${String(Math.floor(left / 60)).padStart(2, "0")}:${String(left % 60).padStart(2, "0")}`;
    if (bar) bar.value = left;
    if (left) setTimeout(tick, 1000);
  };
  tick();
}
