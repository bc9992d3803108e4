// Amounts as people write them; the server sends whole minor units.
import { locale } from "miaohui/page";

const formats = new Map();

export function money(amountMinor, currency) {
  if (!formats.has(currency)) formats.set(currency, new Intl.NumberFormat(locale, { style: "currency", currency }));
  const format = formats.get(currency);
  return format.format(amountMinor / 10 ** format.resolvedOptions().maximumFractionDigits);
}
