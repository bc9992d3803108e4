// One case: what there is to do, and what there is to show.
import "miaohui/acts";
import { api } from "miaohui/api";
import "miaohui/app";
import { whileBusy } from "miaohui/elements";
import { clearErrors, showErrors } from "miaohui/forms";
import { t } from "miaohui/i18n";
import { say } from "miaohui/notices";
import "miaohui/times";

const root = document.querySelector("[data-case]");
const form = root.querySelector("[data-evidence]");

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  clearErrors(form);
  const [file] = form.elements.picture.files;
  const words = form.elements.words.value.trim();
  if (!file && !words) {
    showErrors(form, { errors: [], message: t("A picture, some words, or both") });
    return;
  }
  whileBusy(event.submitter, async () => {
    try {
      await api(`aftersales/${root.dataset.case}/evidence?words=${encodeURIComponent(words)}`, { method: "POST", file });
      location.reload();
    } catch (problem) {
      showErrors(form, problem);
    }
  });
});

const unshown = new URLSearchParams(location.search).get("unshown");
if (unshown) {
  say(t("The case is open, but a picture did not get through. Please show it here."), { bad: true });
  history.replaceState(null, "", location.pathname);
}
