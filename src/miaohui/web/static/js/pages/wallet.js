// The wallet: put something in, draw something out.
import { api } from "miaohui/api";
import "miaohui/app";
import { el, whileBusy } from "miaohui/elements";
import { clearErrors, showErrors } from "miaohui/forms";
import { t } from "miaohui/i18n";
import { minor, money } from "miaohui/money";
import { embedded } from "miaohui/page";
import { toTheTill } from "miaohui/paying";
import { openSheet } from "miaohui/sheet";
import { MONEY_LEAVES, withProof } from "miaohui/sheets/proof";
import "miaohui/times";

const names = { sandbox: t("Sandbox: a rehearsal, no money moves"), alipay: t("Alipay"), wechat: t("WeChat Pay"), stripe: t("Card, by Stripe") };

function field(name, label, input, hint) {
  input.id = `wallet-${name}`;
  input.name = name;
  return el("div", { class: "field" }, el("label", { class: "field__label", for: input.id }, label), input,
    hint && el("p", { class: "field__hint" }, hint), el("p", { class: "field__error", role: "alert", "data-error": name }));
}

/** A sheet with these fields; `send` gets the amount, the form and a key that stays the same for all tries. */
function askAmount({ title, currency, hint, fields, submit, send }) {
  const key = crypto.randomUUID();
  const button = el("button", { class: "button button--main button--wide", type: "submit" }, submit);
  const amount = el("input", { class: "input tabular", inputmode: "decimal", autocomplete: "off" });
  const form = el("form", { class: "stack", novalidate: true }, field("amount_minor", t("How much"), amount, hint), fields,
    el("p", { class: "form-error", role: "alert", "data-error": "form" }), button);
  openSheet({ title, content: form });
  amount.focus();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearErrors(form);
    const wanted = minor(amount.value.trim(), currency);
    if (!(wanted > 0)) {
      showErrors(form, { errors: [{ pointer: "/amount_minor", detail: t("Please write an amount") }], message: "" });
      return;
    }
    whileBusy(button, async () => {
      try {
        await send(wanted, form, key);
      } catch (problem) {
        showErrors(form, problem);
      }
    });
  });
}

const topUp = document.querySelector("[data-top-up]");
topUp?.addEventListener("click", () => {
  const providers = el("select", { class: "input" }, embedded("providers").map((name) => el("option", { value: name }, names[name] ?? name)));
  askAmount({
    title: t("Top up"),
    currency: topUp.dataset.currency,
    fields: [field("provider", t("How you pay"), providers)],
    submit: t("To the till"),
    send: async (amount, form, key) => toTheTill(await api("me/wallet/topups", { method: "POST", body: { amount_minor: amount, provider: form.elements.provider.value, currency: topUp.dataset.currency }, key }), "/wallet"),
  });
});

const draw = document.querySelector("[data-draw]");
draw?.addEventListener("click", () => {
  askAmount({
    title: t("Draw to the bank"),
    currency: draw.dataset.currency,
    hint: t("Up to %(amount)s", { amount: money(Number(draw.dataset.available), draw.dataset.currency) }),
    fields: [field("bank_account", t("Bank account"), el("input", { class: "input", inputmode: "numeric", autocomplete: "off", maxlength: "40" }))],
    submit: t("Draw"),
    send: async (amount, form, key) => {
      const body = { account: draw.dataset.draw, amount_minor: amount, bank_account: form.elements.bank_account.value.trim() };
      if (await withProof(() => api("me/payouts", { method: "POST", body, key }), MONEY_LEAVES())) location.reload();
    },
  });
});
