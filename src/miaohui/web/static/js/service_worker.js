// Served as /sw.js with VERSION and KEEP in front. Keeps our own files and one page for when there is no
// network; clips, API and pages of people are never kept.
const CACHE = `miaohui-${VERSION}`;
const OFFLINE = "/offline";

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE);
    await cache.addAll([...KEEP, OFFLINE]);
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
    await self.registration.navigationPreload?.enable();
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const url = new URL(request.url);
  if (request.mode === "navigate") event.respondWith(navigate(event));
  else if (url.origin === location.origin && url.pathname.startsWith("/static/") && url.searchParams.has("v")) {
    event.respondWith(kept(request));
  }
});

async function navigate(event) {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return (await caches.match(OFFLINE)) ?? Response.error();
  }
}

/** An address with a version never changes its content. */
async function kept(request) {
  const found = await caches.match(request);
  if (found) return found;
  const response = await fetch(request);
  if (response.ok) {
    const cache = await caches.open(CACHE);
    await cache.put(request, response.clone());
  }
  return response;
}

// Pushes: what the server sends when no page has shown it. docs/notifications.md describes the payload.
self.addEventListener("push", (event) => {
  const said = event.data?.json();
  if (!said) return;
  event.waitUntil((async () => {
    if (said.urgent) {
      // Pushed at once, before a page could say that it has shown it: one in sight does show it.
      const pages = await self.clients.matchAll({ type: "window" });
      if (pages.some((one) => one.visibilityState === "visible")) return;
    }
    await self.registration.showNotification(said.title, {
      body: said.body,
      tag: said.tag,
      icon: "/static/img/icon-192.png",
      badge: "/static/img/icon-192.png",
      data: { link: said.link, tag: said.tag },
    });
    await self.navigator.setAppBadge?.(said.unread).catch(() => {});
  })());
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { link, tag } = event.notification.data;
  event.waitUntil((async () => {
    const id = /^n(\d+)$/.exec(tag)?.[1];
    if (id) await fetch(`/api/v1/notifications/${id}/reading`, { method: "PUT" }).catch(() => {});
    const [open] = await self.clients.matchAll({ type: "window", includeUncontrolled: false });
    const target = new URL(link, self.location.origin);
    if (target.origin !== self.location.origin) return;
    if (open) {
      await open.focus();
      await open.navigate(target.href);
    } else await self.clients.openWindow(target.href);
  })());
});

// The push service gave this browser another address: tell the server, or pushes go nowhere.
self.addEventListener("pushsubscriptionchange", (event) => {
  event.waitUntil((async () => {
    const { public_key: key } = await (await fetch("/api/v1/push/key")).json();
    const options = event.oldSubscription?.options ?? { userVisibleOnly: true, applicationServerKey: key };
    const fresh = event.newSubscription ?? (await self.registration.pushManager.subscribe(options));
    const { endpoint, keys } = fresh.toJSON();
    await fetch("/api/v1/push/subscription", {
      method: "PUT",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ endpoint, keys: { p256dh: keys.p256dh, auth: keys.auth } }),
    });
  })());
});
