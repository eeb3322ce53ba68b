// Cells of a form are chosen by clicking, by Shift and click, and by the arrow keys; without this they are links.
(() => {
  const grid = document.querySelector("[data-form-grid]");
  const field = document.getElementById("p-cells");
  for (const one of document.querySelectorAll("[data-suggests]")) {
    one.addEventListener("click", () => {
      const indicator = document.getElementById("p-indicator");
      indicator.value = one.dataset.suggests;
      indicator.focus();
    });
  }
  if (!grid || !field) return;

  const column = (name) => [...name].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);
  const place = (at) => {
    const found = /^([A-Z]+)(\d+)$/.exec(at);
    return [Number(found[2]), column(found[1])];
  };
  const cells = new Map([...grid.querySelectorAll("td[data-at]")].map((cell) => [cell.dataset.at, cell]));
  let anchor = (field.value.split(":")[0] || "").toUpperCase();

  const corners = (one, other) => {
    const [first, last] = [place(one), place(other)];
    return [Math.min(first[0], last[0]), Math.min(first[1], last[1]), Math.max(first[0], last[0]), Math.max(first[1], last[1])];
  };
  const choose = (to) => {
    if (!cells.has(anchor)) anchor = to;
    const [top, left, bottom, right] = corners(anchor, to);
    let [start, end] = [anchor, to];
    for (const [at, cell] of cells) {
      const [row, col] = place(at);
      const inside = row >= top && row <= bottom && col >= left && col <= right;
      cell.classList.toggle("chosen", inside);
      if (row === top && col === left) start = at;
      if (row === bottom && col === right) end = at;
    }
    field.value = start === end ? start : `${start}:${end}`;
  };

  grid.addEventListener("click", (event) => {
    const cell = event.target.closest("td[data-at]");
    if (!cell) return;
    if (event.shiftKey) {
      event.preventDefault();
      choose(cell.dataset.at);
      field.form.requestSubmit();
    } else anchor = cell.dataset.at;
  });

  const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  let reached = null;
  grid.addEventListener("keydown", (event) => {
    const cell = event.target.closest("td[data-at]");
    const step = steps[event.key];
    if (!cell) return;
    if (event.key === "Enter" && event.shiftKey) {
      event.preventDefault();
      field.form.requestSubmit();
      return;
    }
    if (!step) return;
    event.preventDefault();
    let [row, col] = place(reached && event.shiftKey ? reached : cell.dataset.at);
    for (let tries = 0; tries < 400; tries += 1) {
      row += step[0];
      col += step[1];
      const next = [...cells.keys()].find((at) => { const [r, c] = place(at); return r === row && c === col; });
      if (row < 1 || col < 1 || row > 400 || col > 104) return;
      const link = next && cells.get(next).querySelector("a");
      if (!link) continue;
      if (event.shiftKey) {
        if (!reached) anchor = cell.dataset.at;
        reached = next;
        choose(next);
      } else {
        reached = null;
        anchor = next;
        link.focus();
      }
      return;
    }
  });
})();
