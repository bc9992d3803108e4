// Papers with their pictures, and the deposit.
import { api } from "miaohui/api";
import "miaohui/app";
import { bodyOf, goOn } from "miaohui/console";
import { whileBusy } from "miaohui/elements";
import { clearErrors, showErrors } from "miaohui/forms";
import { sayProblem } from "miaohui/notices";
import { toTheTill } from "miaohui/paying";

const form = document.querySelector("[data-paper]");

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  clearErrors(form);
  const [picture] = form.elements.picture.files;
  whileBusy(event.submitter, async () => {
    try {
      const before = new Set((await api(`${form.dataset.paper.replace(/\/documents$/, "")}/console`)).documents.map((one) => one.id));
      const shop = await api(form.dataset.paper, { method: "POST", body: bodyOf(form) });
      const paper = shop.documents.find((one) => !before.has(one.id));
      if (picture && paper) await api(`${form.dataset.paper}/${paper.id}/picture`, { method: "PUT", file: picture });
      goOn(form, shop);
    } catch (problem) {
      showErrors(form, problem);
    }
  });
});

const deposit = document.querySelector("[data-deposit]");
deposit?.addEventListener("click", () => whileBusy(deposit, async () => {
  const { provider, next } = deposit.dataset;
  try {
    toTheTill(await api(deposit.dataset.deposit, { method: "POST", body: { provider } }), next);
  } catch (problem) {
    await sayProblem(problem);
  }
}));
