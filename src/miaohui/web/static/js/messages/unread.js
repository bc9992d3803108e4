// How many messages are unread, on the navigation of every page.
import { api } from "miaohui/api";
import { showBadge } from "miaohui/badge";
import { nt } from "miaohui/i18n";
import { account } from "miaohui/page";
import { realtime } from "miaohui/realtime";

const ASK_AFTER_MS = 300;
let asking = null;

async function load() {
  try {
    const { unread } = await api("conversations/unread");
    for (const link of document.querySelectorAll("[data-unread-messages]")) {
      showBadge(link, unread, nt("%(n)s unread message", "%(n)s unread messages", unread, { n: unread }));
    }
  } catch {
    // The next message, or the next page, says it.
  }
}

/** Of many changes in a breath the last one is asked about. */
function soon() {
  clearTimeout(asking);
  asking = setTimeout(load, ASK_AFTER_MS);
}

export function countMessages() {
  if (!account) return;
  realtime.subscribe(`people:${account.id}:inbox`, soon);
  load();
}
