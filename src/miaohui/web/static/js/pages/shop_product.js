// One product: its words and its variants.
import { api } from "miaohui/api";
import "miaohui/app";
import "miaohui/console";
import { el, icon, whileBusy } from "miaohui/elements";
import { clearErrors, showErrors } from "miaohui/forms";
import { t } from "miaohui/i18n";
import { embedded } from "miaohui/page";
import { PictureOrder } from "miaohui/picture_order";
import "miaohui/times";

const form = document.querySelector("[data-product]");
const rows = form.querySelector("[data-variants]");
let made = 0;

const pairs = (options) => Object.entries(options).map(([name, value]) => `${name}=${value}`).join("; ");

/** `Colour=red; Size=large` as {Colour: "red", Size: "large"} */
function options(text, separator, mark) {
  const found = {};
  for (const part of text.split(separator)) {
    const at = part.search(mark);
    if (at > 0) found[part.slice(0, at).trim()] = part.slice(at + 1).trim();
  }
  return found;
}

function addVariant(variant) {
  made += 1;
  const field = (name, label, attributes) => {
    const id = `variant-${made}-${name}`;
    return el("div", { class: "field" },
      el("label", { class: "field__label", for: id }, label),
      el("input", { class: "input", id, "data-part": name, autocomplete: "off", ...attributes }));
  };
  const row = el("div", { class: "variant-row", role: "group", "aria-label": t("Variant") },
    field("options", t("Which one"), { value: pairs(variant?.options ?? {}), placeholder: t("Colour=red; Size=large") }),
    field("price", t("Price"), { type: "number", min: "0", step: "0.01", required: true, value: variant ? variant.price_minor / 100 : "" }),
    field("code", t("Own number"), { value: variant?.code ?? "" }),
    field("weight", t("Weight in grams"), { type: "number", min: "0", value: variant?.weight_g ?? 0 }),
    el("button", { class: "button button--icon", type: "button", "aria-label": t("Take this variant away"), onclick: () => rows.children.length > 1 && row.remove() }, icon("trash-2", "icon--small")));
  rows.append(row);
  return row;
}

function variants() {
  return [...rows.children].map((row) => {
    const said = Object.fromEntries([...row.querySelectorAll("[data-part]")].map((input) => [input.dataset.part, input.value]));
    return {
      options: options(said.options, /[;；]/, /[=＝:：]/),
      price_minor: Math.round(Number(said.price) * 100),
      code: said.code.trim(),
      weight_g: Number(said.weight) || 0,
    };
  });
}

const known = embedded("variants");
for (const one of known.length > 0 ? known : [null]) addVariant(one);
form.querySelector("[data-add-variant]").addEventListener("click", () => addVariant().querySelector("input").focus());

form.addEventListener("submit", (event) => {
  event.preventDefault();
  clearErrors(form);
  if (!form.reportValidity()) return;
  const said = Object.fromEntries(new FormData(form));
  const words = {
    title: said.title,
    body: said.body,
    category_id: said.category_id,
    attributes: options(said.attributes, "\n", /[:：]/),
    ...(said.freight_template_id ? { freight_template_id: said.freight_template_id } : {}),
  };
  const { product, path } = form.dataset;
  whileBusy(event.submitter, async () => {
    try {
      if (!product) {
        const answer = await api(path, { method: "POST", body: { ...words, variants: variants() } });
        location.assign(`/${path.replace("shops/", "shop/").replace("/products", "/goods")}/${answer.id}`);
        return;
      }
      await api(`${path}/${product}`, { method: "PATCH", body: words });
      await api(`${path}/${product}/variants`, { method: "PUT", body: { variants: variants() } });
      location.reload();
    } catch (problem) {
      showErrors(form, problem);
    }
  });
});

const pictures = document.querySelector("[data-pictures]");
if (pictures) new PictureOrder(pictures, document.querySelector("[data-pictures-said]"));
