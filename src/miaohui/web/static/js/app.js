// What every page does: the offline strip, the service worker, times in the person's own words.
import { since } from "miaohui/i18n";
import { watchConnection } from "miaohui/notices";

watchConnection();

for (const time of document.querySelectorAll("time[data-since]")) time.textContent = since(time.dateTime);

if ("serviceWorker" in navigator && isSecureContext) {
  addEventListener("load", () => {
    // After everything that the first screen needs.
    (globalThis.requestIdleCallback ?? setTimeout)(() => navigator.serviceWorker.register("/sw.js"));
  });
}
