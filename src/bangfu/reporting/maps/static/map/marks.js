/* Inks, and what stands on the land: circles, and ties to the units. */
(() => {
  "use strict";
  const ramps = { shade: 5, rise: 3, fall: 3, year: 5 };

  /* The page's own letters, which a canvas does not take by itself: those that ship come in parts, when they are first asked for. */
  bangfuMap.lettersOf = (plate) => {
    const faces = getComputedStyle(plate.element).fontFamily, asked = new Set();
    return (size, words) => {
      const face = `${size}px ${faces}`;
      if (!asked.has(words) && !document.fonts.check(face, words)) {
        asked.add(words);
        document.fonts.load(face, words).then(() => plate.ask());
      }
      return face;
    };
  };

  bangfuMap.coloursOf = (element) => {
    const style = getComputedStyle(element), found = {};
    const named = (name) => style.getPropertyValue(`--map-${name}`).trim();
    for (const name of ["land", "zero", "nothing", "stripe", "border", "province", "country", "ink", "circle", "circle-line", "spot", "site", "bare", "many", "paper", "list", "tie"]) found[name] = named(name);
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

  /* What has the pointer or the focus: a ring around a point, the outline of a division in every view. */
  bangfuMap.drawMarked = (plate) => {
    const { overContext: pen, ratio, shapes, sheet, colours } = plate;
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, plate.over.width, plate.over.height);
    if (!plate.marked) return;
    pen.strokeStyle = colours.ink;
    if (plate.dot.has(plate.marked)) {
      const { view, grid } = plate, number = plate.dot.get(plate.marked);
      pen.setTransform(ratio, 0, 0, ratio, 0, 0);
      pen.lineWidth = 2;
      pen.beginPath();
      pen.arc(grid.x[number] * view.k + view.x, grid.y[number] * view.k + view.y, 8, 0, 2 * Math.PI);
      pen.stroke();
      return;
    }
    const inset = plate.told.frame.inset ? plate.insetView() : null;
    [plate.view, ...(inset ? [inset.view] : [])].forEach((view, number) => {
      pen.save();
      pen.setTransform(ratio, 0, 0, ratio, 0, 0);
      pen.beginPath();
      if (!number) pen.rect(0, 0, plate.width, plate.height);
      if (inset) pen.rect(inset.left, inset.top, inset.width, inset.height);
      pen.clip("evenodd");
      pen.setTransform(view.k * ratio, 0, 0, view.k * ratio, view.x * ratio, view.y * ratio);
      pen.strokeStyle = colours.ink;
      pen.lineWidth = 2 / view.k;
      pen.lineJoin = "round";
      pen.stroke(shapes.fill(sheet.level, [plate.marked], shapes.toleranceFor(1 / view.k), 2 / view.k));
      pen.restore();
    });
  };
})();
