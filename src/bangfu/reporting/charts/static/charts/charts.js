/* Marks by keyboard: one stop of the tab key a chart, arrows from mark to mark, and what a mark says beside the drawing. */
(() => {
  "use strict";
  const plates = () => [...document.querySelectorAll("[data-chart] .chart-plate")];
  const marks = (plate) => [...plate.querySelectorAll(".mark")];
  const said = (mark) => mark.closest("[data-chart]").querySelector(".chart-said");

  const rove = (plate, chosen) => {
    for (const mark of marks(plate)) mark.setAttribute("tabindex", mark === chosen ? "0" : "-1");
  };

  const tell = (mark) => {
    const line = said(mark);
    line.hidden = false;
    line.textContent = mark.getAttribute("aria-label");
  };

  const ready = () => {
    for (const plate of plates()) {
      const first = marks(plate)[0];
      if (!first || plate.dataset.roves) continue;
      plate.dataset.roves = "1";
      rove(plate, first);
      const keys = plate.closest("[data-chart]").querySelector(".chart-keys");
      if (keys) keys.hidden = false;
    }
  };

  document.addEventListener("keydown", (event) => {
    const mark = event.target.closest && event.target.closest(".chart-plate .mark");
    if (!mark || event.altKey || event.ctrlKey || event.metaKey) return;
    const plate = mark.closest(".chart-plate");
    const all = marks(plate);
    const at = all.indexOf(mark);
    const to = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const next = all[Math.min(Math.max(to, 0), all.length - 1)];
    rove(plate, next);
    next.focus();
  }, true);

  document.addEventListener("focusin", (event) => {
    const mark = event.target.closest && event.target.closest(".chart-plate .mark");
    if (!mark) return;
    rove(mark.closest(".chart-plate"), mark);
    tell(mark);
  });
  document.addEventListener("mouseover", (event) => {
    const mark = event.target.closest && event.target.closest(".chart-plate .mark");
    if (mark) tell(mark);
  });
  document.addEventListener("htmx:afterSwap", ready);
  ready();
})();
