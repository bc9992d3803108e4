// The list of everybody in the demo town: one tap, and the visitor is that person.
import { api } from "miaohui/api";
import "miaohui/app";
import { whileBusy } from "miaohui/elements";
import { sayProblem } from "miaohui/notices";

for (const button of document.querySelectorAll("[data-enter-as]")) {
  button.addEventListener("click", () => whileBusy(button, async () => {
    try {
      await api("demo/session", { method: "POST", body: { as: button.dataset.enterAs } });
      location.assign("/");
    } catch (problem) {
      await sayProblem(problem);
    }
  }));
}
