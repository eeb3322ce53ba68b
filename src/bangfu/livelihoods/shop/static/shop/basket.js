// The basket: lines that this browser keeps, so that they outlive a reload and a lost connection. What they cost is looked at
// anew whenever there is a connection, and by the house at the checkout.
"use strict";
(() => {
  const NAME = "bangfu.basket";
  const MOST = 9999;
  const isEnglish = document.documentElement.lang === "en";
  const yuan = (fen) => (fen / 100).toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const filled = (words, value) => words.replace("{}", value);

  let memory = [];
  let isKept = true;
  const isLine = (line) => line && Number.isInteger(line.offer) && Number.isInteger(line.quantity) && Number.isInteger(line.price_fen);
  const read = () => {
    if (!isKept) return memory;
    try {
      const said = JSON.parse(localStorage.getItem(NAME) || "[]");
      return Array.isArray(said) ? said.filter(isLine) : [];
    } catch {
      return memory;
    }
  };
  const write = (lines) => {
    memory = lines;
    try {
      localStorage.setItem(NAME, JSON.stringify(lines));
    } catch {
      isKept = false; // A private window without storage: it lasts as long as the page.
    }
    show();
  };

  // What was ordered leaves the basket, wherever the checkout led.
  const bought = document.cookie.split("; ").find((one) => one.startsWith("bangfu_bought="));
  if (bought) {
    const gone = new Set(bought.split("=")[1].split(".").map(Number));
    document.cookie = "bangfu_bought=; max-age=0; path=/; samesite=lax";
    write(read().filter((line) => !gone.has(line.offer)));
  }

  const said = document.querySelector("[data-basket-said]");
  let saidUntil = 0;
  const say = (words, undo) => {
    if (!said) return;
    said.textContent = words;
    if (undo) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button quiet small";
      button.textContent = said.dataset.undo;
      button.addEventListener("click", () => {
        write(undo);
        said.hidden = true;
        look();
      });
      said.append(button);
    }
    said.hidden = false;
    clearTimeout(saidUntil);
    saidUntil = setTimeout(() => { said.hidden = true; }, 12000);
  };

  const badge = () => {
    const count = read().reduce((sum, line) => sum + line.quantity, 0);
    for (const one of document.querySelectorAll("[data-basket-count]")) {
      one.textContent = String(count);
      one.hidden = count === 0;
    }
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-add]");
    if (!button) return;
    const input = button.parentElement.querySelector("[data-add-quantity]");
    if (input && !input.reportValidity()) return;
    const quantity = input ? Number(input.value) : 1;
    const before = read();
    const { add, price, product, name, nameEn, spec, specEn } = button.dataset;
    const lines = before.map((line) => ({ ...line }));
    const known = lines.find((line) => line.offer === Number(add));
    if (known) {
      known.quantity = Math.min(MOST, known.quantity + quantity);
      known.price_fen = Number(price);
    } else {
      lines.push({ offer: Number(add), quantity, price_fen: Number(price), product: Number(product), name, nameEn, spec, specEn });
    }
    write(lines);
    say(`${said ? said.dataset.added : ""} ${isEnglish ? nameEn : name} × ${quantity}`, before);
  });

  const page = document.querySelector("[data-basket]");
  const list = page && page.querySelector("[data-basket-lines]");
  let offers = null; // What the house said of each offer; null = not known.

  const note = (line) => {
    if (!offers) return ["", false];
    const now = offers[String(line.offer)];
    if (!now || now.price_fen === null) return [page.dataset.gone, true];
    const words = [];
    if (now.price_fen !== line.price_fen) words.push(filled(page.dataset.was, yuan(line.price_fen)));
    if (line.quantity > now.left) words.push(filled(page.dataset.left, now.left));
    else if (now.per_buyer !== null && line.quantity > now.per_buyer) words.push(filled(page.dataset.limit, now.per_buyer));
    return [words.join(" · "), false];
  };
  const priceOf = (line) => (offers && offers[String(line.offer)] && offers[String(line.offer)].price_fen) || line.price_fen;

  const showPage = () => {
    const lines = read();
    const focused = document.activeElement && document.activeElement.closest("[data-offer]");
    const focus = focused && [focused.dataset.offer, document.activeElement.getAttributeNames().find((one) => one.startsWith("data-line-"))];
    list.textContent = "";
    let sum = 0;
    for (const line of lines) {
      const row = page.querySelector("[data-basket-line]").content.cloneNode(true).firstElementChild;
      const part = (name) => row.querySelector(`[data-line-${name}]`);
      const price = priceOf(line);
      const [words, isGone] = note(line);
      row.dataset.offer = String(line.offer);
      part("name").textContent = (isEnglish ? line.nameEn : line.name) || `#${line.offer}`;
      if (line.product) part("name").href = `/shop/products/${line.product}/`;
      part("spec").textContent = (isEnglish ? line.specEn : line.spec) || "";
      part("note").textContent = words;
      part("note").hidden = !words;
      part("quantity").value = String(line.quantity);
      part("price").textContent = `${yuan(price)} ${page.dataset.yuan}`;
      part("amount").textContent = isGone ? "—" : yuan(price * line.quantity);
      if (!isGone) sum += price * line.quantity;
      list.append(row);
    }
    page.querySelector("[data-basket-sum]").textContent = `${yuan(sum)} ${page.dataset.yuan}`;
    page.querySelector("[data-basket-foot]").hidden = lines.length === 0;
    page.querySelector("[data-basket-empty]").hidden = lines.length !== 0;
    if (focus) {
      const again = list.querySelector(`[data-offer="${focus[0]}"] [${focus[1]}]`);
      if (again) again.focus();
    }
  };

  const show = () => {
    badge();
    if (page) showPage();
  };

  const look = async () => {
    if (!page) return;
    const lines = read();
    if (!lines.length) return;
    const away = page.querySelector("[data-basket-away]");
    try {
      const answer = await fetch(`${page.dataset.prices}?offers=${lines.map((line) => line.offer).join(",")}`);
      if (!answer.ok) throw new Error(String(answer.status));
      offers = (await answer.json()).offers;
      away.hidden = true;
    } catch {
      away.hidden = false;
    }
    show();
  };

  if (page) {
    const change = (offer, quantity) => {
      const count = Math.max(1, Math.min(MOST, Math.round(quantity) || 1));
      write(read().map((line) => (line.offer === offer ? { ...line, quantity: count } : line)));
    };
    page.addEventListener("click", (event) => {
      const row = event.target.closest("[data-offer]");
      if (event.target.closest("[data-basket-clear]")) {
        const before = read();
        write([]);
        say(said.dataset.removed, before);
      } else if (row) {
        const offer = Number(row.dataset.offer);
        const line = read().find((one) => one.offer === offer);
        if (!line) return;
        if (event.target.closest("[data-line-less]")) change(offer, line.quantity - 1);
        else if (event.target.closest("[data-line-more]")) change(offer, line.quantity + 1);
        else if (event.target.closest("[data-line-remove]")) {
          const before = read();
          write(before.filter((one) => one.offer !== offer));
          say(`${said.dataset.removed} ${(isEnglish ? line.nameEn : line.name) || ""}`, before);
        }
      }
    });
    page.addEventListener("change", (event) => {
      if (event.target.matches("[data-line-quantity]")) change(Number(event.target.closest("[data-offer]").dataset.offer), Number(event.target.value));
    });
    page.querySelector("[data-basket-foot]").addEventListener("submit", () => {
      const sent = read().map(({ offer, quantity, price_fen }) => ({ offer, quantity, price_fen }));
      page.querySelector("[data-basket-sent]").value = JSON.stringify(sent);
    });
    window.addEventListener("online", look);
  }
  window.addEventListener("storage", (event) => { if (event.key === NAME) show(); });
  show();
  look();
})();
