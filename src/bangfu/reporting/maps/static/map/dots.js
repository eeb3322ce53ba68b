/* Points in their tens of thousands: a grid that finds them, villages and towns as dots, records and photographs as marks. */
(() => {
  "use strict";
  const CELL = 26, MOST_APART = 1500, MOST_NAMED = 40, A_CELL = 8;

  /* Points sorted into the cells of a grid, so that a near view and a pointer touch only those beside them. */
  class Grid {
    constructor(x, y) {
      this.x = Float32Array.from(x);
      this.y = Float32Array.from(y);
      const size = this.size = this.x.length;
      let [west, north, east, south] = [Infinity, Infinity, -Infinity, -Infinity];
      for (let at = 0; at < size; at += 1) {
        west = Math.min(west, this.x[at]); east = Math.max(east, this.x[at]);
        north = Math.min(north, this.y[at]); south = Math.max(south, this.y[at]);
      }
      this.box = [west, north, east, south];
      this.columns = this.rows = Math.max(1, Math.ceil(Math.sqrt(size / A_CELL)));
      this.across = (east - west) / this.columns || 1;
      this.down = (south - north) / this.rows || 1;
      const cells = new Uint32Array(size), starts = this.starts = new Uint32Array(this.columns * this.rows + 1);
      for (let at = 0; at < size; at += 1) {
        cells[at] = this.row(this.y[at]) * this.columns + this.column(this.x[at]);
        starts[cells[at] + 1] += 1;
      }
      for (let cell = 1; cell < starts.length; cell += 1) starts[cell] += starts[cell - 1];
      const next = starts.slice();
      this.order = new Uint32Array(size);
      for (let at = 0; at < size; at += 1) { this.order[next[cells[at]]] = at; next[cells[at]] += 1; }
    }

    column(x) { return Math.max(0, Math.min(this.columns - 1, Math.floor((x - this.box[0]) / this.across))); }

    row(y) { return Math.max(0, Math.min(this.rows - 1, Math.floor((y - this.box[1]) / this.down))); }

    /* The numbers of the points in a box, those of the box's own cells. */
    within([west, north, east, south]) {
      if (!this.size || east < this.box[0] || west > this.box[2] || south < this.box[1] || north > this.box[3]) return [];
      const found = [], first = this.column(west), last = this.column(east);
      for (let row = this.row(north); row <= this.row(south); row += 1) {
        const begin = this.starts[row * this.columns + first], end = this.starts[row * this.columns + last + 1];
        for (let at = begin; at < end; at += 1) {
          const number = this.order[at], x = this.x[number], y = this.y[number];
          if (x >= west && x <= east && y >= north && y <= south) found.push(number);
        }
      }
      return found;
    }

    nearest(x, y, reach) {
      let best = -1, nearest = reach * reach;
      for (const number of this.within([x - reach, y - reach, x + reach, y + reach])) {
        const far = (this.x[number] - x) ** 2 + (this.y[number] - y) ** 2;
        if (far <= nearest) { nearest = far; best = number; }
      }
      return best;
    }
  }

  const boxOf = (plate, view) => [-view.x / view.k, -view.y / view.k, (plate.width - view.x) / view.k, (plate.height - view.y) / view.k];

  /* Points that are seen, gathered in cells of the screen: how many, how many of them with a value, and their middle. */
  const gathered = (plate, view, grid, numbers, hasValue) => {
    const columns = Math.ceil(plate.width / CELL) + 1, size = columns * (Math.ceil(plate.height / CELL) + 1);
    const found = { columns, counts: new Uint32Array(size), valued: new Uint32Array(size), x: new Float32Array(size), y: new Float32Array(size) };
    for (const number of numbers) {
      const sx = grid.x[number] * view.k + view.x, sy = grid.y[number] * view.k + view.y;
      const cell = Math.floor(sy / CELL) * columns + Math.floor(sx / CELL);
      found.counts[cell] += 1; found.x[cell] += sx; found.y[cell] += sy;
      if (hasValue(number)) found.valued[cell] += 1;
    }
    return found;
  };

  const radiusOf = (count) => (count === 1 ? 3 : Math.min(12, 4 + Math.log2(count)));

  /* Circles of one ink are one path: so many of them cost little. */
  const dots = (context, colour, circles) => {
    if (!circles.length) return;
    context.fillStyle = colour;
    context.beginPath();
    for (const [x, y, radius] of circles) { context.moveTo(x + radius, y); context.arc(x, y, radius, 0, 2 * Math.PI); }
    context.fill();
  };

  const drawCells = (plate, cells, inkOf) => {
    const { context, colours } = plate, inks = new Map(), texts = [];
    for (let cell = 0; cell < cells.counts.length; cell += 1) {
      const count = cells.counts[cell];
      if (!count) continue;
      const x = cells.x[cell] / count, y = cells.y[cell] / count, radius = radiusOf(count), ink = inkOf(cell);
      if (!inks.has(ink)) inks.set(ink, []);
      inks.get(ink).push([x, y, radius]);
      if (count > 9 && radius > 7) texts.push([count > 999 ? `${Math.round(count / 1000)}k` : count, x, y]);
    }
    for (const [ink, circles] of inks) dots(context, ink, circles);
    context.font = plate.letters(10, "");
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillStyle = colours.paper;
    for (const [text, x, y] of texts) context.fillText(text, x, y);
  };

  /* Which value of a stop each point has, or none. */
  const valuesOf = (plate) => plate.path(`values ${plate.stop}`, () => {
    const found = new Int32Array(plate.grid.size).fill(-1);
    plate.sheet.stops[plate.stop].at.forEach((at, number) => { found[at] = number; });
    return found;
  });

  const drawApart = (plate, view, numbers, values) => {
    const { context, colours, grid, sheet } = plate, stop = sheet.stops[plate.stop], bare = [], inks = new Map();
    const place = (number) => [grid.x[number] * view.k + view.x, grid.y[number] * view.k + view.y];
    const size = numbers.length > 400 ? 3.5 : 5.5;
    const sizeOf = (value) => Math.max(2.5, stop.radius[value] / 1000 * sheet.largest);
    for (const number of numbers) {
      const value = values[number];
      if (value < 0) { bare.push([...place(number), 2]); continue; }
      const kind = stop.class[value], isCircle = sheet.drawing === "circle";
      const ink = isCircle ? (kind < 0 ? colours["fall-2"] : colours.circle)
        : !kind ? colours.zero : colours[sheet.change ? `${kind > 0 ? "rise" : "fall"}-${Math.abs(kind)}` : `shade-${kind}`];
      if (!inks.has(ink)) inks.set(ink, []);
      inks.get(ink).push([...place(number), isCircle ? sizeOf(value) : size]);
    }
    dots(context, colours.bare, bare);
    for (const [ink, circles] of inks) {
      circles.sort((one, other) => other[2] - one[2]);
      dots(context, ink, circles);
      context.strokeStyle = sheet.drawing === "circle" ? colours["circle-line"] : colours["shade-5"];
      context.lineWidth = 0.8;
      context.stroke();
    }
    if (numbers.length > MOST_NAMED) return;
    context.font = plate.letters(11, numbers.map((number) => sheet.points.names[number]).join(""));
    context.textAlign = "left";
    context.textBaseline = "middle";
    context.fillStyle = colours.ink;
    context.strokeStyle = colours.paper;
    context.lineWidth = 2.5;
    for (const number of numbers) {
      const value = values[number], isCircle = value >= 0 && sheet.drawing === "circle";
      const [x, y] = place(number), from = x + 4 + (isCircle ? sizeOf(value) : size);
      context.strokeText(sheet.points.names[number], from, y);
      context.fillText(sheet.points.names[number], from, y);
    }
  };

  bangfuMap.Grid = Grid;

  /* Villages or towns: each for itself while there is room, else one mark a cell with their number. */
  bangfuMap.drawPlaces = (plate, view) => {
    const { grid, colours } = plate, numbers = grid.within(boxOf(plate, view)), values = valuesOf(plate);
    const isMain = view === plate.view;
    if (numbers.length <= MOST_APART) {
      if (isMain) plate.cells = null;
      drawApart(plate, view, numbers, values);
      return;
    }
    const cells = gathered(plate, view, grid, numbers, (number) => values[number] >= 0);
    if (isMain) plate.cells = cells;
    drawCells(plate, cells, (cell) => (cells.valued[cell] ? colours.many : colours.bare));
  };

  /* Records or photographs of one layer. */
  bangfuMap.drawLayer = (plate, view, layer) => {
    const numbers = layer.grid.within(boxOf(plate, view)), ink = plate.colours[layer.ink];
    drawCells(plate, gathered(plate, view, layer.grid, numbers, () => true), () => ink);
  };

  /* How many villages are under one mark at a point of the screen; 0 where they stand apart. */
  bangfuMap.manyAt = (plate, sx, sy) => {
    const { cells } = plate;
    if (!cells || sx < 0 || sy < 0) return 0;
    const cell = Math.floor(sy / CELL) * cells.columns + Math.floor(sx / CELL);
    return cells.counts[cell] || 0;
  };
})();
