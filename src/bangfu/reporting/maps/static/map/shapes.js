/* Outlines: the topology of the file, thinned to what a zoom can show, as paths for a canvas. Arcs are thinned once for both sides. */
window.bangfuMap = {};
(() => {
  "use strict";
  const decoded = (steps) => {
    const points = new Float32Array(steps.length);
    let x = 0, y = 0;
    for (let at = 0; at < steps.length; at += 2) {
      x += steps[at]; y += steps[at + 1];
      points[at] = x; points[at + 1] = y;
    }
    return points;
  };

  /* Points closer than the tolerance to the one before are left out; both ends stay, so that borders stay joined. */
  const thinned = (points, tolerance) => {
    const size = points.length;
    if (size <= 4) return points;
    const kept = new Float32Array(size);
    const square = tolerance * tolerance;
    let x = points[0], y = points[1], used = 2;
    kept[0] = x; kept[1] = y;
    for (let at = 2; at < size - 2; at += 2) {
      const across = points[at] - x, down = points[at + 1] - y;
      if (across * across + down * down < square) continue;
      x = points[at]; y = points[at + 1];
      kept[used++] = x; kept[used++] = y;
    }
    kept[used++] = points[size - 2]; kept[used++] = points[size - 1];
    return kept.slice(0, used);
  };

  const boxOf = (chain, arcs) => {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (const number of chain) {
      const points = arcs[number < 0 ? ~number : number];
      for (let at = 0; at < points.length; at += 2) {
        if (points[at] < box[0]) box[0] = points[at];
        if (points[at] > box[2]) box[2] = points[at];
        if (points[at + 1] < box[1]) box[1] = points[at + 1];
        if (points[at + 1] > box[3]) box[3] = points[at + 1];
      }
    }
    return box;
  };

  const united = (boxes) => boxes.reduce(
    (all, box) => [Math.min(all[0], box[0]), Math.min(all[1], box[1]), Math.max(all[2], box[2]), Math.max(all[3], box[3])],
    [Infinity, Infinity, -Infinity, -Infinity]);

  const meets = (one, other) => one[0] <= other[2] && one[2] >= other[0] && one[1] <= other[3] && one[3] >= other[1];

  class Shapes {
    constructor(told) {
      this.inset = told.inset;
      this.divides = told.divides;
      this.arcs = told.arcs.map(decoded);
      this.arcBoxes = this.arcs.map((_, number) => boxOf([number], this.arcs));
      this.spots = told.spots;
      this.names = told.names;
      this.byTolerance = new Map([[0, this.arcs]]);
      this.areas = {};
      for (const [level, codes] of Object.entries(told.rings)) {
        this.areas[level] = new Map();
        for (const [code, rings] of Object.entries(codes)) {
          const boxes = rings.map((chain) => boxOf(chain, this.arcs));
          this.areas[level].set(code, { rings, boxes, box: united(boxes) });
        }
      }
    }

    /* Tolerances are powers of two, so that a few zooms share their arcs. */
    toleranceFor(unitsPerPixel) {
      return unitsPerPixel <= 1 ? 0 : 2 ** Math.floor(Math.log2(unitsPerPixel * 1.1));
    }

    arcsFor(tolerance) {
      if (!this.byTolerance.has(tolerance)) {
        this.byTolerance.set(tolerance, this.arcs.map((points) => thinned(points, tolerance)));
      }
      return this.byTolerance.get(tolerance);
    }

    fill(level, codes, tolerance, dot) {
      const arcs = this.arcsFor(tolerance), path = new Path2D();
      for (const code of codes) {
        const area = this.areas[level].get(code);
        area.rings.forEach((chain, number) => {
          const [west, north, east, south] = area.boxes[number];
          if (east - west < dot && south - north < dot) { // an island too small for its outline is a dot
            path.rect((west + east - dot) / 2, (north + south - dot) / 2, dot, dot);
          } else {
            trace(path, chain, arcs);
          }
        });
      }
      return path;
    }

    within(level, codes, box) {
      return codes.filter((code) => meets(this.areas[level].get(code).box, box));
    }

    arcsWithin(numbers, box) {
      return numbers.filter((number) => meets(this.arcBoxes[number], box));
    }

    arcsOf(level, codes) {
      const found = new Set();
      for (const code of codes) {
        for (const chain of this.areas[level].get(code).rings) for (const number of chain) found.add(number < 0 ? ~number : number);
      }
      return found;
    }

    /* Arcs that only one of the divisions has: the outline of all of them together. */
    outlineOf(level, codes) {
      const found = new Set();
      for (const code of codes) {
        const area = this.areas[level].get(code);
        if (!area) continue;
        for (const chain of area.rings) {
          for (const number of chain) {
            const arc = number < 0 ? ~number : number;
            if (!found.delete(arc)) found.add(arc);
          }
        }
      }
      return found;
    }

    line(numbers, tolerance) {
      const arcs = this.arcsFor(tolerance), path = new Path2D();
      for (const number of numbers) {
        const points = arcs[number];
        path.moveTo(points[0], points[1]);
        for (let at = 2; at < points.length; at += 2) path.lineTo(points[at], points[at + 1]);
      }
      return path;
    }

    boxOf(level, codes) {
      return united(codes.map((code) => this.areas[level].get(code).box));
    }

    /* The division in which a point lies, by the even-odd rule over the full outlines. */
    at(level, codes, x, y) {
      for (const code of codes) {
        const area = this.areas[level].get(code);
        const [west, north, east, south] = area.box;
        if (x < west || x > east || y < north || y > south) continue;
        let inside = false;
        for (const chain of area.rings) for (const number of chain) {
          const points = this.arcs[number < 0 ? ~number : number];
          for (let at = 2; at < points.length; at += 2) {
            const a = points[at - 1], b = points[at + 1];
            if (a > y !== b > y && x < (points[at] - points[at - 2]) * (y - a) / (b - a) + points[at - 2]) inside = !inside;
          }
        }
        if (inside) return code;
      }
      return null;
    }
  }

  const trace = (path, chain, arcs) => {
    let isFirst = true;
    for (const number of chain) {
      const points = arcs[number < 0 ? ~number : number], size = points.length;
      if (isFirst) {
        isFirst = false;
        if (number < 0) path.moveTo(points[size - 2], points[size - 1]); else path.moveTo(points[0], points[1]);
      }
      if (number < 0) for (let at = size - 4; at >= 0; at -= 2) path.lineTo(points[at], points[at + 1]);
      else for (let at = 2; at < size; at += 2) path.lineTo(points[at], points[at + 1]);
    }
    path.closePath();
  };

  bangfuMap.loadShapes = async (address) => new Shapes(await (await fetch(address)).json());
})();
