// Hand a clip, a product or a moment to somebody: choose whom, and it stands in the chat as a card.
import { api } from "miaohui/api";
import { avatar, el, icon, whileBusy } from "miaohui/elements";
import { t } from "miaohui/i18n";
import { say, sayProblem } from "miaohui/notices";
import { account } from "miaohui/page";
import { openSheet } from "miaohui/sheet";

/** card: a kind that messages know; ref: the thing's id. */
export async function sendToChat({ card, ref }) {
  if (!account) {
    const { askToSignIn } = await import("miaohui/sheets/sign_in");
    await askToSignIn();
    return;
  }
  const list = el("div", { class: "send-list", "aria-busy": "true" }, [1, 2, 3].map(() => el("div", { class: "send-list__one", "aria-hidden": "true" }, el("span", { class: "avatar skeleton" }), el("span", { class: "skeleton" }, "····"))));
  const filter = el("input", { class: "input", type: "search", "aria-label": t("Find a chat or a friend"), placeholder: t("Find a chat or a friend"), autocomplete: "off", oninput: () => show() });
  const sheet = openSheet({ title: t("Send to"), content: el("div", { class: "stack" }, filter, list), tall: true });
  let places = [];

  function show() {
    const words = filter.value.trim().toLowerCase();
    const found = places.filter(({ name }) => name.toLowerCase().includes(words));
    list.removeAttribute("aria-busy");
    list.replaceChildren(...found.map(row));
    if (found.length === 0) list.append(el("p", { class: "empty" }, words ? t("Nobody by that name") : t("Friends and conversations will be here.")));
  }

  function row(place) {
    const button = el("button", { class: "send-list__one", type: "button", onclick: () => whileBusy(button, () => send(place)) },
      place.person || place.picture ? avatar(place.person ?? { nickname: place.name, avatar: place.picture }) : el("span", { class: "avatar" }, icon("users", "icon--small")),
      el("span", { class: "send-list__name" }, place.name), icon("send", "icon--small"));
    return button;
  }

  async function send(place) {
    try {
      const id = place.id ?? (await api("conversations", { method: "POST", body: { person_id: place.person.id } })).id;
      await api(`conversations/${id}/messages`, { method: "POST", body: { client_id: crypto.randomUUID().replaceAll("-", ""), kind: "card", body: { card, ref }, reply_to_id: null } });
      sheet.close();
      say(t("Sent to %(name)s", { name: place.name }), { action: { label: t("Look"), run: () => location.assign(`/messages/${id}`) } });
    } catch (problem) {
      await sayProblem(problem);
    }
  }

  try {
    const [talks, friends] = await Promise.all([api("conversations?limit=50"), api("me/friends?limit=50")]);
    // To a stranger only words can be sent until they answer.
    const open = talks.items.filter((one) => one.state === "open" && (one.kind === "group" || one.other));
    const known = new Set(open.map((one) => one.other?.id));
    places = [
      ...open.map((one) => ({ id: one.id, person: one.other, picture: one.picture, name: one.title })),
      ...friends.items.filter((person) => !known.has(person.id)).map((person) => ({ id: null, person, name: person.nickname })),
    ];
    show();
  } catch (problem) {
    list.replaceChildren(el("p", { class: "empty", role: "alert" }, problem.message));
  }
  await sheet.closed;
}

/** Buttons with data-send-card="product:7" do it from any page. */
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-send-card]");
  if (!button) return;
  const [card, ref] = button.dataset.sendCard.split(":");
  sendToChat({ card, ref });
});
