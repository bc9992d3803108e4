// A table of goods: what it would become, row by row, and bringing it.
import { api } from "miaohui/api";
import "miaohui/app";
import { goOn } from "miaohui/console";
import { el, whileBusy } from "miaohui/elements";
import { nt, number, t } from "miaohui/i18n";
import { money } from "miaohui/money";

const form = document.querySelector("[data-import]");
const box = document.querySelector("[data-report]");
const { currency } = document.querySelector("[data-currency]").dataset;

function cell(label, content, extra = "") {
  return el("td", { class: extra, "data-label": label }, content);
}

function table(heads, rows) {
  return el("table", { class: "table" },
    el("thead", {}, el("tr", {}, heads.map(([words, kind]) => el("th", { scope: "col", class: kind }, words)))),
    el("tbody", {}, rows));
}

function wrongRows(errors) {
  const heads = [[t("Line"), "num"], [t("Column")], [t("What stands there")], [t("What is wrong")]];
  return table(heads, errors.map((one) => el("tr", {},
    cell(heads[0][0], String(one.line), "num"),
    cell(heads[1][0], one.column ? el("code", {}, one.column) : t("the whole row")),
    cell(heads[2][0], one.cell || el("span", { class: "nil" }, "–")),
    cell(heads[3][0], one.detail, "warn"))));
}

function price({ min_price_minor, max_price_minor }) {
  const low = money(min_price_minor, currency);
  return min_price_minor === max_price_minor ? low : `${low} – ${money(max_price_minor, currency)}`;
}

function plan(planned) {
  const heads = [[t("Product")], [t("Variants"), "num"], [t("Price"), "num"]];
  return table(heads, planned.map((one) => el("tr", {},
    el("td", {}, el("strong", {}, one.title)),
    cell(heads[1][0], number(one.variants), "num"),
    cell(heads[2][0], price(one), "num"))));
}

function show({ products, variants, planned, errors }) {
  box.hidden = false;
  if (errors.length > 0) {
    const lines = new Set(errors.map((one) => one.line)).size;
    box.replaceChildren(
      el("h2", {}, nt("%(n)s row is wrong", "%(n)s rows are wrong", lines)),
      el("p", { class: "quiet" }, t("Nothing was written down. Mend the table and check it again.")),
      wrongRows(errors));
  } else {
    box.replaceChildren(
      el("h2", {}, t("The table is fine")),
      el("p", { class: "jade" }, nt("%(n)s product", "%(n)s products", products), " · ", nt("%(n)s variant", "%(n)s variants", variants)),
      plan(planned),
      products > planned.length ? el("p", { class: "quiet" }, t("The first %(n)s are shown.", { n: planned.length })) : "");
  }
  box.focus();
  box.scrollIntoView({ block: "start" });
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const fault = form.querySelector('[data-error="form"]');
  const input = form.querySelector("[type=file]");
  const [file] = input.files;
  fault.textContent = file ? "" : t("Choose a table first");
  input.toggleAttribute("aria-invalid", !file);
  if (!file) {
    input.focus();
    return;
  }
  const dryRun = event.submitter.value === "check";
  whileBusy(event.submitter, async () => {
    try {
      // Systems do not agree on what a table is called; it is text in any case.
      const content = new Blob([file], { type: "text/csv" });
      const answer = await api(`${form.dataset.import}?dry_run=${dryRun}`, { method: "POST", file: content });
      if (answer.product_ids.length > 0) goOn(form, answer);
      else show(answer);
    } catch (problem) {
      fault.textContent = problem.message;
    }
  });
});
