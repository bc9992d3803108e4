// Sign out a device that is not wanted any more.
import { api } from "miaohui/api";
import "miaohui/app";
import { whileBusy } from "miaohui/elements";
import { t } from "miaohui/i18n";
import { say, sayProblem } from "miaohui/notices";

for (const button of document.querySelectorAll("[data-revoke]")) {
  button.addEventListener("click", () => whileBusy(button, async () => {
    try {
      await api(`devices/${button.dataset.revoke}`, { method: "DELETE" });
      button.closest("li").remove();
      say(t("Signed out there"));
    } catch (problem) {
      await sayProblem(problem);
    }
  }));
}
