// The checkout: an address, a price that holds, one yes.
import { api } from "miaohui/api";
import "miaohui/app";
import { el, icon, whileBusy } from "miaohui/elements";
import { t } from "miaohui/i18n";
import { sayProblem } from "miaohui/notices";
import { payForTrade } from "miaohui/paying";
import { openSheet } from "miaohui/sheet";
import { openAddress } from "miaohui/sheets/address";
import "miaohui/times";

const root = document.querySelector("[data-checkout]");
const wish = JSON.parse(document.getElementById("wish")?.textContent ?? "null");
const addresses = JSON.parse(document.getElementById("addresses").textContent);
const fault = root.querySelector('[data-error="form"]');
// The same key however often the button is pressed: one order comes of it.
const key = crypto.randomUUID();

const notes = () => Object.fromEntries([...root.querySelectorAll("[data-note]")].filter((one) => one.value.trim()).map((one) => [one.dataset.note, one.value.trim()]));

/** Price the same wish anew and show that. */
async function quoteAgain(addressId) {
  const body = { notes: notes() };
  if (addressId) body.address_id = addressId;
  if (wish && !wish.from_cart) body.lines = wish.lines;
  const quote = await api("quotes", { method: "POST", body });
  location.replace(`/checkout?quote=${quote.id}`);
}

async function chooseAddress() {
  const list = el("ul", { class: "list" });
  const sheet = openSheet({ title: t("Where it goes"), content: list });
  let wanted;
  for (const one of addresses) {
    list.append(el("li", {}, el("button", { class: "list__row", type: "button", onclick: () => { wanted = one.id; sheet.close(); } },
      icon("map-pin"), el("span", { class: "list__text" }, `${one.name} ${one.phone}`, el("small", { class: "quiet" }, [one.province, one.city, one.district, one.street].filter(Boolean).join(" "))))));
  }
  list.append(el("li", {}, el("button", { class: "list__row", type: "button", onclick: () => { wanted = "new"; sheet.close(); } }, icon("plus"), el("span", { class: "list__text" }, t("Write an address")))));
  await sheet.closed;
  if (wanted === "new") wanted = (await openAddress())?.id;
  if (wanted) await quoteAgain(wanted).catch(sayProblem);
}

root.querySelector("[data-choose-address]")?.addEventListener("click", chooseAddress);
root.querySelector("[data-first-address]")?.addEventListener("click", async () => {
  const saved = await openAddress();
  if (saved) await quoteAgain(saved.id).catch(sayProblem);
});

for (const note of root.querySelectorAll("[data-note]")) {
  note.addEventListener("change", () => quoteAgain().catch(sayProblem));
}

const order = root.querySelector("[data-order]");
order?.addEventListener("click", () => whileBusy(order, async () => {
  fault.textContent = "";
  try {
    const trade = await api("orders", { method: "POST", body: { quote_id: root.dataset.quote }, key });
    const next = trade.order_ids.length === 1 ? `/orders/${trade.order_ids[0]}` : "/orders";
    if (trade.state === "paid") {
      location.assign(next);
      return;
    }
    const provider = root.querySelector("[name=provider]:checked").value;
    try {
      await payForTrade(trade.id, provider, next);
    } catch (problem) {
      // The order stands; from its own page it can be paid in another way.
      await sayProblem(problem);
      location.assign(next);
    }
  } catch (problem) {
    const renewed = problem.data?.data?.quote ?? problem.data?.quote;
    if (renewed) {
      await sayProblem(problem);
      location.replace(`/checkout?quote=${renewed.id}`);
    } else {
      fault.textContent = problem.message;
    }
  }
}));
