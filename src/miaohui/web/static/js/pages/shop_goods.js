// The shop's goods: what a table of them would become, and bringing it.
import { api } from "miaohui/api";
import "miaohui/app";
import { goOn } from "miaohui/console";
import { el, whileBusy } from "miaohui/elements";
import { nt, t } from "miaohui/i18n";
import "miaohui/times";

const form = document.querySelector("[data-import]");

function report({ products, variants, errors }) {
  const box = form.querySelector("[data-report]");
  if (errors.length === 0) {
    box.replaceChildren(el("p", { class: "jade" },
      nt("%(n)s product is fine", "%(n)s products are fine", products), " · ", nt("%(n)s variant", "%(n)s variants", variants)));
    return;
  }
  box.replaceChildren(
    el("p", { class: "warn" }, nt("%(n)s row is wrong; nothing was written down", "%(n)s rows are wrong; nothing was written down", errors.length)),
    el("table", { class: "table" },
      el("thead", {}, el("tr", {}, [t("Line"), t("Column"), t("What is wrong")].map((words) => el("th", { scope: "col" }, words)))),
      el("tbody", {}, errors.map((one) => el("tr", {},
        el("td", { class: "num", "data-label": t("Line") }, String(one.line)),
        el("td", { "data-label": t("Column") }, one.column),
        el("td", { "data-label": t("What is wrong") }, one.detail))))));
}

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  const fault = form.querySelector('[data-error="form"]');
  const [file] = form.querySelector("[type=file]").files;
  fault.textContent = file ? "" : t("Choose a table first");
  if (!file) return;
  const dryRun = event.submitter.value === "check";
  whileBusy(event.submitter, async () => {
    try {
      // Systems do not agree on what a table is called; it is text in any case.
      const table = new Blob([file], { type: "text/csv" });
      const answer = await api(`${form.dataset.import}?dry_run=${dryRun}`, { method: "POST", file: table });
      report(answer);
      if (answer.product_ids.length > 0) goOn(form, answer);
    } catch (problem) {
      fault.textContent = problem.message;
    }
  });
});
