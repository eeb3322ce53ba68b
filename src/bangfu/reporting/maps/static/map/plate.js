/* One map on a canvas: divisions in their classes, circles, borders, layers, the inset; moved by pointer, wheel, fingers and keys. */
(() => {
  "use strict";
  const NEAR = 2, MOST_ZOOM = 400, STILL_MS = 140, COSTLY_MS = 24;
  const OUTSIDE = "0", PROVINCES = "1", PREFECTURES = "2";

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
      this.colours = bangfuMap.coloursOf(element);
      this.stop = 0;
      this.layers = [];
      this.cells = null;
      this.paths = new Map();
      this.marked = null;
      this.cost = 0;
      this.followers = [];
      this.pictures = {};
      this.letters = bangfuMap.lettersOf(this);
      this.prepare();
      this.fit();
      bangfuMap.listenTo(this);
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
      this.grid = sheet.points ? new bangfuMap.Grid(sheet.points.x, sheet.points.y) : null;
      this.dot = new Map(sheet.points ? sheet.points.codes.map((code, at) => [code, at]) : []);
      const isNear = (code) => !code.startsWith("4603"); // the islands of 三沙 have their inset
      const main = sheet.codes.filter(isNear);
      this.home = shapes.boxOf(level, main.length ? main : sheet.codes);
      this.whole = this.wholeOf(this.told.place);
      this.edge = this.told.place ? [...shapes.outlineOf(...this.whole)].filter((arc) => shapes.divides[arc] !== OUTSIDE) : [];
      if (this.dot.size && this.told.place.length > 6) { // a town or village is looked at by its points
        const [west, north, east, south] = this.grid.box, edge = 30;
        this.home = [west - edge, north - edge, east + edge, south + edge];
      }
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

    /* Which division has which class at a stop, as codes by the name of a colour. */
    fills(number = this.stop) {
      if (this.sheet.drawing === "circle" || this.grid) return [];
      return this.path(`fills ${number}`, () => {
        const { sheet, told } = this, stop = sheet.stops[number], groups = {};
        const put = (name, code) => (groups[name] ??= []).push(code);
        if (told.inside) sheet.codes.forEach((code, at) => told.inside.has(at) || put("land", code));
        stop.at.forEach((at, each) => {
          const found = stop.class[each], code = sheet.codes[at];
          if (!found) put("zero", code);
          else put(sheet.change ? `${found > 0 ? "rise" : "fall"}-${Math.abs(found)}` : `shade-${found}`, code);
        });
        return Object.entries(groups);
      });
    }

    land(view, ratio) {
      this.fillLand(view, ratio);
      this.once("lines", view, ratio, (pen) => this.drawLines(pen, view, ratio));
      const { context, sheet, told } = this;
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      if (told.ties) bangfuMap.drawTies(this, view);
      if (this.grid) bangfuMap.drawPlaces(this, view);
      else if (sheet.drawing === "circle") bangfuMap.drawCircles(this, view);
      for (const layer of this.layers) bangfuMap.drawLayer(this, view, layer);
    }

    /* What a view shows of the sheet: all of it, the box of the inset, or what a near view has room for. */
    seen(view) {
      if (view !== this.view) return this.shapes.inset;
      if (view.k < this.least * NEAR) return null;
      return [-view.x / view.k, -view.y / view.k, (this.width - view.x) / view.k, (this.height - view.y) / view.k];
    }

    /* Paths of the whole and of the inset are kept; those of a near view serve once. */
    kept(view, key, make) {
      if (view !== this.view) return this.path(`inset ${key}`, make);
      return this.seen(view) ? make() : this.path(key, make);
    }

    /* What is the same at every stop is drawn once for a view and kept as a picture; the inset is a picture itself. */
    once(name, view, ratio, draw) {
      if (view !== this.view) return draw(this.context);
      const key = `${view.k} ${view.x} ${view.y} ${ratio} ${this.width} ${this.height}`, kept = (this.pictures[name] ??= {});
      if (kept.key !== key) {
        kept.key = key;
        kept.canvas ??= document.createElement("canvas");
        kept.canvas.width = this.base.width;
        kept.canvas.height = this.base.height;
        draw(kept.canvas.getContext("2d"));
      }
      this.context.setTransform(1, 0, 0, 1, 0, 0);
      return this.context.drawImage(kept.canvas, 0, 0);
    }

    filler(pen, view, ratio) {
      const { shapes, colours } = this, tolerance = shapes.toleranceFor(1 / view.k), dot = 1.5 / view.k, box = this.seen(view);
      pen.setTransform(view.k * ratio, 0, 0, view.k * ratio, view.x * ratio, view.y * ratio);
      return (key, name, level, codes) => {
        if (name === "nothing") {
          this.stripes ??= bangfuMap.striped(pen, colours);
          this.stripes.setTransform(new DOMMatrix([1 / view.k, 0, 0, 1 / view.k, 0, 0]));
        }
        pen.fillStyle = name === "nothing" ? this.stripes : colours[name];
        pen.fill(this.kept(view, `fill ${key} ${name} ${tolerance}`,
          () => shapes.fill(level, box ? shapes.within(level, codes, box) : codes, tolerance, tolerance * 1.5 || dot)));
      };
    }

    /* The land as one piece, of which whatever has no value stays visible; under circles the counties by year too. */
    ground(pen, view, ratio) {
      const fill = this.filler(pen, view, ratio), isBare = this.sheet.drawing === "circle" || this.grid;
      fill("ground", isBare ? "land" : "nothing", ...this.whole);
      if (isBare && this.told.poor) {
        for (const [year, codes] of this.poorByYear()) fill("poor", `year-${year}`, this.sheet.level, codes);
      }
    }

    wholeOf(place) {
      const level = !place || place.endsWith("0000") ? 1 : place.endsWith("00") ? 2 : 3, areas = this.shapes.areas[level];
      if (!place) return [1, [...areas.keys()]];
      return areas.has(place) ? [level, [place]] : [this.sheet.level, this.sheet.codes];
    }

    fillLand(view, ratio) {
      this.once("ground", view, ratio, (pen) => this.ground(pen, view, ratio));
      const fill = this.filler(this.context, view, ratio);
      for (const [name, codes] of this.fills()) fill(this.stop, name, this.sheet.level, codes);
    }

    /* The paths of a stop are made before it is asked for, when there is time. */
    warm(number) {
      const { shapes, sheet, view } = this, tolerance = shapes.toleranceFor(1 / view.k);
      if (this.seen(view)) return;
      for (const [name, codes] of this.fills(number)) {
        this.path(`fill ${number} ${name} ${tolerance}`, () => shapes.fill(sheet.level, codes, tolerance, tolerance * 1.5 || 1.5 / view.k));
      }
    }

    drawLines(pen, view, ratio) {
      const { shapes, colours, told, sheet } = this, tolerance = shapes.toleranceFor(1 / view.k), box = this.seen(view);
      const lines = (key, numbers) => this.kept(view, `line ${key} ${tolerance}`,
        () => shapes.line(box ? shapes.arcsWithin([...numbers], box) : numbers, tolerance));
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
      draw(lines("edge", this.edge), colours.province, 1.1);
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
        const [mine, main, layers] = [this.insetShot.getContext("2d"), this.context, this.layers];
        this.context = mine;
        this.layers = [];
        mine.fillStyle = colours.paper;
        mine.fillRect(0, 0, this.insetShot.width, this.insetShot.height);
        this.land({ k: view.k, x: view.x - left, y: view.y - top }, ratio);
        this.context = main;
        this.layers = layers;
      }
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.drawImage(this.insetShot, left, top, width, height);
      context.strokeStyle = colours.province;
      context.lineWidth = 1;
      context.strokeRect(left - 0.5, top - 0.5, width + 1, height + 1);
      context.fillStyle = colours.ink;
      context.font = this.letters(10, this.told.words.sea);
      context.textAlign = "left";
      context.textBaseline = "alphabetic";
      context.strokeStyle = colours.paper;
      context.lineWidth = 3;
      context.strokeText(this.told.words.sea, left + 4, top + height - 6);
      context.fillText(this.told.words.sea, left + 4, top + height - 6);
    }

    drawOver() {
      bangfuMap.drawMarked(this);
    }

    /* What a code is here: its number among those with values, its name, and whether it is a point. */
    entry(code) {
      const { sheet } = this, isDot = this.dot.has(code), at = (isDot ? this.dot : this.number).get(code);
      return { at: this.grid && !isDot ? -1 : at, isDot, name: (isDot ? sheet.points : sheet).names[at], isClosed: !isDot && this.closed.has(at) };
    }

    mark(code) {
      const known = code && (this.number.has(code) || this.dot.has(code)) ? code : null;
      if (known === this.marked) return;
      this.marked = known;
      if (!this.waits) requestAnimationFrame(() => this.drawOver());
    }

    show(stop) {
      this.stop = stop;
      this.ask();
    }

    addLayer(points, ink, opens) {
      this.layers.push({ grid: new bangfuMap.Grid(points.x, points.y), facts: points.facts, ink, opens });
      this.ask();
    }

    codeAt(sx, sy) {
      let view = this.view;
      if (this.told.frame.inset) {
        const inset = this.insetView();
        if (sx >= inset.left && sy >= inset.top && sx <= inset.left + inset.width && sy <= inset.top + inset.height) view = inset.view;
      }
      if (this.grid) {
        const number = bangfuMap.manyAt(this, sx, sy) ? -1 : this.grid.nearest((sx - view.x) / view.k, (sy - view.y) / view.k, 12 / view.k);
        if (number >= 0 || this.cells) return number < 0 ? null : this.sheet.points.codes[number];
      }
      return this.shapes.at(this.sheet.level, this.sheet.codes, (sx - view.x) / view.k, (sy - view.y) / view.k);
    }

    /* Where the record or photograph under a point of the screen opens, the topmost layer first. */
    pointAt(sx, sy) {
      const { view } = this;
      for (const layer of [...this.layers].reverse()) {
        const number = layer.grid.nearest((sx - view.x) / view.k, (sy - view.y) / view.k, 8 / view.k);
        if (number >= 0) return layer.opens.replace("{}", layer.facts[number]);
      }
      return null;
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
  }

  bangfuMap.Plate = Plate;
})();
