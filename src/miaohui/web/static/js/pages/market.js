// The market: more goods come without leaving the place where one is.
import "miaohui/app";
import { whileBusy } from "miaohui/elements";
import { sayProblem } from "miaohui/notices";

const grid = document.querySelector(".goods-grid");
const more = document.querySelector("[data-more]");

more?.addEventListener("click", (event) => {
  event.preventDefault();
  whileBusy(more, async () => {
    try {
      const response = await fetch(more.href);
      if (!response.ok) throw new Error(String(response.status));
      const next = new DOMParser().parseFromString(await response.text(), "text/html");
      const first = next.querySelector(".goods-grid > li");
      grid.append(...next.querySelectorAll(".goods-grid > li"));
      first?.querySelector("a").focus({ preventScroll: true });
      const following = next.querySelector("[data-more]");
      if (following) more.href = following.getAttribute("href");
      else more.remove();
    } catch (fault) {
      await sayProblem(fault);
    }
  });
});
