// One order: pay, cancel, receive.
import { api } from "miaohui/api";
import "miaohui/app";
import { whileBusy } from "miaohui/elements";
import { payForTrade } from "miaohui/paying";
import "miaohui/times";

const root = document.querySelector("[data-order]");
const fault = root.querySelector('[data-error="form"]');
const path = `orders/${root.dataset.order}`;

function on(name, work) {
  const button = root.querySelector(`[data-${name}]`);
  button?.addEventListener("click", () => whileBusy(button, async () => {
    fault.textContent = "";
    try {
      await work();
    } catch (problem) {
      fault.textContent = problem.message;
    }
  }));
}

const post = (noun) => async () => {
  await api(`${path}/${noun}`, { method: "POST" });
  location.reload();
};

on("pay", () => payForTrade(root.dataset.trade, root.querySelector("[name=provider]:checked").value, location.pathname));
on("cancel", post("cancellation"));
on("receive", post("receipt"));
on("extend", post("receipt-extension"));
