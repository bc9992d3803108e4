// Coupons that can be had.
import { api } from "miaohui/api";
import "miaohui/app";
import { whileBusy } from "miaohui/elements";
import { sayProblem } from "miaohui/notices";

for (const button of document.querySelectorAll("[data-claim]")) {
  button.addEventListener("click", () => whileBusy(button, async () => {
    try {
      await api(`coupon-templates/${button.dataset.claim}/claims`, { method: "POST", body: {} });
      location.reload();
    } catch (problem) {
      await sayProblem(problem);
    }
  }));
}
