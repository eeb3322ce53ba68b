// A live sale's page: its board follows the event stream, and each button places an order under a key of its own.
"use strict";
(() => {
  const live = document.querySelector("[data-live]");
  if (!live) return;
  const said = live.querySelector("[data-said]");
  const isEnglish = document.documentElement.lang === "en";
  const yuan = (fen) => (fen / 100).toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const say = (words, isGood) => {
    said.textContent = words;
    said.hidden = false;
    said.classList.toggle("good", isGood);
    said.classList.toggle("warn", !isGood);
  };

  const stream = new EventSource(`/shop/live/sales/${live.dataset.live}/board`);
  stream.onmessage = (event) => {
    const board = JSON.parse(event.data);
    for (const cell of live.querySelectorAll("[data-board]")) {
      const value = board[cell.dataset.board];
      cell.textContent = cell.dataset.board.endsWith("_fen") ? yuan(value) : value.toLocaleString("en-US");
    }
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
    // A press whose answer is unknown keeps its key, so that the next press is the same order.
    button.dataset.key ||= newKey();
    button.disabled = true;
    try {
      token ||= await enter();
      const lines = [{ offer: Number(button.dataset.buy), quantity: 1, price_fen: Number(button.dataset.price) }];
      const answer = await fetch("/shop/live/orders", {
        method: "POST",
        headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json", "Accept-Language": isEnglish ? "en" : "zh" },
        body: JSON.stringify({ key: button.dataset.key, lines }),
      });
      const told = await answer.json();
      if (answer.status >= 500) {
        say(live.dataset.unknown, false);
      } else {
        delete button.dataset.key;
        if (answer.status === 401) token = null;
        say(answer.ok ? `${live.dataset.placed} ${told.order}` : told.detail, answer.ok);
      }
    } catch {
      say(live.dataset.unknown, false);
    } finally {
      button.disabled = false;
    }
  });
})();
