// The address book.
import { api } from "miaohui/api";
import "miaohui/app";
import { whileBusy } from "miaohui/elements";
import { sayProblem } from "miaohui/notices";
import { openAddress } from "miaohui/sheets/address";

const known = JSON.parse(document.getElementById("addresses").textContent);

async function write(old) {
  if (await openAddress(old)) location.reload();
}

document.querySelector("[data-add]").addEventListener("click", () => write());
for (const button of document.querySelectorAll("[data-edit]")) {
  button.addEventListener("click", () => write(known.find((one) => one.id === button.dataset.edit)));
}
for (const button of document.querySelectorAll("[data-drop]")) {
  button.addEventListener("click", () => whileBusy(button, async () => {
    try {
      await api(`addresses/${button.dataset.drop}`, { method: "DELETE" });
      location.reload();
    } catch (problem) {
      await sayProblem(problem);
    }
  }));
}
