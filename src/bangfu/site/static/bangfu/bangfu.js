/* The drawer, its history, and a few comforts. Without it every link still leads to a full page. */
(() => {
  "use strict";
  const drawer = document.getElementById("drawer");
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const here = () => location.pathname + location.search;
  const address = (link) => new URL(link.getAttribute("href"), location.href); // an SVG's link has no .pathname
  const isOpen = () => Boolean(drawer && drawer.firstElementChild);

  let home = here(); // the address of the page under the drawer
  let opener = null; // the figure that opened the drawer, and gets the focus back
  let latest = 0; // only the answer to the last click counts

  const opens = (link) =>
    link.matches("a.figure:not([data-leave]), a.opens, .opens a") ||
    (drawer.contains(link) && address(link).pathname.startsWith("/f/"));

  const mark = () => {
    for (const link of all("a.figure:not([data-leave]), a.opens")) {
      if (!drawer.contains(link)) link.setAttribute("aria-expanded", isOpen() && link === opener);
    }
  };

  const crown = (href) => {
    drawer.prepend(document.getElementById("drawer-top").content.cloneNode(true));
    one(".drawer-top a", drawer).href = href;
    one(".drawer-top button", drawer).addEventListener("click", leave);
    pullDown(one(".drawer-top", drawer));
  };

  const show = async (href, push) => {
    const turn = ++latest;
    const before = one(".opened", drawer);
    drawer.classList.add("is-asking");
    await htmx.ajax("GET", href, { source: drawer, target: drawer, swap: "innerHTML settle:0ms" });
    if (turn !== latest) return;
    drawer.classList.remove("is-asking");
    const now = one(".opened", drawer);
    if (!now || now === before) return location.assign(href); // signed out, or an error: let its page say so
    if (push) history.pushState({ drawer: href }, "", href);
    if (!one(".drawer-top", drawer)) crown(href);
    drawer.scrollTop = 0;
    mark();
    ((before && one(".steps .active a", drawer)) || drawer).focus({ preventScroll: true });
  };

  const empty = () => {
    latest += 1;
    drawer.classList.remove("is-asking");
    drawer.replaceChildren();
    mark();
    if (opener) opener.focus({ preventScroll: true });
    opener = null;
  };

  const leave = () => {
    if (!isOpen()) return;
    empty();
    if (here() !== home) history.pushState(null, "", home);
  };

  /* On a phone the sheet is pulled down to close it. */
  const pullDown = (handle) => {
    let from = null;
    handle.onpointerdown = (event) => {
      if (event.target.closest("a, button") || getComputedStyle(drawer).position !== "fixed") return;
      from = event.clientY;
      handle.setPointerCapture(event.pointerId);
    };
    handle.onpointermove = (event) => {
      if (from !== null) drawer.style.translate = `0 ${Math.max(0, event.clientY - from)}px`;
    };
    handle.onpointerup = handle.onpointercancel = (event) => {
      const far = from !== null && event.clientY - from > 80;
      from = null;
      drawer.style.translate = "";
      if (far) leave();
    };
  };

  if (drawer) {
    document.addEventListener("click", (event) => {
      const link = event.target.closest("a[href]");
      if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
      if (link.getAttribute("target") || "leave" in link.dataset || !window.htmx || !opens(link)) return;
      event.preventDefault();
      if (!drawer.contains(link)) {
        if (isOpen() && link === opener) return leave();
        opener = link;
      }
      if (!isOpen()) home = here();
      show(address(link).href, true);
    });
    addEventListener("popstate", (event) => {
      if (event.state && event.state.drawer) return show(event.state.drawer, false);
      if (isOpen()) empty();
      if (here() !== home) location.reload(); // this document was loaded for another address
    });
    if (isOpen()) crown(location.href);
    mark();
  }

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select");
    const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k") {
      const search = one("input[type=search]");
      if (!search) return;
      event.preventDefault();
      search.select();
      search.focus();
    } else if (event.key === "Escape") {
      const pulled = one("details.pull[open]");
      if (!pulled) return typing || leave();
      pulled.open = false;
      one("summary", pulled).focus();
    } else if (way && !typing && !event.altKey && !event.metaKey && !event.target.closest(".table-box")) {
      const steps = all(".opened .steps a[href]");
      const at = steps.findIndex((step) => step.closest(".active"));
      if (at < 0 || !steps[at + way]) return;
      event.preventDefault();
      steps[at + way].click();
    }
  });

  document.addEventListener("click", (event) => {
    for (const pulled of all("details.pull[open]")) if (!pulled.contains(event.target)) pulled.open = false;
  });

  /* A matched draft: only the numbers of one verdict, and the corrected text to take away. */
  document.addEventListener("click", async ({ target }) => {
    const chip = target.closest("[data-matching] [data-verdict]");
    if (chip) {
      const wanted = chip.dataset.verdict;
      for (const other of all("[data-verdict]", chip.parentElement)) {
        other.classList.toggle("active", other === chip);
        other.setAttribute("aria-pressed", other === chip);
      }
      for (const line of all("[data-is]", chip.closest("[data-matching]"))) line.hidden = Boolean(wanted) && line.dataset.is !== wanted;
    }
    const jump = target.closest("[data-matching] a.mark");
    const line = jump && one(jump.getAttribute("href"));
    if (line && line.hidden) one("[data-matching] [data-verdict='']").click();
    const copies = target.closest("[data-copies]");
    if (copies) {
      const field = document.getElementById(copies.dataset.copies);
      field.select();
      if (navigator.clipboard) await navigator.clipboard.writeText(field.value);
      else document.execCommand("copy");
      copies.textContent = copies.dataset.done;
    }
  });

  /* Choosing rows: "all", and the count beside the bulk actions. Choosing a file: its name. */
  const count = (list) => {
    const picks = all("td.pick input", list);
    const chosen = picks.filter((pick) => pick.checked).length;
    const whole = one("th.pick input", list);
    if (whole) whole.checked = chosen > 0 && chosen === picks.length;
    if (whole) whole.indeterminate = chosen > 0 && chosen < picks.length;
    for (const output of all(".bulk output", list)) output.textContent = output.dataset.words.replace("{}", chosen);
    for (const button of all("[data-needs-choice]", list)) button.disabled = !chosen;
  };
  document.addEventListener("submit", ({ target }) => { // an open drawer has an address of its own
    if (target.getAttribute("action") === "/language") target.elements.next.value = location.pathname + location.search;
  });
  document.addEventListener("change", ({ target }) => {
    const list = target.closest(".list");
    if (list && target.matches("th.pick input")) for (const pick of all("td.pick input", list)) pick.checked = target.checked;
    if (list && target.matches(".pick input")) count(list);
    if (target.matches(".drop input[type=file]")) {
      target.parentElement.classList.toggle("filled", target.files.length > 0);
      if (target.files.length) one("b", target.parentElement).textContent = [...target.files].map((file) => file.name).join("、");
    }
  });
  all(".list:has(.bulk)").forEach(count);

  /* Units found by typing: what was chosen stands as chips, and the text field underneath keeps it as codes. */
  const picker = (box, number) => {
    const text = one("input, textarea", box);
    const words = box.dataset;
    const many = words.picker === "many";
    const names = JSON.parse(words.names);
    const made = (tag, given) => Object.assign(document.createElement(tag), given);
    const chips = made("ul", { className: "picked" });
    const input = made("input", { type: "text", autocomplete: "off", placeholder: text.placeholder, id: text.id, required: text.required });
    const offers = made("ul", { className: "offers", id: `picker-${number}`, hidden: true });
    chips.setAttribute("aria-label", words.chosen);
    offers.setAttribute("role", "listbox");
    offers.setAttribute("aria-label", words.offered);
    const about = { role: "combobox", "aria-expanded": "false", "aria-controls": offers.id, "aria-autocomplete": "list" };
    for (const [name, value] of Object.entries(about)) input.setAttribute(name, value);
    if (text.getAttribute("aria-describedby")) input.setAttribute("aria-describedby", text.getAttribute("aria-describedby"));
    let chosen = text.value.split(/[,，;；、\n]+/).map((piece) => piece.trim()).filter(Boolean);
    let at = -1;
    let turn = 0;
    let wait = null;

    const said = (code) => {
      const name = names[code.replace("/*", "")] || code.replace("/*", "");
      return code.endsWith("/*") ? words.all.replace("{}", name) : name;
    };
    const close = () => {
      offers.hidden = true;
      at = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    };
    const draw = () => {
      text.value = chosen.join(", ");
      input.required = text.dataset.needed === "yes" && !chosen.length;
      chips.hidden = !chosen.length;
      chips.replaceChildren(...chosen.map((code) => {
        const line = made("li", { className: "chip" });
        const off = made("button", { type: "button", textContent: "×" });
        off.setAttribute("aria-label", words.remove.replace("{}", said(code)));
        off.addEventListener("click", () => {
          chosen = chosen.filter((other) => other !== code);
          draw();
          input.focus();
        });
        line.append(made("span", { textContent: said(code) }), off);
        return line;
      }));
    };
    const choose = (offer) => {
      names[offer.dataset.code.replace("/*", "")] = offer.dataset.name;
      chosen = many ? [...chosen.filter((code) => code !== offer.dataset.code), offer.dataset.code] : [offer.dataset.code];
      input.value = "";
      close();
      draw();
    };
    const point = (next) => {
      const lines = all("[role=option]", offers);
      if (!lines.length) return;
      at = (next + lines.length) % lines.length;
      lines.forEach((line, place) => line.setAttribute("aria-selected", place === at));
      input.setAttribute("aria-activedescendant", lines[at].id);
      lines[at].scrollIntoView({ block: "nearest" });
    };
    const offered = (unit, code, label) => {
      const line = made("li", { id: `${offers.id}-${code}` });
      line.setAttribute("role", "option");
      Object.assign(line.dataset, { code, name: unit.name });
      line.append(made("span", { textContent: label }), made("small", { textContent: [unit.above, code].filter(Boolean).join("　") }));
      return line;
    };
    const ask = async () => {
      const mine = ++turn;
      const where = new URL(words.offers, location.href);
      where.searchParams.set("q", input.value.trim());
      const answer = await fetch(where, { headers: { Accept: "application/json" } });
      if (mine !== turn || !answer.ok) return;
      const { units } = await answer.json();
      const lines = units.flatMap((unit) => [
        offered(unit, unit.code, unit.name),
        ...(many && unit.below ? [offered(unit, `${unit.code}/*`, words.all.replace("{}", unit.name))] : []),
      ]);
      const nothing = made("li", { textContent: words.none, className: "soft" });
      offers.replaceChildren(...(lines.length ? lines : [nothing]));
      offers.hidden = false;
      input.setAttribute("aria-expanded", "true");
      if (lines.length) point(0);
    };

    text.dataset.needed = text.required ? "yes" : "";
    text.required = false;
    text.hidden = true;
    text.removeAttribute("id");
    box.append(chips, input, offers);
    input.addEventListener("input", () => {
      clearTimeout(wait);
      wait = setTimeout(ask, 200);
    });
    input.addEventListener("keydown", (event) => {
      const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (way) {
        event.preventDefault();
        if (offers.hidden) ask();
        else point(at + way);
      } else if (event.key === "Enter" && !offers.hidden && at >= 0) {
        event.preventDefault();
        choose(all("[role=option]", offers)[at]);
      } else if (event.key === "Escape" && !offers.hidden) {
        event.stopPropagation();
        close();
      } else if (event.key === "Backspace" && !input.value && chosen.length) {
        chosen.pop();
        draw();
      }
    });
    input.addEventListener("blur", () => setTimeout(close, 150));
    offers.addEventListener("mousedown", (event) => event.preventDefault());
    offers.addEventListener("click", ({ target }) => {
      const line = target.closest("[role=option]");
      if (line) choose(line);
      input.focus();
    });
    draw();
  };
  all("[data-picker]").forEach(picker);
  for (const kind of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, ({ target }) => {
      const drop = target.closest && target.closest(".drop");
      if (drop) drop.classList.toggle("over", kind === "dragover");
    });
  }
})();
