// Choosing regions: provinces, their cities where one looks for them, and other countries.
import { api } from "miaohui/api";
import { el, icon, whileBusy } from "miaohui/elements";
import { t } from "miaohui/i18n";
import { locale } from "miaohui/page";
import { openSheet } from "miaohui/sheet";

const COUNTRIES = ["HK", "MO", "TW", "JP", "KR", "SG", "MY", "TH", "VN", "US", "CA", "GB", "DE", "FR", "ES", "IT", "AU", "NZ"];
const countryNames = new Intl.DisplayNames(locale, { type: "region" });

/**
 * Let somebody choose; answers `[{code, name}]`, what was chosen before if the sheet is closed otherwise.
 * chosen: what is ticked at first. taken: codes that have a price elsewhere.
 */
export async function chooseRegions({ chosen, taken }) {
  const ticked = new Map(chosen.map((one) => [one.code, one.name]));
  let answer = chosen;

  function choice(code, name, label = name) {
    const input = el("input", {
      type: "checkbox", checked: ticked.has(code), disabled: taken.has(code),
      onchange: () => (input.checked ? ticked.set(code, name) : ticked.delete(code)),
    });
    return el("label", { class: "radio" }, input, el("span", {}, label, taken.has(code) ? el("small", { class: "quiet" }, ` ${t("has a price already")}`) : null));
  }

  function province({ code, name, has_parts: hasParts }) {
    if (!hasParts) return el("li", {}, choice(code, name));
    const parts = el("ul", { class: "regions regions--parts", hidden: true });
    const more = el("button", { class: "button button--icon", type: "button", "aria-expanded": "false", "aria-label": t("Parts of %(name)s", { name }) }, icon("chevron-right", "icon--small"));
    more.addEventListener("click", () => whileBusy(more, async () => {
      if (parts.children.length === 0) {
        const { items } = await api(`divisions?under=${code}`);
        parts.append(...items.map((one) => el("li", {}, choice(one.code, `${name} ${one.name}`, one.name))));
      }
      parts.hidden = !parts.hidden;
      more.setAttribute("aria-expanded", String(!parts.hidden));
    }));
    return el("li", {}, el("div", { class: "row" }, choice(code, name), more), parts);
  }

  const { items } = await api("divisions?under=");
  const done = el("button", { class: "button button--main button--wide", type: "button" }, t("Take these"));
  const content = el("div", { class: "stack" },
    el("ul", { class: "regions" }, items.map(province)),
    el("h3", {}, t("Other countries and regions")),
    el("ul", { class: "regions" }, COUNTRIES.map((code) => el("li", {}, choice(code, countryNames.of(code))))),
    el("div", { class: "sheet__foot" }, done));
  const sheet = openSheet({ title: t("Choose regions"), content, tall: true });
  done.addEventListener("click", () => {
    answer = [...ticked].map(([code, name]) => ({ code, name })).sort((one, other) => (one.code < other.code ? -1 : 1));
    sheet.close();
  });
  await sheet.closed;
  return answer;
}
