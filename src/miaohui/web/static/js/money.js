// Amounts as people write them; the server sends whole minor units.
import { locale } from "miaohui/page";

const formats = new Map();

export function money(amountMinor, currency) {
  if (!formats.has(currency)) formats.set(currency, new Intl.NumberFormat(locale, { style: "currency", currency }));
  const format = formats.get(currency);
  return format.format(amountMinor / 10 ** format.resolvedOptions().maximumFractionDigits);
}

/** What somebody wrote, as whole minor units; NaN where it is no amount. */
export function minor(text, currency) {
  money(0, currency);
  const digits = formats.get(currency).resolvedOptions().maximumFractionDigits;
  const plain = text.replaceAll(/[\s,¥￥$€£]/g, "");
  return /^\d{1,10}(\.\d*)?$/.test(plain) ? Math.round(Number(plain) * 10 ** digits) : Number.NaN;
}

/** {price, before, more} of a card of goods: what it shows, what of it is struck out, and whether there are dearer ones. */
export function cardPrice({ sale, min_price_minor: lowest, max_price_minor: highest }) {
  return sale ? { price: sale.price_minor, before: sale.before_minor, more: !sale.for_all } : { price: lowest, before: null, more: highest > lowest };
}
