/* Full screen at a press; a browser that cannot shows no button. The wall itself is renewed by htmx. */
(() => {
  "use strict";
  const button = document.querySelector("[data-fullscreen]");
  if (!button || !document.fullscreenEnabled) return;
  button.hidden = false;
  button.addEventListener("click", () => document.documentElement.requestFullscreen());
})();
