// More of a list comes without leaving the place where one is; without scripts the link leads to the next page.
import { pageAt } from "miaohui/api";
import { whileBusy } from "miaohui/elements";
import { sayProblem } from "miaohui/notices";

/**
 * Let the page's link "More" add what the next page lists to the list that `selector` names on both.
 * shown(element) hears of each that was added.
 */
export function growOnDemand(selector, shown = () => {}) {
  const more = document.querySelector("[data-more]");
  more?.addEventListener("click", (event) => {
    event.preventDefault();
    whileBusy(more, async () => {
      try {
        const next = await pageAt(more.href);
        const added = [...next.querySelectorAll(`${selector} > *`)];
        document.querySelector(selector).append(...added);
        added.forEach(shown);
        added[0]?.querySelector("a")?.focus({ preventScroll: true });
        const following = next.querySelector("[data-more]");
        if (following) more.href = following.getAttribute("href");
        else more.remove();
      } catch (fault) {
        await sayProblem(fault);
      }
    });
  });
}
