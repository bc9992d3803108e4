// The demo town: be one of its people with one tap.
import { api } from "miaohui/api";
import { whileBusy } from "miaohui/elements";
import { sayProblem } from "miaohui/notices";

/** Give every `[data-enter-as]` below `root` its act; then() runs once one is in. */
export function offerToEnter(root, then) {
  for (const button of root.querySelectorAll("[data-enter-as]")) {
    button.addEventListener("click", () => whileBusy(button, async () => {
      try {
        await api("demo/session", { method: "POST", body: { as: button.dataset.enterAs } });
        then();
      } catch (problem) {
        await sayProblem(problem);
      }
    }));
  }
}
