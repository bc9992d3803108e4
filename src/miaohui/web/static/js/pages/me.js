// My clips: the ones still being made tell how far they are; any can be taken down.
import "miaohui/app";
import { api } from "miaohui/api";
import { el, whileBusy } from "miaohui/elements";
import { percent, t } from "miaohui/i18n";
import { sayProblem } from "miaohui/notices";
import { openSheet } from "miaohui/sheet";
import { followMaking } from "miaohui/upload/making";

for (const tile of document.querySelectorAll('[data-state="processing"]')) {
  followMaking(tile.dataset.video, ({ state, progress }) => {
    if (state !== "processing") location.reload();
    tile.querySelector("[data-words]").textContent = t("Being prepared, %(part)s", { part: percent(progress) });
    tile.querySelector(".meter").style.setProperty("--done", progress);
  });
}

for (const button of document.querySelectorAll("[data-delete]")) {
  button.addEventListener("click", () => {
    const remove = el("button", { class: "button button--main button--wide", type: "button", onclick: () => whileBusy(remove, async () => {
      try {
        await api(`videos/${button.dataset.delete}`, { method: "DELETE" });
        sheet.close();
        button.closest("li").remove();
      } catch (problem) {
        await sayProblem(problem);
      }
    }) }, t("Delete it"));
    const sheet = openSheet({
      title: t("Delete this clip?"),
      content: el("div", { class: "stack" }, el("p", { class: "centred quiet" }, t("It goes for good, with its likes and comments.")), remove,
        el("button", { class: "button button--wide", type: "button", onclick: () => sheet.close() }, t("Keep it"))),
    });
  });
}
