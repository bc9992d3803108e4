// What a flash sale makes of a price: the server reckons it again when one asks for the whole.
import { number, t } from "miaohui/i18n";
import { moment } from "miaohui/times";

/** {price, before} of so many units. sale: {price_minor, left, per_person} or undefined; who takes more than it gives pays the usual price. */
export function priceOf(variant, sale, quantity) {
  const fits = sale && quantity <= (sale.left ?? Infinity) && quantity <= (sale.per_person ?? Infinity);
  return fits
    ? { price: sale.price_minor, before: variant.price_minor }
    : { price: variant.price_minor, before: variant.list_price_minor };
}

/** "Flash sale until 11/23, 05:27 · at most 2 for each purchase" */
export function saleWords(sale) {
  const words = [t("Flash sale until %(when)s", { when: moment(sale.ends_at) })];
  if (sale.left !== null) words.push(t("%(n)s left of it", { n: number(sale.left) }));
  if (sale.per_person !== null) words.push(t("at most %(n)s for each purchase", { n: number(sale.per_person) }));
  return words.join(" · ");
}
