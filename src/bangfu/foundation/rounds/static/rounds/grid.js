/* The grid of a return: saved as one types, moved about in by keys, pasted into, undone. Without it it is a form. */
(() => {
  "use strict";
  const form = document.getElementById("grid");
  const body = document.getElementById("grid-rows");
  if (!form || !body || document.querySelector(".grid-whole").disabled) return;
  const status = form.querySelector("[data-status]");
  const undo = form.querySelector("[data-undo]");
  const fields = () => [...body.querySelectorAll("input, select")];
  const nameOf = (field) => ((field && field.name) || "").match(/^c-(\d+)-(.+)$/);
  const before = []; // what the grid said before each change
  let timer = null;
  let turn = Promise.resolve(); // one answer after the other: each brings the revision that the next one names
  let dirty = false;

  const snapshot = () => fields().map((field) => [field.name, field.value]);
  const remember = (said) => {
    before.push(said);
    if (before.length > 50) before.shift();
    undo.hidden = false;
  };

  const say = (words) => { status.textContent = words; };
  const showProblems = (answer) => {
    for (const cell of body.querySelectorAll("td.wrong")) cell.classList.remove("wrong");
    for (const field of fields()) field.removeAttribute("aria-invalid");
    for (const why of body.querySelectorAll("[data-problem]")) why.textContent = "";
    for (const one of answer.problems) {
      const row = body.querySelector(`tr[data-row="${one.row}"]`);
      const why = row && row.querySelector(`[data-problem="${one.column || ""}"]`);
      if (!why || why.textContent) continue;
      why.textContent = one.words;
      const field = why.closest("td").querySelector("input, select");
      if (!field) continue;
      why.closest("td").classList.add("wrong");
      field.setAttribute("aria-invalid", "true");
      field.setAttribute("aria-describedby", why.id);
    }
    const faults = answer.problems.length;
    say(form.dataset.saved + (faults ? form.dataset.faults.replace("{}", faults) : ""));
  };

  const send = (extra) => {
    clearTimeout(timer);
    timer = null;
    turn = turn.then(async () => {
      say(form.dataset.saving);
      const said = new FormData(form);
      if (!("text" in extra)) said.delete("text");
      for (const [name, value] of Object.entries(extra)) said.set(name, value);
      dirty = false;
      try {
        const reply = await fetch(location.href, { method: "POST", body: said, headers: { Accept: "application/json" } });
        const answer = await reply.json();
        if (answer.refusal) { say(form.dataset.unsaved + answer.refusal); dirty = true; return; }
        form.elements.revision.value = answer.revision;
        if (answer.html) {
          const at = document.activeElement && document.activeElement.name;
          body.innerHTML = answer.html;
          const again = at && form.elements[at];
          if (again && again.focus) again.focus();
        }
        showProblems(answer);
        if (answer.notes.length) say(`${status.textContent} ${answer.notes.join(" ")}`);
      } catch {
        dirty = true;
        say(form.dataset.unsaved.replace(/[：:]\s*$/, ""));
      }
    });
    return turn;
  };
  const later = () => {
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(() => send({ do: "save" }), 700);
  };

  let was = null; // what the field said when it got the focus
  body.addEventListener("focusin", ({ target }) => {
    if (nameOf(target)) was = { name: target.name, value: target.value, all: snapshot() };
  });
  body.addEventListener("input", ({ target }) => {
    target.closest("tr").classList.remove("untouched");
    later();
  });
  body.addEventListener("change", ({ target }) => {
    if (was && was.name === target.name && was.value !== target.value) remember(was.all);
    was = { name: target.name, value: target.value, all: snapshot() };
    send({ do: "save" });
  });

  const move = (field, rows, columns) => {
    const line = field.closest("tr");
    const lines = [...body.rows];
    const inLine = [...line.querySelectorAll("input, select")];
    const to = lines[lines.indexOf(line) + rows];
    if (!to) return false;
    const place = inLine.indexOf(field) + columns;
    const next = [...to.querySelectorAll("input, select")][place];
    if (!next) return false;
    next.focus();
    if (next.select) next.select();
    return true;
  };
  body.addEventListener("keydown", (event) => {
    const field = event.target;
    if (!nameOf(field) || event.isComposing || event.altKey) return;
    const isText = field.matches("input");
    const atStart = isText && field.selectionStart === 0 && field.selectionEnd === 0;
    const atEnd = isText && field.selectionStart === field.value.length;
    const isWhole = isText && field.selectionStart === 0 && field.selectionEnd === field.value.length;
    let moved = false;
    if (event.key === "Enter") moved = move(field, event.shiftKey ? -1 : 1, 0) || true;
    else if (event.key === "ArrowDown" && isText) moved = move(field, 1, 0);
    else if (event.key === "ArrowUp" && isText) moved = move(field, -1, 0);
    else if (event.key === "ArrowLeft" && (atStart || isWhole) && !event.shiftKey) moved = move(field, 0, -1);
    else if (event.key === "ArrowRight" && (atEnd || isWhole) && !event.shiftKey) moved = move(field, 0, 1);
    else if (event.key === "Escape" && was && was.name === field.name) {
      field.value = was.value;
      later();
      moved = true;
    } else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && before.length && was && was.value === field.value) {
      takeBack();
      moved = true;
    }
    if (moved) event.preventDefault();
  });

  const takeBack = () => {
    const said = before.pop();
    undo.hidden = !before.length;
    if (!said) return;
    const names = new Map(said);
    for (const line of [...body.rows]) {
      const some = [...line.querySelectorAll("input, select")];
      if (some.every((field) => !names.has(field.name))) line.remove();
      for (const field of some) if (names.has(field.name)) field.value = names.get(field.name);
    }
    const field = document.activeElement;
    was = nameOf(field) ? { name: field.name, value: field.value, all: snapshot() } : null;
    send({ do: "save" });
  };
  undo.addEventListener("click", takeBack);

  body.addEventListener("paste", (event) => {
    const at = nameOf(event.target);
    const text = event.clipboardData.getData("text/plain");
    const html = event.clipboardData.getData("text/html");
    const isRange = /[\t\n]/.test(text.replace(/\r?\n$/, "")) || (!text && /<t[dh][\s>]/i.test(html));
    if (!at || !isRange) return;
    event.preventDefault();
    remember(snapshot());
    send({ do: "paste", text, html: text ? "" : html, at_row: at[1], at_column: at[2] });
  });

  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button || !window.fetch) return;
    event.preventDefault();
    const does = button.value || "save";
    const text = form.elements.text.value;
    if (does === "paste" && !text.trim()) return;
    if (does === "add" || does === "paste") remember(snapshot());
    send(does === "paste" ? { do: does, text, at_row: "", at_column: "" } : { do: does });
    if (does === "paste") form.elements.text.value = "";
  });
  document.addEventListener("click", async (event) => { // nobody leaves before what was typed is kept
    const link = event.target.closest("a[href]");
    if (!link || !dirty || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    await send({ do: "save" });
    if (!dirty) location.assign(link.href);
  }, true);
  addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
})();
