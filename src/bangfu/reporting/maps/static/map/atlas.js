/* The page around the map: the slider and its player, the card of a division, the list beside it, two maps that move as one. */
(() => {
  "use strict";
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const PLAY_MS = 1100, LIST_MS = 350;

  const atlas = one("[data-atlas]");
  if (!atlas || !window.bangfuMap) return;
  const words = atlas.dataset;
  const plates = [];
  let sheet = null, opens = null, asking = null, isStill = false;

  /* While the drawer is open, the address is that of its figure; the map keeps its own. */
  let mine = location.pathname + location.search;
  const closeDrawer = () => one("#drawer .drawer-top button")?.click();
  const addressOf = (changes) => {
    const found = new URL(mine, location.href);
    for (const [name, value] of Object.entries(changes)) {
      if (value === null) found.searchParams.delete(name); else found.searchParams.set(name, value);
    }
    found.searchParams.delete("page");
    return found.pathname + found.search;
  };

  const figureOf = (code, period) => {
    if (opens.fixed) return opens.fixed;
    const query = new URLSearchParams(opens.more);
    query.set("period", period);
    query.set("place", code);
    return `${opens.base}?${query.toString().replaceAll("%2F", "/")}`;
  };

  /* What stands on the card of a division: its name, its value as a figure, what the layers say of it. */
  const card = one(".map-card", atlas);
  const made = (tag, text, more = {}) => Object.assign(document.createElement(tag), { textContent: text }, more);
  const fillCard = (plate, code, isPinned) => {
    const { at, name, isDot, isClosed } = plate.entry(code), stop = sheet.stops[plate.stop];
    const number = at < 0 ? -1 : stop.at.indexOf(at);
    card.replaceChildren(made("b", name), made("small", stop.title));
    const value = number < 0 ? words.nothing : `${sheet.change && stop.class[number] > 0 ? "+" : ""}${stop.text[number]}${words.unit ? (words.language === "en" ? " " : "") + words.unit : ""}`;
    if (number >= 0 && isPinned && !isClosed) {
      card.append(made("a", value, { className: "figure", href: figureOf(code, stop.period) }));
    } else {
      card.append(made("span", value, { className: number < 0 ? "soft" : "value" }));
    }
    const year = plate.told.years && plate.told.years.get(code);
    if (year) card.append(made("small", words.exit.replace("{}", year)));
    const tie = plate.told.owners && plate.told.owners.get(code);
    if (tie) card.append(made("small", tie.join("、")));
    if (isDot && words.datum) {
      const { longitude, latitude, datums } = sheet.points;
      const said = datums[at] === "GCJ-02" ? words.drawn : words.datum;
      card.append(made("small", said.replace("{at}", `${longitude[at]}, ${latitude[at]}`).replace("{datum}", datums[at])));
    }
    if (isPinned && !isClosed && words.into) {
      if (code !== words.place) card.append(made("a", words.into, { className: "map-into", href: addressOf({ place: code, level: null }) }));
      card.append(made("a", words.book, { className: "map-into", href: `${words.handbook}${code}/` }));
    }
  };
  const putCard = (plate, x, y) => {
    card.hidden = false;
    const frame = atlas.getBoundingClientRect(), box = plate.base.getBoundingClientRect();
    const left = box.left - frame.left + x, top = box.top - frame.top + y;
    card.style.translate = `${Math.max(4, Math.min(left + 14, frame.width - card.offsetWidth - 8))}px ${Math.max(4, top + 16 + card.offsetHeight > frame.height ? top - card.offsetHeight - 12 : top + 16)}px`;
  };
  let pinned = null;
  const unpin = () => {
    pinned = null;
    card.hidden = true;
    card.classList.remove("is-pinned");
    for (const plate of plates) plate.mark(null);
  };
  const mark = (code) => { for (const plate of plates) plate.mark(code); };

  const listen = (plate) => {
    plate.onHover = (code, x, y) => {
      if (pinned) return;
      mark(code);
      const many = code || x === undefined ? 0 : bangfuMap.manyAt(plate, x, y);
      card.hidden = !code && !many;
      if (code) fillCard(plate, code, false);
      else if (many) card.replaceChildren(made("span", words.many.replace("{}", many)));
      if (!card.hidden) putCard(plate, x, y);
    };
    plate.onChoose = (code, x, y, opened) => {
      if (!opened && !code && bangfuMap.manyAt(plate, x, y)) {
        unpin();
        return plate.zoom(2.2, x, y);
      }
      if (opened) {
        const link = made("a", "", { href: opened, className: "opens" });
        atlas.append(link);
        link.click();
        link.remove();
        return undefined;
      }
      if (!code || pinned === code) return unpin();
      pinned = code;
      mark(code);
      card.classList.add("is-pinned");
      fillCard(plate, code, true);
      putCard(plate, x, y);
      return undefined;
    };
  };
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && pinned) unpin(); });

  /* The slider: all its stops are here already; the list follows when it rests. Layers that hold at one period only load the page anew. */
  const slider = one("[data-slider] input[type=range]"), play = one("[data-slider] button");
  const askList = () => {
    clearTimeout(asking);
    asking = setTimeout(() => {
      if (window.htmx) htmx.ajax("GET", mine, { target: "#map-list", swap: "outerHTML" });
    }, LIST_MS);
  };
  const show = (stop) => {
    const period = sheet.stops[stop];
    for (const plate of plates) plate.show(stop);
    slider.value = stop;
    slider.setAttribute("aria-valuetext", period.title);
    for (const caption of all("[data-caption]")) caption.textContent = period.title;
    const field = one("form [name=period]");
    if (field) field.value = period.period;
    if (pinned) fillCard(plates[0], pinned, true);
  };
  const settle = (stop, way) => {
    closeDrawer();
    const before = mine;
    mine = addressOf({ period: sheet.stops[stop].period });
    if (isStill) return location.assign(mine);
    if (mine !== before) history[way](null, "", mine);
    return askList();
  };
  let timer = null;
  const halt = () => {
    clearInterval(timer);
    timer = null;
    play.setAttribute("aria-pressed", "false");
    play.textContent = play.dataset.play;
  };
  const listenToSlider = () => {
    const bar = one("[data-slider]");
    if (!bar || sheet.stops.length < 2) return;
    bar.hidden = false;
    play.hidden = isStill;
    one("[data-stops]").hidden = true;
    slider.max = sheet.stops.length - 1;
    slider.value = plates[0].stop;
    slider.setAttribute("aria-valuetext", sheet.stops[plates[0].stop].title);
    slider.addEventListener("input", () => { halt(); show(Number(slider.value)); });
    slider.addEventListener("change", () => settle(Number(slider.value), "pushState"));
    play.addEventListener("click", () => {
      if (timer) return halt();
      play.setAttribute("aria-pressed", "true");
      play.textContent = play.dataset.halt;
      const step = () => {
        const next = (Number(slider.value) + 1) % sheet.stops.length;
        show(next);
        settle(next, "replaceState");
      };
      step();
      timer = setInterval(step, PLAY_MS);
      return undefined;
    });
    addEventListener("popstate", () => {
      if (location.pathname !== new URL(mine, location.href).pathname) return;
      mine = location.pathname + location.search;
      const wanted = new URLSearchParams(location.search).get("period");
      const stop = sheet.stops.findIndex((each) => each.period === wanted);
      if (stop < 0 || stop === plates[0].stop) return;
      show(stop);
      askList();
    });
  };

  /* The list leads on the map: what has the focus or the pointer there is outlined here. */
  for (const kind of ["focusin", "pointerover"]) {
    document.addEventListener(kind, (event) => {
      const row = event.target.closest && event.target.closest("[data-place]");
      if (row && !pinned) mark(row.dataset.place);
    });
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-map]");
    if (!button || !plates.length) return;
    const kind = button.dataset.map;
    if (kind === "in") plates[0].zoom(1.6);
    if (kind === "out") plates[0].zoom(1 / 1.6);
    if (kind === "home") for (const plate of plates) plate.fit();
  });
  for (const field of all("[data-goes]")) field.addEventListener("change", () => field.form.requestSubmit());

  const told = (given) => {
    const found = { frame: given.frame, place: words.place, words: { sea: words.sea } };
    if (given.poor) {
      found.poor = new Map(given.poor.codes.map((code, at) => [code, given.poor.years[at] - given.poor.first + 1]));
      found.years = new Map(given.poor.codes.map((code, at) => [code, given.poor.years[at]]));
    }
    if (given.list) found.outline = new Set(given.list);
    if (given.inside) found.inside = new Set(given.inside);
    if (given.ties) {
      found.ties = given.ties;
      found.owners = new Map(given.ties.map((tie) => [tie.code, tie.units]));
    }
    return found;
  };

  const start = async () => {
    const [shapes, answer] = await Promise.all([bangfuMap.loadShapes(words.shapes), fetch(words.values)]);
    if (!answer.ok) throw new Error(`${answer.status}`);
    const given = await answer.json();
    sheet = given.sheet;
    opens = given.opens;
    isStill = Boolean(given.list || given.ties || given.inside || words.photographs || words.records);
    const shared = told(given);
    all(".map-plate", atlas).forEach((element, number) => {
      const plate = new bangfuMap.Plate(element, shapes, sheet, shared);
      plate.closed = new Set(sheet.closed);
      plate.stop = given.beside ? number : Math.max(0, sheet.stops.findIndex((stop) => stop.period === words.period));
      plates.push(plate);
      listen(plate);
      plate.show(plate.stop);
    });
    for (const plate of plates) plate.followers = plates.filter((other) => other !== plate);
    if (!given.beside) listenToSlider();
    for (const [address, ink, opened] of [[words.records, "site", "/fact/{}/"], [words.photographs, "spot", "/fact/{}/evidence"]]) {
      if (!address) continue;
      const points = await (await fetch(address)).json();
      for (const plate of plates) plate.addLayer(points, ink, opened);
    }
    atlas.classList.add("is-drawn");
    const soon = window.requestIdleCallback || ((work) => setTimeout(work, 50));
    const warm = (stop) => stop < sheet.stops.length && soon(() => { plates[0].warm(stop); warm(stop + 1); });
    warm(0);
  };

  bangfuMap.plates = plates;
  start().catch((error) => {
    atlas.classList.add("is-broken");
    one("[data-broken]", atlas)?.removeAttribute("hidden");
    throw error;
  });
  addEventListener("beforeprint", () => { for (const plate of plates) plate.ask(); });
})();
