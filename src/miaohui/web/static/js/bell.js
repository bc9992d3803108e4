// How many notices are unread, on the navigation of every page; and telling the server what was shown, so
// that it is not pushed to this device as well.
import { api } from "miaohui/api";
import { showBadge } from "miaohui/badge";
import { nt } from "miaohui/i18n";
import { account } from "miaohui/page";
import { realtime } from "miaohui/realtime";

let shown = 0;
let newest = 0;

/** Show the number on every bell, and on the app's icon. */
function show({ unread, seq }) {
  newest = Math.max(newest, seq);
  for (const link of document.querySelectorAll("[data-bell]")) {
    showBadge(link, unread, nt("%(n)s unread notice", "%(n)s unread notices", unread, { n: unread }));
  }
  navigator.setAppBadge?.(unread).catch(() => {});
  dispatchEvent(new CustomEvent("notices", { detail: { unread, seq } }));
  acknowledge();
}

/** Only a page that somebody can see has shown anything. */
function acknowledge() {
  if (document.visibilityState !== "visible" || newest <= shown) return;
  shown = newest;
  api("notifications/acknowledgement", { method: "POST", body: { seq: newest }, keepalive: true }).catch(() => { shown = 0; });
}

async function load() {
  try {
    show(await api("notifications/unread"));
  } catch {
    // The next change, or the next page, says it.
  }
}

export function hangBell() {
  if (!account) return;
  realtime.subscribe(`people:${account.id}:notices`, ({ event, data }) => {
    if (event === "unread") show(data);
    else if (event === "reset") load();
  });
  document.addEventListener("visibilitychange", acknowledge);
  load();
}
