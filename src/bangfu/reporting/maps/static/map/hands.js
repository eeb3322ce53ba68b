/* How a map is moved: by pointer, wheel, fingers and keys. */
(() => {
  "use strict";
  bangfuMap.listenTo = (plate) => {
    const canvas = plate.base, fingers = new Map();
    let began = null;
    const here = (event) => {
      const box = canvas.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    canvas.addEventListener("wheel", (event) => { // a page that is scrolled past the map stays a page
      if (!event.ctrlKey && !event.metaKey && document.activeElement !== canvas) return;
      event.preventDefault();
      plate.zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0018)), ...here(event));
    }, { passive: false });
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      canvas.setPointerCapture(event.pointerId);
      fingers.set(event.pointerId, here(event));
      began = fingers.size === 1 ? here(event) : null;
    });
    canvas.addEventListener("pointermove", (event) => {
      const now = here(event), before = fingers.get(event.pointerId);
      if (!before) return void plate.onHover?.(plate.codeAt(...now), ...now);
      if (fingers.size === 2) {
        const other = [...fingers].find(([key]) => key !== event.pointerId)[1];
        const far = (point) => Math.hypot(point[0] - other[0], point[1] - other[1]) || 1;
        plate.zoom(far(now) / far(before), (now[0] + other[0]) / 2, (now[1] + other[1]) / 2);
        plate.pan((now[0] - before[0]) / 2, (now[1] - before[1]) / 2);
      } else if (began === null || Math.hypot(now[0] - began[0], now[1] - began[1]) > 4) {
        began = null;
        plate.pan(now[0] - before[0], now[1] - before[1]);
      } else {
        return;
      }
      fingers.set(event.pointerId, now);
    });
    const up = (event) => {
      const was = began;
      fingers.delete(event.pointerId);
      began = null;
      if (was && event.type === "pointerup") plate.onChoose?.(plate.codeAt(...was), ...was, plate.pointAt(...was));
    };
    canvas.addEventListener("pointerup", up);
    canvas.addEventListener("pointercancel", up);
    canvas.addEventListener("pointerleave", () => plate.onHover?.(null));
    canvas.addEventListener("keydown", (event) => {
      const way = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] }[event.key];
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      if (way) plate.pan(...way);
      else if (event.key === "+" || event.key === "=") plate.zoom(1.5);
      else if (event.key === "-") plate.zoom(1 / 1.5);
      else if (event.key === "0") plate.fit();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
  };
})();
