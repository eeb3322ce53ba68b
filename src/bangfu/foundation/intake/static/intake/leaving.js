/* Whoever signs out is told of drafts that were not sent, and takes the key to them away from this phone. */
(() => {
  "use strict";
  const asked = (request) => new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
  const opened = async () => {
    if (!window.indexedDB) return null;
    const request = indexedDB.open("bangfu-drafts");
    request.onupgradeneeded = () => request.transaction.abort(); // no draft was ever made here
    return asked(request).catch(() => null);
  };
  /* Whether one may go: nothing waits, or whoever leaves knows it. */
  const settled = async (words) => {
    const database = await opened();
    if (!database) return true;
    const rooms = database.transaction(["drafts", "here"], "readonly");
    const now = await asked(rooms.objectStore("here").get("now"));
    const count = now ? await asked(rooms.objectStore("drafts").index("account").count(now.account)) : 0;
    const goes = !count || confirm(words.replace("{}", count));
    if (goes) {
      const forgotten = database.transaction(["here", "sent"], "readwrite");
      await asked(forgotten.objectStore("here").clear());
      await asked(forgotten.objectStore("sent").clear());
    }
    database.close();
    return goes;
  };
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (form.getAttribute("action") !== "/sign-out") return;
    event.preventDefault();
    if (await settled(form.dataset.drafts).catch(() => true)) form.submit();
  });
})();
