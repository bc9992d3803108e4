// What is wrong with something bought: say it, show it, send it to the shop.
import { api } from "miaohui/api";
import "miaohui/app";
import { el, whileBusy } from "miaohui/elements";
import { clearErrors, showErrors } from "miaohui/forms";
import { t } from "miaohui/i18n";
import { minor, money } from "miaohui/money";

const MOST_PICTURES = 6;
const form = document.querySelector("[data-returns]");
// The same key however often the button is pressed: one case comes of it.
const key = crypto.randomUUID();

function start() {
  const { order, line, currency } = form.dataset;
  const amounts = JSON.parse(form.dataset.amounts);
  const shown = form.querySelector("[data-quantity]");
  const pictures = form.querySelector("#pictures");
  const proofs = form.querySelector("[data-proofs]");
  const part = (name) => form.querySelector(`[data-when="${name}"]`);
  const kind = () => form.querySelector("[name=kind]:checked");
  const most = () => Number(kind().dataset.most);
  const quantity = () => (most() ? Math.min(Number(shown.textContent), most()) : 0);
  const refundable = () => amounts[quantity()] ?? amounts.at(-1);

  function show() {
    shown.textContent = Math.max(1, quantity());
    part("quantity").hidden = most() < 2;
    part("variant").hidden = kind().value !== "exchange" || form.elements.wanted_variant_id.options.length < 2;
    part("amount").hidden = kind().value === "exchange";
    form.elements.amount.value = (refundable() / 10 ** (minor("1", currency).toString().length - 1)).toString();
    form.querySelector("[data-most-words]").textContent = t("Up to %(amount)s", { amount: money(refundable(), currency) });
  }

  const step = (by) => () => {
    shown.textContent = Math.max(1, Math.min(most(), Number(shown.textContent) + by));
    show();
  };
  for (const one of form.querySelectorAll("[name=kind]")) one.addEventListener("change", show);
  form.querySelector("[data-less]").addEventListener("click", step(-1));
  form.querySelector("[data-more]").addEventListener("click", step(1));
  pictures.addEventListener("change", () => {
    for (const old of proofs.querySelectorAll("img")) URL.revokeObjectURL(old.src);
    proofs.replaceChildren(...[...pictures.files].slice(0, MOST_PICTURES).map((file) => el("img", { src: URL.createObjectURL(file), alt: file.name })));
  });
  show();

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearErrors(form);
    const said = { order_line_id: line, kind: kind().value, quantity: quantity(), reason: form.elements.reason.value, words: form.elements.words.value.trim() };
    if (said.kind === "exchange") {
      if (form.elements.wanted_variant_id.value) said.wanted_variant_id = form.elements.wanted_variant_id.value;
    } else {
      said.amount_minor = minor(form.elements.amount.value.trim(), currency);
      if (!(said.amount_minor <= refundable())) {
        const detail = t("Up to %(amount)s", { amount: money(refundable(), currency) });
        showErrors(form, { errors: [{ pointer: "/amount", detail }], message: detail });
        return;
      }
    }
    whileBusy(event.submitter, async () => {
      try {
        const { aftersale } = await api(`orders/${order}/returns`, { method: "POST", body: said, key });
        const path = `/aftersales/${aftersale.id}`;
        try {
          for (const file of [...pictures.files].slice(0, MOST_PICTURES)) await api(`aftersales/${aftersale.id}/evidence`, { method: "POST", file });
        } catch {
          // The case stands; what could not be shown can be shown on its page.
          location.assign(`${path}?unshown=1`);
          return;
        }
        location.assign(path);
      } catch (problem) {
        if (problem.code === "aftersales_case_open") location.assign(`/aftersales/${problem.data.aftersale_id ?? problem.data.data?.aftersale_id}`);
        else showErrors(form, problem);
      }
    });
  });
}

if (form) start();
