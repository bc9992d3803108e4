// The cart: how many, which of them, and on to the checkout.
import { api } from "miaohui/api";
import "miaohui/app";
import { whileBusy } from "miaohui/elements";
import { nt, t } from "miaohui/i18n";
import { money } from "miaohui/money";
import { sayProblem } from "miaohui/notices";
import { moment } from "miaohui/times";

const root = document.querySelector("[data-cart]");
const lines = [...root.querySelectorAll("[data-line]")];
const goOn = root.querySelector("[data-check-out]");

function showSum(cart) {
  root.querySelector("[data-sum]").textContent = money(cart.selected_minor, cart.currency ?? "CNY");
  root.querySelector("[data-selected]").textContent = nt("%(n)s thing", "%(n)s things", cart.selected_lines);
  goOn.disabled = cart.selected_lines === 0;
}

/** More than a sale gives for one purchase has the usual price. */
function showPrice(line, { sale, price_minor: usual, currency }) {
  line.querySelector("[data-price]").textContent = money((sale ?? { price_minor: usual }).price_minor, currency);
  line.querySelector("[data-before]").hidden = !sale;
  const words = line.querySelector("[data-sale]");
  words.hidden = !sale;
  if (sale) words.querySelector("span").textContent = t("Flash sale until %(when)s", { when: moment(sale.ends_at) });
}

for (const line of lines) {
  const path = `cart/lines/${line.dataset.line}`;
  const shown = line.querySelector("[data-quantity]");
  const change = async (body) => {
    try {
      const cart = await api(path, { method: "PATCH", body });
      const now = cart.shops.flatMap((shop) => shop.lines).find((one) => one.variant_id === line.dataset.line);
      shown.textContent = now.quantity;
      showPrice(line, now);
      showSum(cart);
    } catch (problem) {
      await sayProblem(problem);
    }
  };
  const step = (by) => {
    const wanted = Number(shown.textContent) + by;
    return wanted >= 1 ? change({ quantity: wanted }) : undefined;
  };
  for (const [name, by] of [["[data-less]", -1], ["[data-more-of-it]", 1]]) {
    const button = line.querySelector(name);
    button.addEventListener("click", () => whileBusy(button, () => step(by)));
  }
  line.querySelector("[data-select]").addEventListener("change", (event) => change({ selected: event.target.checked }));
  const remove = line.querySelector("[data-remove]");
  remove.addEventListener("click", () => whileBusy(remove, async () => {
    try {
      await api(path, { method: "DELETE" });
      location.reload();
    } catch (problem) {
      await sayProblem(problem);
    }
  }));
}

goOn?.addEventListener("click", () => whileBusy(goOn, async () => {
  try {
    const quote = await api("quotes", { method: "POST", body: {} });
    location.assign(`/checkout?quote=${quote.id}`);
  } catch (problem) {
    if (problem.code === "address_missing") location.assign("/checkout");
    else root.querySelector('[data-error="form"]').textContent = problem.message;
  }
}));
