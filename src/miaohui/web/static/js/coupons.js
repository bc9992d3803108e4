// Taking a coupon, wherever one is offered.
import { api } from "miaohui/api";
import { whileBusy } from "miaohui/elements";
import { t } from "miaohui/i18n";
import { say, sayProblem } from "miaohui/notices";

/** Let the coupons below `root` be taken; taken(button) shows it. Who has not signed in is asked to. */
export function offerCoupons(root, taken) {
  for (const button of root.querySelectorAll("[data-claim]")) {
    button.addEventListener("click", () => whileBusy(button, async () => {
      try {
        await api(`coupon-templates/${button.dataset.claim}/claims`, { method: "POST", body: {} });
        say(t("The coupon is yours; it is used by itself"));
        taken(button);
      } catch (problem) {
        await sayProblem(problem);
      }
    }));
  }
}
