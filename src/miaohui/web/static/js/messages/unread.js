// How many messages are unread, on the navigation of every page.
import { api } from "miaohui/api";
import { showBadge } from "miaohui/badge";
import { nt } from "miaohui/i18n";
import { account } from "miaohui/page";
import { realtime } from "miaohui/realtime";

const AT_MOST_EVERY_MS = 1000;
let asking = null;

async function load() {
  asking = null;
  // What nobody sees is asked for when somebody does.
  if (document.visibilityState !== "visible") return;
  try {
    const { unread } = await api("conversations/unread");
    for (const link of document.querySelectorAll("[data-unread-messages]")) {
      showBadge(link, unread, nt("%(n)s unread message", "%(n)s unread messages", unread, { n: unread }));
    }
  } catch {
    // The next message, or the next page, says it.
  }
}

/** Not put off by what comes meanwhile: in a busy group something always does. */
function soon() {
  asking ??= setTimeout(load, AT_MOST_EVERY_MS);
}

export function countMessages() {
  if (!account) return;
  realtime.subscribe(`people:${account.id}:inbox`, soon);
  document.addEventListener("visibilitychange", load);
  load();
}
