// Conversations: the list, the open one, and the log that keeps both as they are.
import "miaohui/app";
import { api } from "miaohui/api";
import "miaohui/calls/place";
import { el } from "miaohui/elements";
import { t } from "miaohui/i18n";
import { beginGroup } from "miaohui/messages/group";
import { foundRows, rows } from "miaohui/messages/list";
import { Place } from "miaohui/messages/place";
import { TalkState } from "miaohui/messages/state";
import { sayProblem } from "miaohui/notices";
import { account, embedded } from "miaohui/page";
import { realtime } from "miaohui/realtime";

const ACKNOWLEDGE_AFTER_MS = 1000;
const SEARCH_AFTER_MS = 250;
const given = embedded("talk-state");
const state = new TalkState(account.id, given);
const list = document.querySelector("[data-list]");
let chosen = given.chosen?.id ?? null;
let folder = given.chosen?.folder === "requests" ? "requests" : "inbox";
let isSearching = false;
let place = null;
let heard = 0;
let acknowledging = null;

function showList() {
  if (isSearching) return;
  list.removeAttribute("aria-busy");
  list.replaceChildren(...rows(state, { folder, chosen, onFolder: (next) => { folder = next; showList(); list.querySelector("a, button")?.focus(); } }));
}

function acknowledge() {
  clearTimeout(acknowledging);
  acknowledging = setTimeout(() => api("inbox/cursor", { method: "PUT", body: { seq: heard } }).catch(() => {}), ACKNOWLEDGE_AFTER_MS);
}

async function loadAfresh() {
  try {
    const [inbox, requests] = await Promise.all([api("conversations?limit=50"), api("conversations?folder=requests&limit=50")]);
    const fresh = new TalkState(account.id, { conversations: [...inbox.items, ...requests.items], chosen: null });
    state.conversations = fresh.conversations;
    if (chosen && state.conversations.has(chosen)) state.lay(chosen, await api(`conversations/${chosen}/messages`));
  } catch (problem) {
    await sayProblem(problem);
  }
  showList();
  place?.showHead();
  place?.show();
}

realtime.subscribe(`people:${account.id}:inbox`, async ({ event, data, seq }) => {
  // Without a position there is no telling what was missed between the page and the socket.
  if (event === "reset" || event === "subscribed") { await loadAfresh(); return; }
  const changed = state.apply(event, data ?? {});
  if (seq) { heard = seq; acknowledge(); }
  if (changed.length === 0) return;
  showList();
  if (chosen && changed.includes(chosen)) {
    if (!state.conversations.has(chosen)) place.end();
    else {
      if (!state.messages.has(chosen)) state.lay(chosen, await api(`conversations/${chosen}/messages`));
      if (event === "conversation") place.showHead();
      place.show();
    }
  }
}, given.position);

showList();
if (given.chosen || given.to) {
  place = new Place(document.querySelector("[data-place]"), state, {
    id: chosen, to: given.to, friends: given.friends, unansweredAtMost: given.unanswered_at_most,
    onOpened: (id) => { chosen = id; showList(); },
  });
}

document.querySelector("[data-new-group]").addEventListener("click", beginGroup);
const search = document.querySelector("[data-search]");
let searchTimer = null;
search.addEventListener("submit", (event) => { event.preventDefault(); find(); });
search.elements.q.addEventListener("input", () => { clearTimeout(searchTimer); searchTimer = setTimeout(find, SEARCH_AFTER_MS); });
search.elements.q.addEventListener("keydown", (event) => { if (event.key === "Escape") { event.target.value = ""; find(); } });

async function find() {
  const words = search.elements.q.value.trim();
  isSearching = words !== "";
  if (!isSearching) { showList(); return; }
  list.setAttribute("aria-busy", "true");
  try {
    const found = await api(`messages?q=${encodeURIComponent(words)}`);
    if (words === search.elements.q.value.trim()) list.replaceChildren(...foundRows(found, account.id));
  } catch (problem) {
    list.replaceChildren(el("p", { class: "empty" }, problem.message ?? t("Nothing found. Try fewer words.")));
  }
  list.removeAttribute("aria-busy");
}
addEventListener("hashchange", () => { const seq = /^#m(\d+)$/.exec(location.hash)?.[1]; if (seq) place?.goTo(Number(seq)); });
