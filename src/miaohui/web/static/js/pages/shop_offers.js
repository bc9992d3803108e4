// The shop's offers: a promotion's rule is put together from its form.
import { api } from "miaohui/api";
import "miaohui/app";
import { goOn } from "miaohui/console";
import { whileBusy } from "miaohui/elements";
import { clearErrors, showErrors } from "miaohui/forms";
import "miaohui/times";

const form = document.querySelector("[data-promotion]");
const minor = (text) => Math.round(Number(text) * 100);
const moment = (text) => new Date(text).toISOString();

form.addEventListener("submit", (event) => {
  event.preventDefault();
  clearErrors(form);
  const said = new FormData(form);
  const chosen = said.getAll("product");
  const product_ids = chosen.length > 0 ? chosen : null;
  const off_minor = minor(said.get("off"));
  const rule = said.get("kind") === "threshold"
    ? { kind: "threshold", steps: [{ from_minor: minor(said.get("from")), off_minor }], product_ids }
    : { kind: "item", off_minor, product_ids };
  const body = { name: said.get("name"), rule, starts_at: moment(said.get("starts_at")), ends_at: moment(said.get("ends_at")) };
  whileBusy(event.submitter, async () => {
    try {
      goOn(form, await api(form.dataset.promotion, { method: "POST", body }));
    } catch (problem) {
      showErrors(form, problem);
    }
  });
});
