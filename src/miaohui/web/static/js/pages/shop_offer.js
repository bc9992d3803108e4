// A draft of an offer: its rule is put together from its form.
import { api } from "miaohui/api";
import "miaohui/app";
import { goOn } from "miaohui/console";
import { el, icon, whileBusy } from "miaohui/elements";
import { clearErrors, showErrors } from "miaohui/forms";
import { t } from "miaohui/i18n";
import { say } from "miaohui/notices";
import { embedded } from "miaohui/page";

const form = document.querySelector("[data-offer]");
const kind = form.dataset.offer;
const minor = (text) => Math.round(Number(text) * 100);
const moment = (text) => new Date(text).toISOString();

/** {percent_off_bp} or {off_minor}, as the form says how. */
function off(said, percent, amount) {
  return said.get("how") === "percent" ? { percent_off_bp: minor(percent) } : { off_minor: minor(amount) };
}

function goods(said) {
  const chosen = said.getAll("product");
  return chosen.length > 0 ? chosen : null;
}

function prices() {
  return [...form.querySelectorAll("[data-variant]")].flatMap((row) => {
    const [price, units] = ["price", "units"].map((part) => row.querySelector(`[data-part=${part}]`).value);
    if (price === "") return [];
    return { variant_id: row.dataset.variant, price_minor: minor(price), ...(units === "" ? {} : { units: Number(units) }) };
  });
}

const steps = form.querySelector("[data-steps]");
let made = 0;

function addStep(known) {
  made += 1;
  const field = (part, label, value, attributes = {}) => {
    const id = `step-${made}-${part}`;
    return el("div", { class: "field" },
      el("label", { class: "field__label", for: id }, label),
      el("input", { class: "input", id, "data-part": part, type: "number", inputmode: "decimal", step: "0.01", min: "0.01", required: true, autocomplete: "off", value, ...attributes }));
  };
  const { currency } = document.querySelector("[data-currency]").dataset;
  const worth = known ? (known.percent_off_bp ?? known.off_minor) / 100 : "";
  const row = el("div", { class: "variant-row", role: "group", "aria-label": t("Step") },
    field("from", t("From an amount of (%(currency)s)", { currency }), known ? known.from_minor / 100 : ""),
    field("off", t("Off (per cent or %(currency)s)", { currency }), worth),
    el("button", { class: "button button--icon", type: "button", "aria-label": t("Take this step away"), onclick: () => steps.children.length > 1 && row.remove() }, icon("trash-2", "icon--small")));
  steps.append(row);
  return row;
}

if (steps) {
  const known = embedded("steps");
  for (const one of known.length > 0 ? known : [null]) addStep(one);
  form.querySelector("[data-add-step]").addEventListener("click", () => addStep().querySelector("input").focus());
}

function stepsOf(said) {
  return [...steps.children].map((row) => {
    const [from, worth] = ["from", "off"].map((part) => row.querySelector(`[data-part=${part}]`).value);
    return { from_minor: minor(from), ...off(said, worth, worth) };
  });
}

const RULES = {
  flash: (said) => ({ kind, prices: prices(), ...(said.get("per_person") ? { per_person: Number(said.get("per_person")) } : {}) }),
  item: (said) => ({ kind, product_ids: goods(said), ...off(said, said.get("percent"), said.get("off")) }),
  threshold: (said) => ({ kind, product_ids: goods(said), steps: stepsOf(said) }),
  coupon: (said) => ({
    from_minor: minor(said.get("from") || 0),
    ...off(said, said.get("percent"), said.get("off")),
    ...(said.get("most") ? { most_minor: minor(said.get("most")) } : {}),
  }),
};

function offer() {
  const said = new FormData(form);
  const body = { name: said.get("name").trim(), rule: RULES[kind](said), starts_at: moment(said.get("starts_at")), ends_at: moment(said.get("ends_at")) };
  if (kind !== "coupon") return body;
  return {
    ...body,
    stacking: said.get("stacking"),
    scope: { product_ids: goods(said) ?? [] },
    quota: Number(said.get("quota")),
    per_person: Number(said.get("per_person")),
    claimable: said.get("claimable") === "on",
    ...(said.get("valid_days") ? { valid_days: Number(said.get("valid_days")) } : {}),
  };
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  clearErrors(form);
  if (!form.reportValidity()) return;
  if (kind === "flash" && prices().length === 0) {
    form.querySelector('[data-error="prices"]').textContent = t("Give at least one thing a flash price");
    form.querySelector("[data-part=price]")?.focus();
    return;
  }
  const starts = event.submitter?.value === "start";
  whileBusy(event.submitter, async () => {
    try {
      const { path, method } = form.dataset;
      const answer = await api(path, { method, body: offer() });
      // From here on it is there: saving once more changes this draft.
      form.dataset.method = "PUT";
      form.dataset.path = `${path.split("/").slice(0, 3).join("/")}/${answer.id}`;
      if (starts) {
        await api(`${form.dataset.path}/state`, { method: "PUT", body: { state: "active" } });
        form.dataset.said = t("It begins and ends by itself");
      }
      goOn(form, answer);
    } catch (problem) {
      showErrors(form, problem);
      if (form.dataset.method === "PUT" && starts) say(t("The draft is there, but it did not start"), { bad: true });
    }
  });
});

const filter = form.querySelector("[data-filter]");
filter?.addEventListener("input", () => {
  const words = filter.value.trim().toLowerCase();
  for (const row of form.querySelectorAll("[data-title]")) row.hidden = !row.dataset.title.includes(words);
});
