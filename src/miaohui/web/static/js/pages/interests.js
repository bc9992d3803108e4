// Interests are the person's own: pause them, or let them all be forgotten.
import "miaohui/app";
import { api } from "miaohui/api";
import { el, whileBusy } from "miaohui/elements";
import { t } from "miaohui/i18n";
import { say, sayProblem } from "miaohui/notices";
import { openSheet } from "miaohui/sheet";

const box = document.querySelector("[data-personalised]");
box.addEventListener("change", async () => {
  try {
    await api("interests/settings", { method: "PUT", body: { personalised: box.checked } });
    say(box.checked ? t("Clips are chosen for you again") : t("From now on everyone's fair is yours too"));
  } catch (problem) {
    box.checked = !box.checked;
    await sayProblem(problem);
  }
});

document.querySelector("[data-reset]").addEventListener("click", () => {
  const go = el("button", { class: "button button--main button--wide", type: "button", onclick: () => whileBusy(go, async () => {
    try {
      await api("interests/reset", { method: "POST" });
      location.reload();
    } catch (problem) {
      await sayProblem(problem);
    }
  }) }, t("Begin anew"));
  const sheet = openSheet({
    title: t("Forget what you watched?"),
    content: el("div", { class: "stack" }, el("p", { class: "centred quiet" }, t("Your likes and what you kept stay. What the fair has learned from watching goes.")), go,
      el("button", { class: "button button--wide", type: "button", onclick: () => sheet.close() }, t("Leave it"))),
  });
});
