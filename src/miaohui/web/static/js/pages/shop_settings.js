// The shop's settings: freight prices are put together from their form.
import { api } from "miaohui/api";
import "miaohui/app";
import { goOn } from "miaohui/console";
import { whileBusy } from "miaohui/elements";
import { clearErrors, showErrors } from "miaohui/forms";

const GRAMS = 1000;
const form = document.querySelector("[data-freight]");
const minor = (text) => Math.round(Number(text) * 100);

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  clearErrors(form);
  const said = Object.fromEntries(new FormData(form));
  const units = said.mode === "weight" ? GRAMS : 1;
  const zones = [{ first_units: units, first_minor: minor(said.first), next_units: units, next_minor: minor(said.next) }];
  const nowhere = said.nowhere.split(/[\s,，、]+/).filter(Boolean);
  if (nowhere.length > 0) zones.push({ regions: nowhere, delivers: false });
  const body = { name: said.name, mode: said.mode, zones, is_default: said.is_default === "on", ...(said.free ? { free_from_minor: minor(said.free) } : {}) };
  whileBusy(event.submitter, async () => {
    try {
      goOn(form, await api(form.dataset.freight, { method: "POST", body }));
    } catch (problem) {
      showErrors(form, problem);
    }
  });
});
