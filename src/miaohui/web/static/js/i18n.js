// The catalogue of this page's language; English needs none, its texts are the keys.
import messages from "miaohui/messages";
import { locale } from "miaohui/page";

const plural = new Intl.PluralRules(locale);

/** The text in the person's language; `%(name)s` is replaced from `values`. */
export function t(text, values) {
  return fill(messages[text] ?? text, values);
}

/** The same for a number of things; `%(n)s` is the number as people write it. */
export function nt(singular, many, n, values) {
  const forms = messages[singular];
  const text = forms?.[plural.select(n)] ?? forms?.other ?? (n === 1 ? singular : many);
  return fill(text, { n: number(n), ...values });
}

const whole = new Intl.NumberFormat(locale);
const compact = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });

export const number = (n) => whole.format(n);

/** 999, then 1.2K or 1.2万. */
export const count = (n) => (n < 1000 ? String(n) : compact.format(n));

/** 0.42 as 42% */
export const percent = (part) => `${Math.round(part * 100)}%`;

/** 0:07, 12:30 */
export function clock(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

const STEPS = [[60, "second"], [60, "minute"], [24, "hour"], [7, "day"], [4.35, "week"], [12, "month"], [Infinity, "year"]];
const ago = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" });

/** "3 min. ago", "昨天" */
export function since(isoTime, now = Date.now()) {
  let amount = (new Date(isoTime) - now) / 1000;
  for (const [size, unit] of STEPS) {
    if (Math.abs(amount) < size) return ago.format(Math.round(amount), unit);
    amount /= size;
  }
  return "";
}

function fill(text, values) {
  return values ? text.replace(/%\((\w+)\)s/g, (whole_, name) => values[name] ?? whole_) : text;
}
