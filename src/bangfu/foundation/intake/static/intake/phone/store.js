/* Drafts on the phone: under an account's key, which the phone forgets when that account signs out. */
self.bangfuDrafts = (() => {
  "use strict";
  const NAME = "bangfu-drafts";
  const canKeep = Boolean(self.indexedDB && self.crypto && self.crypto.subtle);
  const asked = (request) => new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });

  const opened = () => new Promise((done, failed) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      const drafts = request.result.createObjectStore("drafts", { keyPath: "key" });
      drafts.createIndex("account", "account");
      request.result.createObjectStore("sent", { keyPath: "key" }).createIndex("account", "account");
      request.result.createObjectStore("here", { keyPath: "name" });
    };
    request.onsuccess = () => {
      request.result.onversionchange = () => request.result.close();
      done(request.result);
    };
    request.onerror = () => failed(request.error);
  });
  let database = null;
  const within = async (store, mode, work) => {
    database ??= await opened();
    let transaction;
    try {
      transaction = database.transaction(store, mode);
    } catch {
      database = await opened();
      transaction = database.transaction(store, mode);
    }
    const found = await asked(work(transaction.objectStore(store)));
    return found;
  };
  const get = (store, key) => within(store, "readonly", (one) => one.get(key));
  const put = (store, row) => within(store, "readwrite", (one) => one.put(row));
  const remove = (store, key) => within(store, "readwrite", (one) => one.delete(key));
  const allOf = (store, account) => within(store, "readonly", (one) => one.index("account").getAll(account));

  /* Who is signed in here: the account, its key, and what it may report. Null after sign-out. */
  const here = async () => (canKeep ? (await get("here", "now")) || null : null);
  const arrived = async (said) => {
    const bytes = Uint8Array.from(said.key.match(/../g), (pair) => parseInt(pair, 16));
    const key = await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
    const { key: _, token: __, ...choices } = said;
    await put("here", { name: "now", account: said.account, key, choices });
  };
  const left = async () => {
    const now = await here();
    if (!now) return;
    for (const one of await allOf("sent", now.account)) await remove("sent", one.key);
    await remove("here", "now");
  };

  const sealed = async (key, content) => {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    return { iv, content: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, content) };
  };
  const unsealed = (key, one) => crypto.subtle.decrypt({ name: "AES-GCM", iv: one.iv }, key, one.content);

  /* A draft is what was typed, its photographs, and how far it is: waiting, sending or refused. */
  const write = async (draft) => {
    const now = await here();
    if (!now) throw new Error("nobody is signed in on this phone");
    const { key, state, sentence, tried, madeAt, said, photographs } = draft;
    const files = [];
    for (const one of photographs) files.push({ name: one.name, type: one.type, ...(await sealed(now.key, one.content)) });
    const text = new TextEncoder().encode(JSON.stringify({ said, sentence }));
    const row = { key, account: now.account, state, tried, madeAt, text: await sealed(now.key, text), files };
    await put("drafts", row);
  };
  const read = async (row, now) => {
    const { said, sentence } = JSON.parse(new TextDecoder().decode(await unsealed(now.key, row.text)));
    const photographs = [];
    for (const one of row.files) photographs.push({ name: one.name, type: one.type, content: await unsealed(now.key, one) });
    return { key: row.key, state: row.state, tried: row.tried, madeAt: row.madeAt, said, sentence, photographs };
  };
  const drafts = async () => {
    const now = await here();
    if (!now) return [];
    const found = [];
    for (const row of await allOf("drafts", now.account)) {
      try {
        found.push(await read(row, now));
      } catch {
        found.push({ key: row.key, state: "unreadable", madeAt: row.madeAt, said: {}, photographs: [] });
      }
    }
    return found.sort((one, other) => one.madeAt - other.madeAt);
  };
  const draft = async (key) => {
    const [now, row] = [await here(), await get("drafts", key)];
    return now && row && row.account === now.account ? read(row, now) : null;
  };
  const lockedCount = async () => {
    const now = await here();
    const rows = await within("drafts", "readonly", (one) => one.getAll());
    return rows.filter((row) => !now || row.account !== now.account).length;
  };
  const sent = async () => {
    const now = await here();
    const found = now ? await allOf("sent", now.account) : [];
    return found.sort((one, other) => other.at - one.at).slice(0, 5);
  };
  const noteSent = async (row) => {
    const now = await here();
    if (now) await put("sent", { ...row, account: now.account });
  };

  return { canKeep, here, arrived, left, write, draft, drafts, lockedCount, remove: (key) => remove("drafts", key), sent, noteSent };
})();
