// A person's page: follow, block, and more clips as one reads on.
import "miaohui/app";
import "miaohui/acts";
import { api } from "miaohui/api";
import { whileBusy } from "miaohui/elements";
import { t } from "miaohui/i18n";
import "miaohui/follow_button";
import { say, sayProblem } from "miaohui/notices";

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

// The link works without scripts; with them the next page is added to this one.
document.querySelector("[data-more]")?.addEventListener("click", async function more(event) {
  event.preventDefault();
  const link = event.currentTarget;
  await whileBusy(link, async () => {
    const response = await fetch(link.href);
    if (!response.ok) {
      say(t("The next clips did not come"), { bad: true });
      return;
    }
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    document.querySelector("[data-grid]").append(...page.querySelectorAll("[data-grid] > li"));
    const next = page.querySelector("[data-more]");
    if (next) link.href = next.href;
    else link.remove();
  });
});
