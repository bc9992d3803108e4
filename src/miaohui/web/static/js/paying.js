// From a trade to the till: begin to pay, and go where the provider wants the payer.
import { api } from "miaohui/api";
import { el } from "miaohui/elements";

/** Pay for a trade; leaves the page. `next` is where the payer comes back to. */
export async function payForTrade(tradeId, provider, next) {
  toTheTill(await api(`trades/${tradeId}/payments`, { method: "POST", body: { provider } }), next);
}

/** Go where a payment that has begun wants the payer; leaves the page. */
export function toTheTill(payment, next) {
  const back = encodeURIComponent(next);
  const { kind, value } = payment.handover ?? { kind: "none" };
  if (kind === "redirect" || kind === "identify") leaveFor(value);
  else if (kind === "page") location.assign(`${value}?next=${back}`);
  else location.assign(payment.state === "succeeded" ? next : `/pay/return/${payment.id}?next=${back}`);
}

/** Go to a provider, who looks at where the payer comes from; the page's own policy would not say it. */
function leaveFor(address) {
  const link = el("a", { href: address, referrerpolicy: "origin", hidden: true });
  document.body.append(link);
  link.click();
}
