// A person's page: follow, block, and more clips as one reads on.
import "miaohui/app";
import "miaohui/acts";
import { api } from "miaohui/api";
import { whileBusy } from "miaohui/elements";
import "miaohui/follow_button";
import { growOnDemand } from "miaohui/more";
import { sayProblem } from "miaohui/notices";

function onBlock(button, id, method) {
  button?.addEventListener("click", () => whileBusy(button, async () => {
    try {
      await api(`people/${id}/block`, { method });
      location.reload();
    } catch (problem) {
      await sayProblem(problem);
    }
  }));
}

const block = document.querySelector("[data-block]");
const unblock = document.querySelector("[data-unblock]");
onBlock(block, block?.dataset.block, "PUT");
onBlock(unblock, unblock?.dataset.unblock, "DELETE");

growOnDemand("[data-grid]");
