// Open and close venues.
import { api } from "miaohui/api";
import "miaohui/app";
import { whileBusy } from "miaohui/elements";
import { sayProblem } from "miaohui/notices";

document.querySelector("[data-new-venue]").addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.currentTarget;
  whileBusy(form.querySelector("[type=submit]"), async () => {
    try { await api("me/venues", { method: "POST", body: { name: form.elements.name.value } }); location.reload(); } catch (problem) { await sayProblem(problem); }
  });
});
for (const button of document.querySelectorAll("[data-close]")) {
  button.addEventListener("click", () => whileBusy(button, async () => {
    try { await api(`me/venues/${button.dataset.close}`, { method: "DELETE" }); button.closest("li").remove(); } catch (problem) { await sayProblem(problem); }
  }));
}
