/* One map on a canvas: divisions in their classes, circles, borders, layers, the inset; moved by pointer, wheel, fingers and keys. */
(() => {
  "use strict";
  const NEAR = 2, MOST_ZOOM = 400, STILL_MS = 140, COSTLY_MS = 24, CELL = 22;
  const OUTSIDE = "0", PROVINCES = "1", PREFECTURES = "2";
  const ramps = { shade: 5, rise: 3, fall: 3, year: 5 };

  const coloursOf = (element) => {
    const style = getComputedStyle(element), found = {};
    const named = (name) => style.getPropertyValue(`--map-${name}`).trim();
    for (const name of ["land", "zero", "nothing", "stripe", "border", "province", "country", "ink", "circle", "circle-line", "spot", "paper", "list", "tie"]) found[name] = named(name);
    for (const [name, size] of Object.entries(ramps)) for (let at = 1; at <= size; at += 1) found[`${name}-${at}`] = named(`${name}-${at}`);
    return found;
  };

  const striped = (context, colours) => {
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

  class Plate {
    constructor(element, shapes, sheet, told) {
      Object.assign(this, { element, shapes, sheet, told });
      this.base = element.querySelector("canvas");
      this.over = document.createElement("canvas");
      this.over.className = "map-over";
      this.over.setAttribute("aria-hidden", "true");
      this.base.after(this.over);
      this.context = this.base.getContext("2d");
      this.overContext = this.over.getContext("2d");
      this.shot = document.createElement("canvas");
      this.colours = coloursOf(element);
      this.stop = 0;
      this.points = null;
      this.paths = new Map();
      this.marked = null;
      this.cost = 0;
      this.followers = [];
      this.prepare();
      this.fit();
      this.listen();
      new ResizeObserver(() => this.resized()).observe(this.base.parentElement);
    }

    prepare() {
      const { shapes, sheet } = this, level = sheet.level;
      this.arcs = { outside: [], provinces: [], prefectures: [], counties: [] };
      for (const arc of shapes.arcsOf(level, sheet.codes)) {
        const kind = shapes.divides[arc];
        const name = kind === OUTSIDE ? "outside" : kind === PROVINCES ? "provinces" : kind === PREFECTURES ? "prefectures" : "counties";
        this.arcs[name].push(arc);
      }
      this.spots = sheet.codes.map((code) => shapes.spots[level][code]);
      this.number = new Map(sheet.codes.map((code, at) => [code, at]));
      const isNear = (code) => !code.startsWith("4603"); // the islands of 三沙 have their inset
      const main = sheet.codes.filter(isNear);
      this.home = shapes.boxOf(level, main.length ? main : sheet.codes);
      if (this.told.frame.inset) {
        const digits = { 1: 2, 2: 4, 3: 6 }[level], drawn = new Set(sheet.codes.map((code) => code.slice(0, digits)));
        const counties = [...shapes.areas[3].keys()].filter((code) => isNear(code) && drawn.has(code.slice(0, digits)));
        this.boxes = counties.flatMap((code) => shapes.areas[3].get(code).boxes);
        if (counties.length) this.home = shapes.boxOf(3, counties);
      }
    }

    measure() {
      const box = this.base.parentElement.getBoundingClientRect();
      this.width = Math.max(1, Math.round(box.width));
      this.height = Math.max(1, Math.round(box.height));
      this.ratio = Math.min(devicePixelRatio || 1, 2);
      for (const canvas of [this.base, this.over, this.shot]) {
        canvas.width = this.width * this.ratio;
        canvas.height = this.height * this.ratio;
      }
    }

    fit() {
      this.measure();
      const [west, north, east, south] = this.home, edge = 10;
      let k = Math.min((this.width - 2 * edge) / (east - west || 1), (this.height - 2 * edge) / (south - north || 1));
      const centred = () => ({ k, x: this.width / 2 - k * (west + east) / 2, y: this.height / 2 - k * (north + south) / 2 });
      this.view = centred();
      if (this.told.frame.inset) { // no land may lie under the inset: the sheet grows smaller, and moves away from it
        const atCorner = () => ({ k, x: edge - k * west, y: edge - k * north });
        const found = () => [centred(), { ...atCorner(), x: centred().x }, { ...atCorner(), y: centred().y }, atCorner()].find((view) => this.isClear(view));
        while (!found() && k * (east - west) > this.width / 4) k *= 0.98;
        this.view = found() || atCorner();
      }
      this.least = k;
      this.ask();
    }

    isClear(view) {
      const { left, top } = this.insetView(), right = (left - 6 - view.x) / view.k, bottom = (top - 6 - view.y) / view.k;
      return this.boxes.every((box) => box[2] < right || box[3] < bottom);
    }

    resized() {
      const box = this.base.parentElement.getBoundingClientRect();
      if (Math.round(box.width) === this.width && Math.round(box.height) === this.height) return;
      this.fit();
    }

    /* The whole is drawn in the next frame; while something moves, and drawing is dear, the last picture is moved instead. */
    ask(isMoving = false) {
      clearTimeout(this.still);
      if (isMoving && this.cost > COSTLY_MS && this.shotView) {
        this.still = setTimeout(() => this.ask(), STILL_MS);
        this.next = () => this.shift();
      } else {
        this.next = () => this.draw();
      }
      if (!this.waits) {
        this.waits = requestAnimationFrame(() => { this.waits = null; this.next(); });
      }
    }

    shift() {
      const { context, shot, shotView, view, ratio } = this, part = view.k / shotView.k;
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.fillStyle = this.colours.paper;
      context.fillRect(0, 0, shot.width, shot.height);
      context.setTransform(part, 0, 0, part, (view.x - shotView.x * part) * ratio, (view.y - shotView.y * part) * ratio);
      context.drawImage(shot, 0, 0);
      if (this.told.frame.inset) this.drawInset();
      this.drawOver();
    }

    draw() {
      const began = performance.now(), { context, ratio, view } = this;
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.fillStyle = this.colours.paper;
      context.fillRect(0, 0, this.base.width, this.base.height);
      this.land(view, ratio);
      const pen = this.shot.getContext("2d");
      pen.setTransform(1, 0, 0, 1, 0, 0);
      pen.drawImage(this.base, 0, 0);
      this.shotView = { ...view };
      if (this.told.frame.inset) this.drawInset();
      this.cost = performance.now() - began;
      this.drawOver();
    }

    path(key, make) {
      if (!this.paths.has(key)) {
        if (this.paths.size > 240) this.paths.clear();
        this.paths.set(key, make());
      }
      return this.paths.get(key);
    }

    /* Under circles the land is the same at every stop. */
    stopKey(number) {
      return this.sheet.drawing === "circle" ? "all" : number;
    }

    /* Which fill each division has at the present stop: codes by the name of a colour. */
    fills(number = this.stop) {
      return this.path(`fills ${this.stopKey(number)}`, () => {
        const { sheet, told } = this, stop = sheet.stops[number];
        const groups = {};
        const add = (name, code) => (groups[name] ??= []).push(code);
        const classes = new Map(stop.at.map((at, number) => [at, stop.class[number]]));
        const outside = told.inside ? (at) => !told.inside.has(at) : () => false;
        sheet.codes.forEach((code, at) => {
          if (sheet.drawing === "circle") {
            const year = told.poor && told.poor.get(code);
            return add(year ? `year-${year}` : "land", code);
          }
          if (outside(at)) return add("land", code);
          const number = classes.get(at);
          if (number === undefined) return add("nothing", code);
          if (!number) return add("zero", code);
          return add(sheet.change ? `${number > 0 ? "rise" : "fall"}-${Math.abs(number)}` : `shade-${number}`, code);
        });
        return Object.entries(groups);
      });
    }

    land(view, ratio) {
      this.fillLand(view, ratio);
      this.rule(view, ratio);
      const { context, sheet, told } = this;
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      if (told.ties) this.drawTies(view);
      if (sheet.drawing === "circle") this.drawCircles(view);
      if (this.points) this.drawPoints(view);
    }

    /* What a view shows of the sheet; null when it shows all, and paths may be kept for the next time. */
    seen(view) {
      if (view.k < this.least * NEAR) return null;
      return [-view.x / view.k, -view.y / view.k, (this.width - view.x) / view.k, (this.height - view.y) / view.k];
    }

    fillLand(view, ratio) {
      const { context, shapes, sheet, colours } = this, level = sheet.level;
      const tolerance = shapes.toleranceFor(1 / view.k), dot = 1.5 / view.k, box = this.seen(view);
      const filled = (key, codes) => box
        ? shapes.fill(level, shapes.within(level, codes, box), tolerance, dot)
        : this.path(`fill ${key} ${tolerance}`, () => shapes.fill(level, codes, tolerance, tolerance * 1.5 || dot));
      context.setTransform(view.k * ratio, 0, 0, view.k * ratio, view.x * ratio, view.y * ratio);
      for (const [name, codes] of this.fills()) {
        if (name === "nothing") {
          this.stripes ??= striped(context, colours);
          this.stripes.setTransform(new DOMMatrix([1 / view.k, 0, 0, 1 / view.k, 0, 0]));
          context.fillStyle = this.stripes;
        } else {
          context.fillStyle = colours[name];
        }
        context.fill(filled(`${this.stopKey(this.stop)} ${name}`, codes));
      }
    }

    /* The paths of a stop are made before it is asked for, when there is time. */
    warm(number) {
      const { shapes, sheet, view } = this, tolerance = shapes.toleranceFor(1 / view.k);
      if (this.seen(view)) return;
      for (const [name, codes] of this.fills(number)) {
        this.path(`fill ${this.stopKey(number)} ${name} ${tolerance}`, () => shapes.fill(sheet.level, codes, tolerance, tolerance * 1.5 || 1.5 / view.k));
      }
    }

    /* Borders are the same at every stop of the slider: they are drawn once for a view, and laid over the fills. */
    rule(view, ratio) {
      const key = `${view.k} ${view.x} ${view.y} ${ratio} ${this.width} ${this.height}`;
      if (view !== this.view) return this.drawLines(this.context, view, ratio);
      if (this.linesKey !== key) {
        this.linesKey = key;
        this.linesShot ??= document.createElement("canvas");
        this.linesShot.width = this.base.width;
        this.linesShot.height = this.base.height;
        this.drawLines(this.linesShot.getContext("2d"), view, ratio);
      }
      this.context.setTransform(1, 0, 0, 1, 0, 0);
      return this.context.drawImage(this.linesShot, 0, 0);
    }

    drawLines(pen, view, ratio) {
      const { shapes, colours, told, sheet } = this, tolerance = shapes.toleranceFor(1 / view.k), box = this.seen(view);
      const lines = (key, numbers) => box
        ? shapes.line(shapes.arcsWithin([...numbers], box), tolerance)
        : this.path(`line ${key} ${tolerance}`, () => shapes.line(numbers, tolerance));
      const draw = (path, colour, width) => {
        pen.strokeStyle = colour;
        pen.lineWidth = width / view.k;
        pen.stroke(path);
      };
      pen.setTransform(view.k * ratio, 0, 0, view.k * ratio, view.x * ratio, view.y * ratio);
      pen.lineJoin = "round";
      const near = view.k * 50; // pixels a five kilometres
      if (near > 0.55) draw(lines("counties", this.arcs.counties), colours.border, Math.min(0.8, near * 0.4));
      draw(lines("prefectures", this.arcs.prefectures), colours.border, near > 0.55 ? 1.1 : 0.5);
      draw(lines("provinces", this.arcs.provinces), colours.province, 0.9);
      if (told.frame.outline) draw(lines("outside", this.arcs.outside), colours.country, 0.9);
      if (told.poor && sheet.drawing === "shade" && sheet.level === 3) {
        for (const [year, codes] of this.poorByYear()) draw(lines(`poor ${year}`, shapes.outlineOf(3, codes)), colours[`year-${year}`], 1.4);
      }
      if (told.outline) draw(lines("list", shapes.outlineOf(3, told.outline)), colours.list, 2);
      this.strokeBoundary(pen, view);
    }

    poorByYear() {
      const found = {};
      for (const [code, year] of this.told.poor) if (this.number.has(code)) (found[year] ??= []).push(code);
      return Object.entries(found);
    }

    strokeBoundary(context, view) {
      const { told } = this;
      context.strokeStyle = this.colours.country;
      context.lineWidth = 1.6 / view.k;
      context.beginPath();
      for (const stroke of told.frame.boundary) stroke.forEach(([x, y], at) => (at ? context.lineTo(x, y) : context.moveTo(x, y)));
      context.stroke();
    }

    drawTies(view) {
      const { context, colours, told } = this;
      context.strokeStyle = colours.tie;
      context.lineWidth = 0.8;
      context.beginPath();
      for (const { at, from } of told.ties) {
        if (!from) continue;
        context.moveTo(from[0] * view.k + view.x, from[1] * view.k + view.y);
        context.lineTo(at[0] * view.k + view.x, at[1] * view.k + view.y);
      }
      context.stroke();
    }

    drawCircles(view) {
      const { context, colours, sheet } = this, stop = sheet.stops[this.stop];
      const order = stop.at.map((_, number) => number).sort((a, b) => stop.radius[b] - stop.radius[a]);
      context.lineWidth = 1;
      for (const number of order) {
        const [x, y] = this.spots[stop.at[number]], sx = x * view.k + view.x, sy = y * view.k + view.y;
        const radius = Math.max(stop.radius[number] ? 1.2 : 1.6, stop.radius[number] / 1000 * sheet.largest);
        if (sx < -radius || sy < -radius || sx > this.width + radius || sy > this.height + radius) continue;
        context.beginPath();
        context.arc(sx, sy, radius, 0, 2 * Math.PI);
        if (stop.radius[number]) {
          context.fillStyle = stop.class[number] < 0 ? colours["fall-2"] : colours.circle;
          context.fill();
        }
        context.strokeStyle = colours["circle-line"];
        context.stroke();
      }
    }

    /* Tens of thousands of points: one pass into cells of the screen; a cell with many is one dot with their number. */
    drawPoints(view) {
      const { context, colours, points } = this;
      const columns = Math.ceil(this.width / CELL), rows = Math.ceil(this.height / CELL);
      const counts = new Uint32Array(columns * rows), sumX = new Float32Array(columns * rows), sumY = new Float32Array(columns * rows);
      const size = points.x.length;
      for (let at = 0; at < size; at += 1) {
        const sx = points.x[at] * view.k + view.x, sy = points.y[at] * view.k + view.y;
        if (sx < 0 || sy < 0 || sx >= this.width || sy >= this.height) continue;
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
    }

    /* Where the inset stands, and how it is projected: the same sheet, smaller. */
    insetView() {
      const [west, north, east, south] = this.shapes.inset;
      const height = Math.min(190, this.height * 0.3, this.width * 0.3), k = height / (south - north), width = k * (east - west);
      const left = this.width - width - 10, top = this.height - height - 10;
      return { left, top, width, height, view: { k, x: left - k * west, y: top - k * north } };
    }

    drawInset() {
      const { context, ratio, colours } = this, { left, top, width, height, view } = this.insetView();
      const key = `${this.stop} ${this.width} ${this.height}`;
      if (this.insetKey !== key) {
        this.insetKey = key;
        this.insetShot = document.createElement("canvas");
        this.insetShot.width = Math.ceil(width * ratio);
        this.insetShot.height = Math.ceil(height * ratio);
        const [mine, main, points] = [this.insetShot.getContext("2d"), this.context, this.points];
        this.context = mine;
        this.points = null;
        mine.fillStyle = colours.paper;
        mine.fillRect(0, 0, this.insetShot.width, this.insetShot.height);
        this.land({ k: view.k, x: view.x - left, y: view.y - top }, ratio);
        this.context = main;
        this.points = points;
      }
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.drawImage(this.insetShot, left, top, width, height);
      context.strokeStyle = colours.province;
      context.lineWidth = 1;
      context.strokeRect(left - 0.5, top - 0.5, width + 1, height + 1);
      context.fillStyle = colours.ink;
      context.font = "11px sans-serif";
      context.textAlign = "left";
      context.textBaseline = "alphabetic";
      context.fillText(this.told.words.sea, left + 6, top + height - 7);
    }

    drawOver() {
      const { overContext: pen, ratio, shapes, sheet, colours } = this;
      pen.setTransform(1, 0, 0, 1, 0, 0);
      pen.clearRect(0, 0, this.over.width, this.over.height);
      if (!this.marked) return;
      const views = [this.view, ...(this.told.frame.inset ? [this.insetView().view] : [])];
      views.forEach((view, number) => {
        pen.save();
        pen.setTransform(ratio, 0, 0, ratio, 0, 0);
        pen.beginPath();
        const inset = this.told.frame.inset ? this.insetView() : null;
        if (number) pen.rect(inset.left, inset.top, inset.width, inset.height);
        else {
          pen.rect(0, 0, this.width, this.height);
          if (inset) pen.rect(inset.left, inset.top, inset.width, inset.height);
        }
        pen.clip("evenodd");
        pen.setTransform(view.k * ratio, 0, 0, view.k * ratio, view.x * ratio, view.y * ratio);
        pen.strokeStyle = colours.ink;
        pen.lineWidth = 2 / view.k;
        pen.lineJoin = "round";
        pen.stroke(shapes.fill(sheet.level, [this.marked], shapes.toleranceFor(1 / view.k), 2 / view.k));
        pen.restore();
      });
    }

    mark(code) {
      const known = code && this.number.has(code) ? code : null;
      if (known === this.marked) return;
      this.marked = known;
      if (!this.waits) requestAnimationFrame(() => this.drawOver());
    }

    show(stop) {
      this.stop = stop;
      this.ask();
    }

    setPoints(points) {
      this.points = points;
      this.ask();
    }

    codeAt(sx, sy) {
      let view = this.view;
      if (this.told.frame.inset) {
        const inset = this.insetView();
        if (sx >= inset.left && sy >= inset.top && sx <= inset.left + inset.width && sy <= inset.top + inset.height) view = inset.view;
      }
      return this.shapes.at(this.sheet.level, this.sheet.codes, (sx - view.x) / view.k, (sy - view.y) / view.k);
    }

    pointAt(sx, sy) {
      if (!this.points || !this.points.facts) return null;
      let best = null, nearest = 64;
      for (let at = 0; at < this.points.x.length; at += 1) {
        const across = this.points.x[at] * this.view.k + this.view.x - sx, down = this.points.y[at] * this.view.k + this.view.y - sy;
        const far = across * across + down * down;
        if (far < nearest) { nearest = far; best = this.points.facts[at]; }
      }
      return best;
    }

    zoom(factor, sx = this.width / 2, sy = this.height / 2) {
      const k = Math.max(this.least * 0.8, Math.min(this.least * MOST_ZOOM, this.view.k * factor)), part = k / this.view.k;
      this.moved({ k, x: sx - (sx - this.view.x) * part, y: sy - (sy - this.view.y) * part });
    }

    pan(across, down) {
      this.moved({ k: this.view.k, x: this.view.x + across, y: this.view.y + down });
    }

    moved(view, isFollowing = false) {
      this.view = view;
      this.ask(true);
      if (!isFollowing) for (const other of this.followers) other.moved({ ...view }, true);
    }

    listen() {
      const canvas = this.base, fingers = new Map();
      let began = null;
      const here = (event) => {
        const box = canvas.getBoundingClientRect();
        return [event.clientX - box.left, event.clientY - box.top];
      };
      canvas.addEventListener("wheel", (event) => {
        event.preventDefault();
        this.zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0018)), ...here(event));
      }, { passive: false });
      canvas.addEventListener("pointerdown", (event) => {
        if (event.button) return;
        canvas.setPointerCapture(event.pointerId);
        fingers.set(event.pointerId, here(event));
        began = fingers.size === 1 ? here(event) : null;
      });
      canvas.addEventListener("pointermove", (event) => {
        const now = here(event), before = fingers.get(event.pointerId);
        if (!before) return void this.onHover?.(this.codeAt(...now), ...now);
        if (fingers.size === 2) {
          const other = [...fingers].find(([key]) => key !== event.pointerId)[1];
          const far = (point) => Math.hypot(point[0] - other[0], point[1] - other[1]) || 1;
          this.zoom(far(now) / far(before), (now[0] + other[0]) / 2, (now[1] + other[1]) / 2);
          this.pan((now[0] - before[0]) / 2, (now[1] - before[1]) / 2);
        } else if (began === null || Math.hypot(now[0] - began[0], now[1] - began[1]) > 4) {
          began = null;
          this.pan(now[0] - before[0], now[1] - before[1]);
        } else {
          return;
        }
        fingers.set(event.pointerId, now);
      });
      const up = (event) => {
        const was = began;
        fingers.delete(event.pointerId);
        began = null;
        if (was && event.type === "pointerup") this.onChoose?.(this.codeAt(...was), ...was, this.pointAt(...was));
      };
      canvas.addEventListener("pointerup", up);
      canvas.addEventListener("pointercancel", up);
      canvas.addEventListener("pointerleave", () => this.onHover?.(null));
      canvas.addEventListener("keydown", (event) => {
        const way = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] }[event.key];
        if (event.altKey || event.ctrlKey || event.metaKey) return;
        if (way) this.pan(...way);
        else if (event.key === "+" || event.key === "=") this.zoom(1.5);
        else if (event.key === "-") this.zoom(1 / 1.5);
        else if (event.key === "0") this.fit();
        else return;
        event.preventDefault();
        event.stopPropagation();
      });
    }
  }

  bangfuMap.Plate = Plate;
})();
