/* Sends what waits, one draft after another, under the key each was made with: sent twice, it is registered once. */
self.bangfuSending = (() => {
  "use strict";
  const store = self.bangfuDrafts;
  const news = self.BroadcastChannel ? new BroadcastChannel("bangfu-drafts") : null;
  const tell = () => news && news.postMessage("changed");

  const isJson = (response) => (response.headers.get("Content-Type") || "").startsWith("application/json");

  /* Who is signed in at the house: what it says, or why it says nothing. */
  const ask = async () => {
    let response;
    try {
      response = await fetch("/intake/phone/choices", { headers: { Accept: "application/json" }, cache: "no-store" });
    } catch {
      return { state: "offline" };
    }
    if (response.redirected && !isJson(response)) return { state: "signed-out" };
    if (!response.ok || !isJson(response)) return { state: "offline" };
    const said = await response.json();
    if (store.canKeep) await store.arrived(said);
    return { state: "here", said };
  };

  const hex = async (content) => {
    const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  };

  const located = async (said) => {
    if (said.place || !said.longitude) return { said };
    const asked = new URLSearchParams({ longitude: said.longitude, latitude: said.latitude });
    const response = await fetch(`/intake/phone/where?${asked}`, { headers: { Accept: "application/json" } });
    if (!isJson(response)) return {};
    const answer = await response.json();
    if (response.status === 422) return { refused: answer.title };
    return response.ok ? { said: { ...said, place: answer.written } } : {};
  };

  /* One draft: its answer, or null when nothing certain came back. */
  const sendOne = async (draft, who) => {
    const body = new FormData();
    body.append("account", who.account);
    body.append("key", draft.key);
    for (const [name, value] of Object.entries(draft.said)) if (value !== "" && value !== false) body.append(name, value === true ? "on" : value);
    const digests = [];
    for (const one of draft.photographs) digests.push(await hex(one.content));
    body.append("digests", JSON.stringify(digests));
    for (const one of draft.photographs) body.append("evidence", new Blob([one.content], { type: one.type }), one.name);
    const response = await fetch("/intake/phone/send", {
      method: "POST", body, headers: { "X-CSRFToken": who.token, Accept: "application/json" },
    });
    if (!isJson(response) || response.status >= 500 || response.status === 400 || response.status === 429) return null;
    return { ok: response.ok, ...(await response.json()) };
  };

  const carryOut = async (key, who) => {
    let draft = await store.draft(key);
    if (!draft || draft.state !== "waiting") return;
    const place = await located(draft.said);
    if (place.refused) {
      await store.write({ ...draft, state: "refused", sentence: place.refused });
      return tell();
    }
    if (!place.said) return;
    draft = { ...draft, said: place.said, tried: true };
    await store.write(draft);
    const answer = await sendOne(draft, who);
    if (!answer) return;
    if (answer.ok) {
      await store.noteSent({ key, at: Date.now(), address: answer.address, reference: answer.reference, title: answer.title || "" });
      await store.remove(key);
    } else {
      await store.write({ ...draft, state: "refused", tried: false, sentence: answer.title });
    }
    tell();
  };

  const alone = (work) => (self.navigator.locks ? navigator.locks.request("bangfu-drafts", work) : work());

  /* Everything that waits. Returns how it went: nothing, offline, signed-out, here. */
  const sendAll = () => alone(async () => {
    const now = await store.here();
    const waiting = now ? (await store.drafts()).filter((one) => one.state === "waiting") : [];
    if (!waiting.length) return "nothing";
    const who = await ask();
    if (who.state !== "here" || who.said.account !== now.account) return who.state;
    for (const one of waiting) {
      try {
        await carryOut(one.key, who.said);
      } catch {
        return "offline"; // the signal went: what is left waits for its return
      }
    }
    return "here";
  });

  return { ask, sendAll, sendOne, located, news };
})();
