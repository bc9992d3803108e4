// A shop as its buyers see it: take a coupon, follow who keeps it, send its card, and more goods as one reads on.
import { api } from "miaohui/api";
import "miaohui/app";
import { whileBusy } from "miaohui/elements";
import "miaohui/follow_button";
import { t } from "miaohui/i18n";
import { say, sayProblem } from "miaohui/notices";
import { account } from "miaohui/page";
import "miaohui/sheets/send_to_chat";

async function claim(button) {
  if (!account) {
    const { askToSignIn } = await import("miaohui/sheets/sign_in");
    await askToSignIn();
    return;
  }
  try {
    await api(`coupon-templates/${button.dataset.claim}/claims`, { method: "POST", body: {} });
    say(t("The coupon is yours; it is used by itself"));
    button.textContent = t("Yours");
    button.disabled = true;
  } catch (problem) {
    await sayProblem(problem);
  }
}

for (const button of document.querySelectorAll("[data-claim]")) {
  button.addEventListener("click", () => whileBusy(button, () => claim(button)));
}

// The link works without scripts; with them the next page is added to this one.
const more = document.querySelector("[data-more]");
more?.addEventListener("click", (event) => {
  event.preventDefault();
  whileBusy(more, async () => {
    try {
      const response = await fetch(more.href);
      if (!response.ok) throw new Error(String(response.status));
      const next = new DOMParser().parseFromString(await response.text(), "text/html");
      const added = [...next.querySelectorAll("[data-grid] > li")];
      document.querySelector("[data-grid]").append(...added);
      added[0]?.querySelector("a").focus({ preventScroll: true });
      const following = next.querySelector("[data-more]");
      if (following) more.href = following.getAttribute("href");
      else more.remove();
    } catch (fault) {
      await sayProblem(fault);
    }
  });
});
