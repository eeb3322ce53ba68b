"use strict";
(() => {
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const figures = read("figures"), facts = read("facts"), words = read("words");
  const FACT = 0, UNIT = 1, PLACE = 2, DAY = 3, QUANTITY = 4, PARTY = 5, REVERSES = 6;
  const PAGE = 50, BARS = 8, SCALE = 10000n;
  const root = document.documentElement;
  const say = (key, language, values = {}) =>
    words[key][language].replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const make = (tag, text = "", kind = "") => {
    const made = document.createElement(tag);
    made.textContent = text;
    if (kind) made.className = kind;
    return made;
  };
  // Quantities have four decimals at most: whole numbers of ten-thousandths are exact.
  const exact = (text) => {
    const [whole, rest = ""] = text.replace("-", "").split(".");
    const value = BigInt(whole) * SCALE + BigInt(rest.padEnd(4, "0"));
    return text.startsWith("-") ? -value : value;
  };
  const plain = (value) => {
    const size = value < 0n ? -value : value;
    const rest = (size % SCALE).toString().padStart(4, "0").replace(/0+$/, "");
    const whole = (size / SCALE).toString().replace(/\B(?=(\d{3})+$)/g, "\u202f");
    return (value < 0n ? "\u2212" : "") + whole + (rest ? "." + rest : "");
  };
  const countsParties = (figure, term) => figure.kinds[term] === "distinct";
  const total = (rows, isDistinct) => {
    if (!isDistinct) return rows.reduce((sum, row) => sum + exact(row[QUANTITY]), 0n);
    const nets = new Map();
    for (const row of rows)
      if (row[PARTY] !== null) nets.set(row[PARTY], (nets.get(row[PARTY]) ?? 0n) + exact(row[QUANTITY]));
    return BigInt([...nets.values()].filter((net) => net > 0n).length) * SCALE;
  };
  const placeName = (place) => {
    const chain = [2, 4, 6, 9, 12].filter((digits) => digits <= place.length).map((digits) => place.slice(0, digits));
    return [...new Set(chain.map((one) => figures.names.places[one]).filter(Boolean))].join("");
  };
  const unitName = (unit, language) => {
    const name = unit === null ? null : figures.names.units[unit];
    return name ? name[language] : say("withheld", language);
  };
  const bars = (title, rows, isDistinct, keyOf, nameOf, inOrder = false) => {
    const groups = new Map();
    for (const row of rows) {
      const key = keyOf(row);
      if (!groups.has(key)) groups.set(key, []);
      groups.get(key).push(row);
    }
    if (groups.size < 2) return [];
    const parts = [...groups].map(([key, mine]) => [key, total(mine, isDistinct)]);
    parts.sort(inOrder ? (a, b) => (a[0] < b[0] ? -1 : 1) : (a, b) => (a[1] < b[1] ? 1 : a[1] > b[1] ? -1 : 0));
    const largest = parts.reduce((most, [, value]) => (value > most ? value : most), 1n);
    const drawn = parts.map(([key, value]) => {
      const bar = make("div", "", "bar"), line = make("i");
      line.style.width = `${value > 0n ? Number((value * 1000n) / largest) / 10 : 0}%`;
      bar.append(make("span", nameOf(key)), line, make("span", plain(value)));
      return bar;
    });
    const box = make("div");
    box.append(make("h4", title), ...drawn.slice(0, inOrder ? 36 : BARS));
    if (drawn.length > (inOrder ? 36 : BARS)) {
      const rest = drawn.slice(inOrder ? 36 : BARS);
      box.append(more(rest.length, root.dataset.language, () => box.append(...rest)));
    }
    return [box];
  };
  const more = (count, language, show) => {
    const button = make("button", say("more", language, { count }), "more");
    button.type = "button";
    button.addEventListener("click", () => { button.remove(); show(); });
    return button;
  };
  const table = (rows, language) => {
    const box = make("div"), scroller = make("div", "", "table"), drawn = make("table"), head = make("tr");
    for (const key of ["fact", "day", "place", "unit", "quantity", "party", "reverses"])
      head.append(make("th", say(key, language), key === "quantity" ? "number" : ""));
    drawn.append(head);
    let shown = 0;
    const show = () => {
      for (const row of rows.slice(shown, shown + PAGE)) {
        const line = make("tr");
        line.append(
          make("td", row[FACT]), make("td", row[DAY]), make("td", placeName(row[PLACE])),
          make("td", unitName(row[UNIT], language)), make("td", plain(exact(row[QUANTITY])), "number"),
          make("td", row[PARTY] ?? ""), make("td", row[REVERSES] ?? ""),
        );
        drawn.append(line);
      }
      shown += PAGE;
      if (shown < rows.length) box.append(more(rows.length - shown, language, show));
    };
    scroller.append(drawn);
    box.append(make("h4", `${say("facts", language)} ${rows.length}`), scroller);
    show();
    return box;
  };
  const opened = (details, language) => {
    const figure = figures.figures[Number(details.dataset.opens)], box = details.querySelector(".parts");
    if (box.childElementCount) return;
    figure.facts.forEach((lines, term) => {
      const rows = lines.map((line) => facts[line]), isDistinct = countsParties(figure, term);
      const value = total(rows, isDistinct);
      if (figure.facts.length > 1) box.append(make("h3", say(term ? "against" : "numerator", language)));
      if (figure.facts.length === 1) {
        const agrees = value === exact(figure.value);
        box.append(make("p", say(agrees ? "recomputed" : "differs", language, { value: plain(value) }), agrees ? "agrees" : "differs"));
      } else box.append(make("p", plain(value)));
      const provinces = new Set(rows.map((row) => row[PLACE].slice(0, 2)));
      const digits = provinces.size > 1 ? 2 : 6;
      box.append(
        ...bars(say("by_place", language), rows, isDistinct, (row) => row[PLACE].slice(0, digits), placeName),
        ...bars(say("by_unit", language), rows, isDistinct, (row) => row[UNIT], (unit) => unitName(unit, language)),
        ...bars(say("by_month", language), rows, isDistinct, (row) => row[DAY].slice(0, 7), (month) => month, true),
        table(rows, language),
      );
    });
  };
  document.querySelectorAll("details").forEach((details) =>
    details.addEventListener("toggle", () => details.open && opened(details, details.closest("main").lang)),
  );
  document.querySelectorAll("a.figure").forEach((link) =>
    link.addEventListener("click", () => { document.querySelector(link.getAttribute("href")).open = true; }),
  );
  document.querySelectorAll("nav button").forEach((button) =>
    button.addEventListener("click", () => {
      root.dataset.language = button.dataset.to;
      root.lang = button.dataset.to === "zh" ? "zh-CN" : "en";
    }),
  );
  if (!navigator.language.startsWith("zh")) document.querySelector('nav button[data-to="en"]').click();
})();
