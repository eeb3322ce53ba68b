/* Inks, and what stands on the land: circles, ties to the units, and points in their tens of thousands. */
(() => {
  "use strict";
  const CELL = 22;
  const ramps = { shade: 5, rise: 3, fall: 3, year: 5 };

  bangfuMap.coloursOf = (element) => {
    const style = getComputedStyle(element), found = {};
    const named = (name) => style.getPropertyValue(`--map-${name}`).trim();
    for (const name of ["land", "zero", "nothing", "stripe", "border", "province", "country", "ink", "circle", "circle-line", "spot", "paper", "list", "tie"]) found[name] = named(name);
    for (const [name, size] of Object.entries(ramps)) for (let at = 1; at <= size; at += 1) found[`${name}-${at}`] = named(`${name}-${at}`);
    return found;
  };

  bangfuMap.striped = (context, colours) => {
    const tile = document.createElement("canvas");
    tile.width = tile.height = 6;
    const pen = tile.getContext("2d");
    pen.fillStyle = colours.nothing;
    pen.fillRect(0, 0, 6, 6);
    pen.strokeStyle = colours.stripe;
    pen.lineWidth = 1;
    pen.beginPath();
    for (const at of [-6, 0, 6]) { pen.moveTo(at, 6); pen.lineTo(at + 6, 0); }
    pen.stroke();
    return context.createPattern(tile, "repeat");
  };

  bangfuMap.drawTies = (plate, view) => {
    const { context, colours, told } = plate;
    context.strokeStyle = colours.tie;
    context.lineWidth = 0.8;
    context.beginPath();
    for (const { at, from } of told.ties) {
      if (!from) continue;
      context.moveTo(from[0] * view.k + view.x, from[1] * view.k + view.y);
      context.lineTo(at[0] * view.k + view.x, at[1] * view.k + view.y);
    }
    context.stroke();
  };

  bangfuMap.drawCircles = (plate, view) => {
    const { context, colours, sheet } = plate, stop = sheet.stops[plate.stop];
    const order = stop.at.map((_, number) => number).sort((a, b) => stop.radius[b] - stop.radius[a]);
    context.lineWidth = 1;
    const isInset = view !== plate.view; // what the main view shows already would only lie on top of itself there
    for (const number of order) {
      if (isInset && !sheet.codes[stop.at[number]].startsWith("4603")) continue;
      const [x, y] = plate.spots[stop.at[number]], sx = x * view.k + view.x, sy = y * view.k + view.y;
      const radius = Math.max(stop.radius[number] ? 1.2 : 1.6, stop.radius[number] / 1000 * sheet.largest);
      if (sx < -radius || sy < -radius || sx > plate.width + radius || sy > plate.height + radius) continue;
      context.beginPath();
      context.arc(sx, sy, radius, 0, 2 * Math.PI);
      if (stop.radius[number]) {
        context.fillStyle = stop.class[number] < 0 ? colours["fall-2"] : colours.circle;
        context.fill();
      }
      context.strokeStyle = colours["circle-line"];
      context.stroke();
    }
  };

  /* Tens of thousands of points: one pass into cells of the screen; a cell with many is one dot with their number. */
  bangfuMap.drawPoints = (plate, view) => {
    const { context, colours, points } = plate;
    const columns = Math.ceil(plate.width / CELL), rows = Math.ceil(plate.height / CELL);
    const counts = new Uint32Array(columns * rows), sumX = new Float32Array(columns * rows), sumY = new Float32Array(columns * rows);
    const size = points.x.length;
    for (let at = 0; at < size; at += 1) {
      const sx = points.x[at] * view.k + view.x, sy = points.y[at] * view.k + view.y;
      if (sx < 0 || sy < 0 || sx >= plate.width || sy >= plate.height) continue;
      const cell = Math.floor(sy / CELL) * columns + Math.floor(sx / CELL);
      counts[cell] += 1; sumX[cell] += sx; sumY[cell] += sy;
    }
    context.font = "10px sans-serif";
    context.textAlign = "center";
    context.textBaseline = "middle";
    for (let cell = 0; cell < counts.length; cell += 1) {
      const count = counts[cell];
      if (!count) continue;
      const x = sumX[cell] / count, y = sumY[cell] / count, radius = count === 1 ? 3 : Math.min(11, 4 + Math.log2(count));
      context.fillStyle = colours.spot;
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
      context.fill();
      if (count > 9 && radius > 7) {
        context.fillStyle = colours.paper;
        context.fillText(count > 999 ? `${Math.round(count / 1000)}k` : count, x, y);
      }
    }
  };
})();
