// What every page does: the offline strip, the service worker, times in the person's own words.
import { since } from "miaohui/i18n";
import { watchConnection } from "miaohui/notices";
import { hangBell } from "miaohui/bell";
import { countMessages } from "miaohui/messages/unread";
import { account } from "miaohui/page";

const WORKER_AFTER_MS = 4000;

watchConnection();
hangBell();
countMessages();

for (const time of document.querySelectorAll("time[data-since]")) time.textContent = since(time.dateTime);

// The browser brings a page back as it was left. If somebody has signed in or out meanwhile it is not theirs.
addEventListener("pageshow", async (event) => {
  if (!event.persisted) return;
  const response = await fetch("/api/v1/session").catch(() => null);
  if (response === null || response.status >= 500) return;
  const session = response.ok ? await response.json() : null;
  if ((session?.account.id ?? null) !== (account?.id ?? null)) location.reload();
});

// Whoever is signed in can be called on every page; a call has its own.
if (account && !document.querySelector("[data-call-page]")) import("miaohui/calls/ringing");

if ("serviceWorker" in navigator && isSecureContext) {
  // After everything that the first screen needs.
  addEventListener("load", () => setTimeout(() => {
    navigator.serviceWorker.register("/sw.js").catch(() => {}); // Without a network just now: the next page tries again.
  }, WORKER_AFTER_MS));
}
