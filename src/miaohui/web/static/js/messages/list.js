// The list of conversations, the folder of requests, and what a search finds.
import { avatar, el, icon } from "miaohui/elements";
import { nt, t } from "miaohui/i18n";
import { shortly, summary } from "miaohui/messages/words";

/** Rows of one folder; `chosen` is the id of the open one. */
export function rows(state, { folder, chosen, onFolder }) {
  const requests = state.listed("requests");
  const shown = state.listed(folder);
  const rowsOf = shown.map((one) => row(one, state.me, one.id === chosen));
  if (folder === "requests") {
    const back = el("button", { class: "talk-row", type: "button", onclick: () => onFolder("inbox") }, el("span", { class: "talk-row__sign" }, icon("arrow-left")), el("span", { class: "talk-row__name" }, t("All messages")));
    return [back, ...(shown.length > 0 ? rowsOf : [el("p", { class: "empty" }, t("No requests. Who does not know you writes here first."))])];
  }
  const door = requests.length > 0 && el("button", { class: "talk-row", type: "button", onclick: () => onFolder("requests") },
    el("span", { class: "talk-row__sign" }, icon("mail")),
    el("span", { class: "talk-row__what" }, el("span", { class: "talk-row__name" }, t("Requests")), el("span", { class: "talk-row__line" }, nt("One stranger has written", "%(n)s strangers have written", requests.length))));
  if (shown.length === 0 && !door) {
    return [el("div", { class: "empty" }, el("h2", {}, t("Your conversations will be here")), el("p", {}, t("Write to a friend, or say hello to somebody who shook at the same moment.")), el("a", { class: "button button--main", href: "/friends" }, t("To my friends")))];
  }
  return [door, ...rowsOf].filter(Boolean);
}

/** The picture of a conversation: the other one's, or the group's. */
export function face(one) {
  if (one.kind === "direct") return avatar(one.other ?? { nickname: "·" });
  return one.picture ? avatar({ nickname: one.title, avatar: one.picture }) : el("span", { class: "talk-row__sign" }, icon("users"));
}

function row(one, me, isChosen) {
  const last = one.last_message;
  const who = last && one.kind === "group" && last.kind !== "system" && last.sender && last.sender_id !== me ? `${last.sender.nickname}: ` : "";
  const count = one.unread > 0 && el("span", { class: one.muted ? "talk-row__count talk-row__count--quiet" : "talk-row__count" }, one.unread > 99 ? "99+" : String(one.unread), el("span", { class: "visually-hidden" }, ` ${t("unread")}`));
  return el("a", { class: "talk-row", href: `/messages/${one.id}`, "data-conversation": one.id, "aria-current": isChosen && "page" },
    face(one),
    el("span", { class: "talk-row__what" },
      el("span", { class: "talk-row__top" }, el("span", { class: "talk-row__name" }, one.title || t("Somebody who is gone")), one.muted && icon("volume-x", "icon--small"), el("time", { datetime: one.changed_at }, shortly(one.changed_at))),
      el("span", { class: "talk-row__below" }, el("span", { class: "talk-row__line" }, last ? who + summary(last, me) : t("Nothing written yet")), count)));
}

/** What a search has found. */
export function foundRows(found, me) {
  if (found.items.length === 0) return [el("p", { class: "empty" }, t("Nothing found. Try fewer words."))];
  return found.items.map(({ message, title }) => el("a", { class: "talk-row", href: `/messages/${message.conversation_id}#m${message.seq}` },
    avatar(message.sender ?? { nickname: "·" }),
    el("span", { class: "talk-row__what" },
      el("span", { class: "talk-row__top" }, el("span", { class: "talk-row__name" }, title), el("time", { datetime: message.sent_at }, shortly(message.sent_at))),
      el("span", { class: "talk-row__line" }, summary(message, me)))));
}
