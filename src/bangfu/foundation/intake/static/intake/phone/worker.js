/* Keeps the reporting page on the phone, for when there is no signal, and sends drafts when it returns. */
importScripts(...HOUSE.shared);
const CACHE = `bangfu-phone-${HOUSE.version}`;
const PATIENCE_MS = 4000;

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE);
    await cache.addAll(HOUSE.kept);
    const page = await fetch(HOUSE.page, { redirect: "manual" });
    if (page.ok) await cache.put(HOUSE.page, page);
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith("bangfu-phone-") && name !== CACHE) await caches.delete(name);
    await self.clients.claim();
  })());
});

const fromHouse = async (request) => {
  const cache = await caches.open(CACHE);
  const answered = fetch(request).then(async (response) => {
    if (response.ok && response.type === "basic" && !response.redirected) await cache.put(HOUSE.page, response.clone());
    return response;
  });
  const kept = await cache.match(HOUSE.page);
  if (!kept) return answered;
  const tooLong = new Promise((done) => setTimeout(() => done(kept), PATIENCE_MS));
  return Promise.race([answered.catch(() => kept), tooLong]);
};

const kept = async (request) => {
  const cache = await caches.open(CACHE);
  const known = await cache.match(request);
  if (known) return known;
  const response = await fetch(request);
  if (response.ok && response.type === "basic") await cache.put(request, response.clone());
  return response;
};

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== location.origin) return;
  if (event.request.mode === "navigate" && address.pathname === HOUSE.page) event.respondWith(fromHouse(event.request));
  else if (address.pathname.startsWith("/static/")) event.respondWith(kept(event.request));
});

self.addEventListener("sync", (event) => {
  if (event.tag !== "bangfu-drafts") return;
  event.waitUntil(self.bangfuSending.sendAll().then((state) => {
    if (state === "offline") throw new Error("the signal went again");
  }));
});
