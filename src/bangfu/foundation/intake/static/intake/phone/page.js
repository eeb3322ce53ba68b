/* The page: what may be reported, one form, and the drafts that wait on this phone. */
(() => {
  "use strict";
  const store = self.bangfuDrafts;
  const sending = self.bangfuSending;
  const by = (id) => document.getElementById(id);
  const word = (name) => by("phone-words").content.querySelector(`[data-word="${name}"]`).textContent;
  const form = by("phone-form");
  const field = (name) => form.elements.namedItem(name);
  const NAMES = [
    "measure", "unit", "quantity", "place", "longitude", "latitude", "happened_on", "party_number", "reference", "title", "line", "remark",
  ];
  const MANY = 100; // of more units than these a list is no help without a field to find one in
  let choices = null;
  let photographs = [];
  let opened = null; // the draft in the form; null for a new one
  let state = "offline";

  const make = (name, text = "", attributes = {}) => {
    const made = document.createElement(name);
    made.textContent = text;
    for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
    return made;
  };
  const say = (text, link) => {
    const box = by("phone-said");
    box.replaceChildren(make("span", text));
    if (link) box.firstChild.append(make("a", link.text, { href: link.href }));
    box.hidden = false;
  };
  const today = () => {
    const now = new Date();
    return new Date(now - now.getTimezoneOffset() * 60000).toISOString().slice(0, 10);
  };
  const measures = () => (choices ? choices.rooms.flatMap((room) => room.measures) : []);
  const measure = (code) => measures().find((one) => one.code === code);

  const showState = () => {
    const back = { text: word("sign-in"), href: `/sign-in?next=${encodeURIComponent(location.pathname)}` };
    if (!choices && state !== "here") return say(word("nobody"), back);
    if (choices && !choices.rooms.length) return say(word("nothing-to-report"));
    if (state === "offline") return say(word("offline"));
    if (state === "signed-out") return say(word("signed-out"), back);
    by("phone-said").hidden = true;
  };

  /* What may be chosen. */
  const offerUnits = () => {
    if (!choices) return;
    const chosen = measure(field("measure").value);
    const units = choices.units.filter((one) => !chosen || chosen.units.includes(one.key));
    const before = field("unit").value;
    const find = by("p-unit-find");
    find.hidden = units.length <= MANY;
    const typed = find.hidden ? "" : find.value.trim().toLowerCase();
    const fitting = units.filter((one) => one.name.toLowerCase().includes(typed));
    const offered = fitting.length ? fitting : units.filter((one) => String(one.key) === before);
    field("unit").replaceChildren(...offered.map((one) => make("option", one.name, { value: one.key })));
    if (offered.some((one) => String(one.key) === before)) field("unit").value = before;
  };
  const follow = () => {
    const chosen = measure(field("measure").value);
    by("p-counts").textContent = chosen ? chosen.counts : "";
    by("p-quantity-unit").textContent = chosen ? chosen.unit : "";
    by("p-party-field").hidden = !(chosen && chosen.party);
    field("party_number").required = Boolean(chosen && chosen.party);
    offerUnits();
  };
  const offer = () => {
    const before = field("measure").value;
    const option = (one) => make("option", one.title, { value: one.code });
    const group = (title, found) => {
      const made = make("optgroup", "", { label: title });
      made.append(...found.map(option));
      return made;
    };
    const recent = choices.recent.map(measure).filter(Boolean);
    const rooms = choices.rooms.map((room) => group(room.title, room.measures));
    const first = recent.length ? [group(word("recent"), recent)] : [make("option", word("none"), { value: "" })];
    field("measure").replaceChildren(...first, ...rooms);
    if (before && measure(before)) field("measure").value = before;
    const lines = choices.lines.map((one) => make("option", one.name, { value: one.key }));
    field("line").replaceChildren(make("option", "—", { value: "" }), ...lines);
    follow();
    form.hidden = !choices.rooms.length;
  };

  /* Photographs. */
  const showPictures = () => {
    for (const image of by("p-pictures").querySelectorAll("img")) URL.revokeObjectURL(image.src);
    by("p-pictures").replaceChildren(...photographs.map((one, position) => {
      const item = make("li", one.type.startsWith("image/") ? "" : one.name);
      if (one.type.startsWith("image/")) {
        item.append(make("img", "", { alt: one.name, src: URL.createObjectURL(new Blob([one.content], { type: one.type })) }));
      }
      const remove = make("button", "×", { type: "button", "aria-label": word("removes").replace("{}", one.name) });
      remove.addEventListener("click", () => {
        photographs = photographs.filter((_, at) => at !== position);
        showPictures();
      });
      item.append(remove);
      return item;
    }));
  };
  for (const id of ["p-camera", "p-album"]) {
    by(id).addEventListener("change", async ({ target }) => {
      const files = [...target.files];
      target.value = "";
      for (const file of files) {
        photographs = [...photographs, await self.bangfuPhotographs.kept(file)];
        showPictures();
      }
    });
  }

  /* Where the phone stands, in WGS-84 as it measures. */
  const position = () => new Promise((done) => {
    if (!navigator.geolocation) return done(null);
    const options = { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 };
    navigator.geolocation.getCurrentPosition(({ coords }) => done(coords), () => done(null), options);
  });
  by("p-here").addEventListener("click", async () => {
    const found = await position();
    if (!found) {
      by("p-position").textContent = word("position-none");
      return;
    }
    const [lat, lon] = [found.latitude.toFixed(6), found.longitude.toFixed(6)];
    field("latitude").value = lat;
    field("longitude").value = lon;
    field("place").value = "";
    const stated = word("position").replace("{lat}", lat).replace("{lon}", lon).replace("{m}", Math.round(found.accuracy));
    by("p-position").textContent = `${stated} ${word("position-later")}`;
    try {
      const response = await fetch(`/intake/phone/where?${new URLSearchParams({ longitude: lon, latitude: lat })}`);
      const answer = await response.json();
      if (!response.ok) {
        field("latitude").value = field("longitude").value = "";
        by("p-position").textContent = `${stated} ${answer.title}`;
        return;
      }
      field("place").value = answer.written;
      const near = answer.village ? word("position-near").replace("{village}", answer.village).replace("{km}", answer.km) : "";
      by("p-position").textContent = `${stated} ${near}`;
    } catch {
      // without signal the position waits in the draft
    }
  });

  /* One draft in the form. */
  const clear = () => {
    const [what, unit] = [field("measure").value, field("unit").value];
    form.reset();
    opened = null;
    photographs = [];
    for (const name of ["longitude", "latitude"]) field(name).value = "";
    field("happened_on").max = today();
    field("happened_on").value = today();
    if (what) field("measure").value = what;
    follow();
    if (unit) field("unit").value = unit;
    by("p-position").textContent = "";
    by("p-clear").hidden = true;
    showPictures();
  };
  const open = async (key) => {
    const draft = await store.draft(key);
    if (!draft) return;
    clear();
    opened = draft;
    for (const name of NAMES) if (draft.said[name] !== undefined && name !== "unit") field(name).value = draft.said[name];
    by("p-unit-find").value = "";
    follow();
    field("unit").value = draft.said.unit;
    field("submits").checked = Boolean(draft.said.submits);
    photographs = draft.photographs;
    by("p-clear").hidden = false;
    showPictures();
    form.scrollIntoView();
    field("quantity").focus();
  };
  by("p-clear").addEventListener("click", clear);
  field("measure").addEventListener("change", follow);
  by("p-unit-find").addEventListener("input", offerUnits);
  field("place").addEventListener("input", () => {
    field("longitude").value = field("latitude").value = by("p-position").textContent = "";
  });

  const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!field("place").value.trim() && !field("longitude").value) {
      field("place").setCustomValidity(word("place-needed"));
      field("place").reportValidity();
      field("place").setCustomValidity("");
      return;
    }
    const said = Object.fromEntries(NAMES.map((name) => [name, field(name).value.trim()]));
    said.submits = field("submits").checked;
    said.shown = `${measure(said.measure).title} ${said.quantity} ${measure(said.measure).unit}`;
    const known = opened && (await store.draft(opened.key));
    const key = known && !known.tried ? opened.key : newKey();
    const madeAt = known && !known.tried ? known.madeAt : Date.now();
    try {
      await store.write({ key, madeAt, state: "waiting", sentence: "", tried: false, said, photographs });
    } catch {
      return say(word("full"));
    }
    clear();
    say(word("kept"));
    await show();
    if (navigator.storage && navigator.storage.persist) navigator.storage.persist();
    const worker = navigator.serviceWorker && (await navigator.serviceWorker.getRegistration());
    if (worker && worker.sync) await worker.sync.register("bangfu-drafts").catch(() => null);
    await send();
  });

  /* The drafts that wait. */
  const line = (draft) => {
    const item = make("li");
    item.append(make("b", draft.said.shown || "—"));
    const about = [draft.said.happened_on, draft.said.place || (draft.said.latitude && `${draft.said.latitude}, ${draft.said.longitude}`)];
    if (draft.photographs.length) about.push(word("pictures").replace("{}", draft.photographs.length));
    item.append(make("small", about.filter(Boolean).join(" · ")));
    const told = draft.state === "refused" ? word("refused") + draft.sentence : word(draft.state === "waiting" && draft.tried ? "tried" : draft.state);
    item.append(make("small", told, draft.state === "waiting" ? {} : { class: "wrong", role: "alert" }));
    const buttons = make("div", "", { class: "form-actions" });
    if (draft.state === "refused" || (draft.state === "waiting" && !draft.tried)) {
      const opens = make("button", word("open"), { type: "button", class: "button quiet small" });
      opens.addEventListener("click", () => open(draft.key));
      buttons.append(opens);
    }
    const deletes = make("button", word("delete"), { type: "button", class: "button quiet small" });
    deletes.addEventListener("click", async () => {
      if (!confirm(word("really"))) return;
      await store.remove(draft.key);
      if (opened && opened.key === draft.key) clear();
      await show();
    });
    buttons.append(deletes);
    item.append(buttons);
    return item;
  };
  const show = async () => {
    const [drafts, sent, locked] = [await store.drafts(), await store.sent(), await store.lockedCount()];
    const many = drafts.length === 1 ? word("one") : word("count").replace("{}", drafts.length);
    by("phone-count").textContent = many;
    const list = by("phone-drafts").querySelector("ul");
    list.replaceChildren(...drafts.map(line));
    if (locked) list.append(make("li", word("locked").replace("{}", locked)));
    by("phone-drafts").hidden = !drafts.length && !locked;
    by("phone-send").hidden = !drafts.some((one) => one.state === "waiting");
    by("phone-sent").hidden = !sent.length;
    by("phone-sent").querySelector("ul").replaceChildren(...sent.map((one) => {
      const item = make("li");
      item.append(make("a", one.reference, { href: one.address }));
      if (one.title) item.append(make("small", one.title, { class: "wrong" }));
      return item;
    }));
  };
  const send = async () => {
    const went = await sending.sendAll();
    if (went !== "nothing") state = went;
    showState();
    await show();
  };
  by("phone-send").addEventListener("click", send);

  const start = async () => {
    if (!store || !store.canKeep) return say(word("cannot"), { text: "→", href: "/intake/reported/" });
    const now = await store.here();
    choices = now && now.choices;
    if (choices) offer();
    clear();
    await show();
    const who = await sending.ask();
    state = who.state;
    if (who.said) {
      choices = who.said;
      offer();
    }
    showState();
    await send();
    if (navigator.serviceWorker && state === "here") {
      await navigator.serviceWorker.register("/intake/phone/worker.js", { scope: "/intake/phone/" }).catch(() => null);
    }
  };
  if (sending && sending.news) sending.news.addEventListener("message", () => { // another tab, or the worker, was answered
    state = "here";
    showState();
    show();
  });
  addEventListener("online", send);
  addEventListener("offline", () => {
    state = "offline";
    showState();
  });
  setInterval(async () => { // browsers notice a returning signal late, or never
    if (document.visibilityState === "visible" && choices && (await store.drafts()).some((one) => one.state === "waiting")) send();
  }, 20000);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && choices && send());
  start();
})();
