// A freight template: a price for everywhere else at home, and others for regions that are chosen by name.
import { api } from "miaohui/api";
import "miaohui/app";
import { goOn } from "miaohui/console";
import { el, icon, whileBusy } from "miaohui/elements";
import { clearErrors, showErrors } from "miaohui/forms";
import { t } from "miaohui/i18n";
import { embedded } from "miaohui/page";
import { chooseRegions } from "miaohui/sheets/regions";

const GRAMS = 1000;
const form = document.querySelector("[data-freight]");
const list = form.querySelector("[data-zones]");
const { currency } = document.querySelector("[data-currency]").dataset;
const minor = (text) => Math.round(Number(text) * 100);
const major = (amount) => (amount === undefined ? "" : String(amount / 100));
const byWeight = () => form.elements.mode.value === "weight";
let made = 0;

/** One zone: `{regions: [{code, name}], elsewhere}` beside what its inputs say. */
class Zone {
  constructor(known, elsewhere) {
    made += 1;
    this.id = `zone-${made}`;
    this.elsewhere = elsewhere;
    this.regions = known?.regions ?? [];
    const unit = known && byWeight() ? GRAMS : 1;
    const parts = {
      first_units: known ? known.first_units / unit : 1,
      first_minor: major(known?.first_minor),
      next_units: known ? known.next_units / unit : 1,
      next_minor: major(known?.next_minor ?? 0),
    };
    this.chips = el("div", { class: "row row--wrap" });
    this.delivers = el("input", { type: "checkbox", role: "switch", checked: known?.delivers ?? true, onchange: () => this.showPrices() });
    this.inputs = Object.fromEntries(Object.entries(parts).map(([name, value]) => [name, this.input(name, value)]));
    this.prices = el("div", { class: "fields" }, Object.keys(parts).map((name) => this.field(name)));
    this.node = el("div", { class: "card stack zone", role: "group", "aria-labelledby": `${this.id}-name` },
      el("div", { class: "row row--wrap" },
        el("h3", { class: "grow", id: `${this.id}-name` }, elsewhere ? t("Everywhere else in China") : t("These regions")),
        elsewhere ? null : el("button", { class: "button button--icon", type: "button", "aria-label": t("Take this price away"), onclick: () => this.remove() }, icon("trash-2", "icon--small"))),
      elsewhere ? null : this.chips,
      el("label", { class: "switch" }, this.delivers, el("span", {}, t("We send there"))),
      this.prices);
    this.node.zone = this;
    this.showRegions();
    this.showPrices();
    this.showUnits();
  }

  input(name, value) {
    const units = name.endsWith("_units");
    return el("input", { class: "input", id: `${this.id}-${name}`, type: "number", inputmode: "decimal", min: units ? "0.001" : "0", step: units ? "any" : "0.01", required: true, autocomplete: "off", value });
  }

  field(name) {
    return el("div", { class: "field" }, el("label", { class: "field__label", for: `${this.id}-${name}`, "data-unit": name }), this.inputs[name]);
  }

  showUnits() {
    const words = byWeight()
      ? { first_units: t("The first (kg)"), next_units: t("Each further (kg)") }
      : { first_units: t("The first (pieces)"), next_units: t("Each further (pieces)") };
    const prices = { first_minor: t("cost (%(currency)s)", { currency }), next_minor: t("cost another (%(currency)s)", { currency }) };
    for (const label of this.prices.querySelectorAll("[data-unit]")) label.textContent = { ...words, ...prices }[label.dataset.unit];
  }

  showPrices() {
    this.prices.hidden = !this.delivers.checked;
    for (const input of Object.values(this.inputs)) input.disabled = !this.delivers.checked;
  }

  showRegions() {
    this.chips.replaceChildren(
      ...this.regions.map((one) => el("button", { class: "chip", type: "button", "aria-label": t("Take %(name)s out", { name: one.name }), onclick: () => this.drop(one) }, one.name, icon("x", "icon--small"))),
      el("button", { class: "button button--line", type: "button", onclick: () => this.choose() }, icon("map-pin", "icon--small"), this.regions.length > 0 ? t("More regions") : t("Choose regions")));
  }

  async choose() {
    const elsewhere = new Set(zones().filter((one) => one !== this).flatMap((one) => one.regions.map(({ code }) => code)));
    this.regions = await chooseRegions({ chosen: this.regions, taken: elsewhere });
    this.showRegions();
    this.chips.lastElementChild.focus();
  }

  drop(region) {
    this.regions = this.regions.filter((one) => one.code !== region.code);
    this.showRegions();
    this.chips.lastElementChild.focus();
  }

  remove() {
    this.node.remove();
    form.querySelector("[data-add-zone]").focus();
  }

  get body() {
    const regions = this.regions.map(({ code }) => code);
    if (!this.delivers.checked) return { regions, delivers: false };
    const unit = byWeight() ? GRAMS : 1;
    const units = (name) => Math.max(1, Math.round(Number(this.inputs[name].value) * unit));
    return {
      regions,
      first_units: units("first_units"),
      first_minor: minor(this.inputs.first_minor.value),
      next_units: units("next_units"),
      next_minor: minor(this.inputs.next_minor.value),
    };
  }
}

const zones = () => [...list.children].map((node) => node.zone);

function add(known, elsewhere = false) {
  const zone = new Zone(known, elsewhere);
  list.append(zone.node);
  return zone;
}

const known = embedded("zones");
// A template that names its regions alone sends nowhere else: the form says so.
add(known.find((one) => one.regions.length === 0) ?? (known.length > 0 ? { delivers: false, regions: [], first_units: GRAMS, next_units: GRAMS } : null), true);
for (const one of known) if (one.regions.length > 0) add(one);

form.querySelector("[data-add-zone]").addEventListener("click", () => add(null).choose());
form.elements.mode.addEventListener("change", () => { for (const one of zones()) one.showUnits(); });

form.addEventListener("submit", (event) => {
  event.preventDefault();
  clearErrors(form);
  const bare = zones().find((one) => !one.elsewhere && one.regions.length === 0);
  if (bare) {
    form.querySelector('[data-error="zones"]').textContent = t("Choose the regions of each price, or take it away");
    bare.chips.lastElementChild.focus();
    return;
  }
  if (!form.reportValidity()) return;
  const { name, mode, free, is_default: isDefault } = form.elements;
  const body = {
    name: name.value.trim(),
    mode: mode.value,
    is_default: isDefault.checked,
    zones: zones().map((one) => one.body),
    ...(free.value ? { free_from_minor: minor(free.value) } : {}),
  };
  whileBusy(event.submitter, async () => {
    try {
      goOn(form, await api(form.dataset.freight, { method: form.dataset.method, body }));
    } catch (problem) {
      showErrors(form, problem);
    }
  });
});
