// One product: choose a variant, put it into the cart or buy it.
import { api } from "miaohui/api";
import "miaohui/app";
import { showCartCount } from "miaohui/cart_count";
import { offerCoupons } from "miaohui/coupons";
import { whileBusy } from "miaohui/elements";
import { clearErrors, showErrors } from "miaohui/forms";
import { t } from "miaohui/i18n";
import { money } from "miaohui/money";
import { say, sayProblem } from "miaohui/notices";
import { account, embedded } from "miaohui/page";
import { priceOf, saleWords } from "miaohui/sale";
import { noteGoods } from "miaohui/feed/visit";
import "miaohui/sheets/send_to_chat";

const MOST = 99;
const root = document.querySelector("[data-goods]");
const form = root.querySelector("[data-buy]");
const price = root.querySelector("[data-price]");
const listPrice = root.querySelector("[data-list-price]");
const saleLine = root.querySelector("[data-sale]");
const sales = embedded("sales");
const shown = form.querySelector("[data-quantity]");
const { currency } = root.dataset;
const source = { kind: root.dataset.source, id: root.dataset.sourceId || null };

// Whoever comes from a clip has been heard already, by the sheet over it.
if (source.kind !== "video") noteGoods("open_product", root.dataset.goods);

const chosen = () => form.querySelector("[name=variant]:checked");

function showChoice() {
  const variant = chosen();
  if (!variant) return;
  setQuantity(Number(shown.textContent));
}

function showPrice() {
  const variant = chosen();
  if (!variant) return;
  const { priceMinor, listPriceMinor } = variant.dataset;
  const usual = { price_minor: Number(priceMinor), list_price_minor: Number(listPriceMinor) };
  const sale = sales[variant.value];
  const { price: now, before } = priceOf(usual, sale, Number(shown.textContent));
  price.textContent = money(now, currency);
  listPrice.hidden = !(before > now);
  listPrice.textContent = before > now ? money(before, currency) : "";
  saleLine.hidden = !sale;
  if (sale) saleLine.querySelector("span").textContent = saleWords(sale);
}

function setQuantity(wanted) {
  const left = Number(chosen()?.dataset.left ?? MOST);
  shown.textContent = Math.max(1, Math.min(wanted, left, MOST));
  showPrice();
}

form.addEventListener("change", showChoice);
form.querySelector("[data-less]").addEventListener("click", () => setQuantity(Number(shown.textContent) - 1));
form.querySelector("[data-more-of-it]").addEventListener("click", () => setQuantity(Number(shown.textContent) + 1));
const sold = [...form.querySelectorAll("[name=variant]:not(:disabled)")];
if (sold.length === 1) sold[0].checked = true;
if (sold.length === 0) for (const button of form.querySelectorAll("[type=submit]")) button.disabled = true;
showChoice();

function signedIn() {
  if (account) return true;
  location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
  return false;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  clearErrors(form);
  const variant = chosen();
  if (!variant) {
    form.querySelector('[data-error="variant"]').textContent = t("Please choose which one");
    sold[0]?.focus();
    return;
  }
  if (!signedIn()) return;
  const line = { variant_id: variant.value, quantity: Number(shown.textContent), source };
  whileBusy(event.submitter, async () => {
    try {
      if (event.submitter.value === "cart") {
        const cart = await api("cart/lines", { method: "POST", body: line });
        showCartCount(cart.lines);
        noteGoods("add_to_cart", root.dataset.goods);
        say(t("It is in the cart"));
        return;
      }
      const quote = await api("quotes", { method: "POST", body: { lines: [line] } });
      location.assign(`/checkout?quote=${quote.id}`);
    } catch (problem) {
      if (problem.code === "address_missing") {
        await api("cart/lines", { method: "POST", body: line });
        location.assign("/checkout");
        return;
      }
      showErrors(form, problem);
    }
  });
});

offerCoupons(root, (button) => { button.disabled = true; });
