// Who works in the shop: people are named by their handle.
import { api } from "miaohui/api";
import "miaohui/app";
import { goOn } from "miaohui/console";
import { whileBusy } from "miaohui/elements";
import { clearErrors, showErrors } from "miaohui/forms";
import { t } from "miaohui/i18n";

const form = document.querySelector("[data-staff]");

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  clearErrors(form);
  const handle = form.elements.handle.value.trim().replace(/^[@＠]/, "");
  whileBusy(event.submitter, async () => {
    try {
      const person = await api(`people/${encodeURIComponent(handle)}`);
      goOn(form, await api(`${form.dataset.staff}/${person.id}`, { method: "PUT", body: { role: form.elements.role.value } }));
    } catch (problem) {
      if (problem.status === 404) form.querySelector('[data-error="handle"]').textContent = t("Nobody is called so here");
      else showErrors(form, problem);
    }
  });
});
