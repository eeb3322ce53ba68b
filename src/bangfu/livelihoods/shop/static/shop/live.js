// A live sale's pages: board, bars and what is left follow the event stream; the countdown runs; the picture plays; each button
// places an order under a key of its own.
"use strict";
(() => {
  const live = document.querySelector("[data-live]");
  if (!live) return;
  const isEnglish = document.documentElement.lang === "en";
  const yuan = (fen) => (fen / 100).toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

  const count = (number) => {
    if (number < 10000) return String(number);
    const words = number.toLocaleString("en-US");
    return isEnglish ? words : words.replaceAll(",", "\u202f");
  };

  const bars = (list, lines) => {
    const found = new Map(lines.map((line) => [String(line.key), line.ordered_fen]));
    const highest = Math.max(1, ...found.values());
    for (const row of list.querySelectorAll("[data-key]")) {
      const fen = found.get(row.dataset.key) ?? 0;
      row.querySelector("rect").setAttribute("width", `${Math.round((fen * 100) / highest)}%`);
      row.querySelector(".bars-value").textContent = yuan(fen);
    }
  };
  const stream = new EventSource(`/shop/live/sales/${live.dataset.live}/board`);
  stream.onmessage = (event) => {
    const board = JSON.parse(event.data);
    for (const cell of live.querySelectorAll("[data-board]")) {
      const value = board[cell.dataset.board];
      cell.textContent = cell.dataset.board.endsWith("_fen") ? yuan(value) : count(value);
    }
    for (const list of live.querySelectorAll("[data-bars]")) bars(list, board[list.dataset.bars]);
    for (const card of live.querySelectorAll("[data-offer]")) {
      const left = board.left[card.dataset.offer];
      if (left !== undefined) card.querySelector("[data-left]").textContent = count(left);
    }
  };

  const countdown = live.querySelector("[data-countdown]");
  if (countdown && live.dataset.until) {
    const until = Date.parse(live.dataset.until);
    const two = (number) => String(number).padStart(2, "0");
    const tick = () => {
      const left = Math.max(0, Math.ceil((until - Date.now()) / 1000));
      const days = Math.floor(left / 86400);
      const clock = `${two(Math.floor(left / 3600) % 24)}:${two(Math.floor(left / 60) % 60)}:${two(left % 60)}`;
      countdown.textContent = days ? `${days} ${isEnglish ? "d" : "天"} ${clock}` : clock;
      // The page after the moment is another one; not all at the same moment.
      if (left === 0) setTimeout(() => location.reload(), 1000 + Math.random() * 4000);
      else setTimeout(tick, 1000 - (Date.now() % 1000));
    };
    tick();
  }

  const video = live.querySelector("video[data-stream]");
  if (video) {
    const broken = () => {
      const words = live.querySelector("[data-picture-said]");
      words.textContent = video.dataset.broken;
      words.hidden = false;
    };
    if (video.canPlayType("application/vnd.apple.mpegurl")) {
      video.addEventListener("error", broken);
      video.src = video.dataset.stream;
    } else {
      const script = document.createElement("script");
      script.src = video.dataset.hls;
      script.onerror = broken;
      script.onload = () => {
        if (!window.Hls.isSupported()) return broken();
        const player = new window.Hls({ enableWorker: false });
        player.on(window.Hls.Events.ERROR, (_, what) => what.fatal && broken());
        player.loadSource(video.dataset.stream);
        player.attachMedia(video);
      };
      document.head.append(script);
    }
  }

  const said = live.querySelector("[data-said]");
  if (!said) return;
  const say = (words, isGood) => {
    said.textContent = words;
    said.hidden = false;
    said.classList.toggle("good", isGood);
    said.classList.toggle("warn", !isGood);
  };
  // Not randomUUID: browsers have it over https alone.
  const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  let token = null;
  const enter = async () => {
    const form = document.querySelector("input[name=csrfmiddlewaretoken]");
    const answer = await fetch(live.dataset.enter, { method: "POST", headers: { "X-CSRFToken": form.value } });
    return (await answer.json()).token;
  };

  live.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-buy]");
    if (!button) return;
    const quantity = button.closest("[data-offer]").querySelector("[data-quantity]");
    if (!quantity.reportValidity()) return;
    // A press whose answer is unknown keeps its key and its quantity, so that the next press is the same order.
    button.dataset.key ||= newKey();
    button.disabled = quantity.disabled = true;
    let isKnown = false;
    try {
      token ||= await enter();
      const lines = [{ offer: Number(button.dataset.buy), quantity: Number(quantity.value), price_fen: Number(button.dataset.price) }];
      const answer = await fetch("/shop/live/orders", {
        method: "POST",
        headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json", "Accept-Language": isEnglish ? "en" : "zh" },
        body: JSON.stringify({ key: button.dataset.key, lines }),
      });
      const told = await answer.json();
      if (answer.status >= 500) {
        say(live.dataset.unknown, false);
      } else {
        isKnown = true;
        delete button.dataset.key;
        if (answer.status === 401) token = null;
        say(answer.ok ? `${live.dataset.placed} ${told.order}` : told.detail, answer.ok);
      }
    } catch {
      say(live.dataset.unknown, false);
    } finally {
      button.disabled = false;
      quantity.disabled = !isKnown;
    }
  });
})();
