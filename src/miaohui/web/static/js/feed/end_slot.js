// What stands after the last clip: loading, a fault with a retry, nothing yet, or all seen.
import { el, icon } from "miaohui/elements";
import { t } from "miaohui/i18n";

export function showEnd(slot, { kind, problem, source, retry }) {
  if (slot.dataset.kind === kind && kind === "loading") return;
  slot.dataset.kind = kind;
  slot.replaceChildren(CONTENT[kind]({ problem, source, retry }));
}

const CONTENT = {
  loading: () =>
    el("div", { class: "empty", role: "status" }, el("img", { class: "empty__lantern lantern--swing", src: "/static/img/lantern.svg", alt: "", width: 72, height: 96 }), el("p", {}, t("Lighting the next ones…"))),

  failed: ({ problem, retry }) =>
    el("div", { class: "empty", role: "alert" },
      icon(problem.isOffline ? "wifi-off" : "circle-alert"),
      el("h2", {}, problem.isOffline ? t("You are offline") : t("The next clips did not come")),
      el("p", {}, problem.isOffline ? t("We carry on by ourselves as soon as there is a connection.") : problem.message),
      el("button", { class: "button button--main", type: "button", onclick: retry }, icon("refresh-cw", "icon--small"), t("Try again"))),

  empty: ({ source }) => source.endsWith("following") ? following() : quiet(),

  done: ({ source }) => source.endsWith("following")
    ? card(t("You have seen all of them"), t("New clips from the people you follow will be here."), "/", t("Go to For You"))
    : card(t("You have walked the whole fair"), t("That is every clip for now. Come back later, or bring one yourself."), "/upload", t("Bring a clip")),
};

const following = () => card(t("Nobody here yet"), t("Follow people whose clips you like, and the new ones will gather here."), "/", t("Find people in For You"));
const quiet = () => card(t("The fair is just opening"), t("No clips yet. The first one could be yours."), "/upload", t("Bring a clip"));

function card(title, text, href, act) {
  return el("div", { class: "empty" },
    el("img", { class: "empty__lantern", src: "/static/img/lantern.svg", alt: "", width: 72, height: 96 }),
    el("h2", {}, title), el("p", {}, text), el("a", { class: "button button--main", href }, act));
}
