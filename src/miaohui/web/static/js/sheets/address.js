// Writing an address: China by its divisions, elsewhere in words.
import { api } from "miaohui/api";
import { el, whileBusy } from "miaohui/elements";
import { clearErrors, showErrors } from "miaohui/forms";
import { t } from "miaohui/i18n";
import { locale } from "miaohui/page";
import { openSheet } from "miaohui/sheet";

const COUNTRIES = ["CN", "HK", "MO", "TW", "JP", "KR", "SG", "MY", "TH", "VN", "US", "CA", "GB", "DE", "FR", "ES", "IT", "AU", "NZ"];
const LEVELS = ["province", "city", "district"];
const countryNames = new Intl.DisplayNames(locale, { type: "region" });

function field(name, label, input, hint) {
  input.id = `address-${name}`;
  input.name = name;
  return el("div", { class: "field" },
    el("label", { class: "field__label", for: input.id }, label),
    input,
    hint && el("p", { class: "field__hint" }, hint),
    el("p", { class: "field__error", role: "alert", "data-error": name }));
}

const text = (attributes) => el("input", { class: "input", ...attributes });

/** Open the form; answers the saved address, or undefined. `old` is changed instead of a new one written. */
export async function openAddress(old) {
  const labels = { province: t("Province or state"), city: t("City"), district: t("District") };
  const country = el("select", { class: "input" }, COUNTRIES.map((code) => el("option", { value: code, selected: code === (old?.country ?? "CN") }, countryNames.of(code))));
  const selects = LEVELS.map(() => el("select", { class: "input" }));
  const words = LEVELS.map((name) => text({ value: old?.[name] ?? "", maxlength: "60", autocomplete: { province: "address-level1", city: "address-level2", district: "address-level3" }[name] }));
  const inChina = el("div", { class: "stack" }, LEVELS.map((name, level) => field(`${name}_code`, labels[name], selects[level])));
  const elsewhere = el("div", { class: "stack" }, LEVELS.map((name, level) => field(name, labels[name], words[level])));
  const submit = el("button", { class: "button button--main button--wide", type: "submit" }, t("Save"));
  const form = el("form", { class: "stack", novalidate: true },
    field("name", t("Who receives it"), text({ value: old?.name ?? "", maxlength: "40", autocomplete: "name" })),
    field("phone", t("Phone"), text({ value: old?.phone ?? "", maxlength: "20", type: "tel", autocomplete: "tel" })),
    field("country", t("Country or region"), country),
    inChina,
    elsewhere,
    field("street", t("Street, house, door"), text({ value: old?.street ?? "", maxlength: "200", autocomplete: "street-address" })),
    field("postcode", t("Postcode"), text({ value: old?.postcode ?? "", maxlength: "12", autocomplete: "postal-code" }), t("If there is one")),
    el("label", { class: "switch" }, el("input", { type: "checkbox", role: "switch", name: "is_default", checked: old?.is_default ?? false }), el("span", {}, t("Use it unless I say otherwise"))),
    el("p", { class: "form-error", role: "alert", "data-error": "form" }),
    submit);

  async function fillFrom(level) {
    const under = level === 0 ? "" : selects[level - 1].value;
    const { items } = under || level === 0 ? await api(`divisions?under=${under}`) : { items: [] };
    const kept = (old?.division_code ?? "").slice(0, 2 * (level + 1));
    selects[level].replaceChildren(...items.map((one) => el("option", { value: one.code, selected: one.code === kept || one.code.slice(0, 2 * (level + 1)) === kept }, one.name)));
    selects[level].closest(".field").hidden = items.length === 0;
    if (level < 2) await fillFrom(level + 1);
  }
  selects.forEach((select, level) => select.addEventListener("change", () => level < 2 && fillFrom(level + 1)));
  const showCountry = () => {
    inChina.hidden = country.value !== "CN";
    elsewhere.hidden = country.value === "CN";
  };
  country.addEventListener("change", showCountry);
  showCountry();

  let saved;
  const sheet = openSheet({ title: old ? t("Change an address") : t("A new address"), content: form, tall: true });
  await fillFrom(0);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearErrors(form);
    const said = Object.fromEntries(new FormData(form));
    const code = [...selects].reverse().map((select) => select.value).find(Boolean);
    const place = said.country === "CN" ? { division_code: code } : Object.fromEntries(LEVELS.map((name) => [name, said[name]]));
    const body = { name: said.name, phone: said.phone, street: said.street, postcode: said.postcode, country: said.country, is_default: said.is_default === "on", ...place };
    whileBusy(submit, async () => {
      try {
        saved = await api(old ? `addresses/${old.id}` : "addresses", { method: old ? "PUT" : "POST", body });
        sheet.close();
      } catch (problem) {
        showErrors(form, problem);
      }
    });
  });
  await sheet.closed;
  return saved;
}
