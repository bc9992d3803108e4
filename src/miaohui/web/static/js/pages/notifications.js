// What one was told: reading, removing, and a hint when more has come.
import { api } from "miaohui/api";
import "miaohui/app";
import { whileBusy } from "miaohui/elements";
import { sayProblem } from "miaohui/notices";

const readAll = document.querySelector("[data-read-all]");
let newest = Number(readAll?.dataset.readAll ?? 0);

for (const link of document.querySelectorAll("[data-notice]")) {
  link.addEventListener("click", () => {
    // The page may be gone before the answer; the request goes on.
    api(`notifications/${link.dataset.notice}/reading`, { method: "PUT", keepalive: true }).catch(() => {});
    link.closest("li").classList.remove("notice--unread");
  });
}

for (const button of document.querySelectorAll("[data-remove]")) {
  button.addEventListener("click", () => whileBusy(button, async () => {
    try {
      await api(`notifications/${button.dataset.remove}`, { method: "DELETE" });
      const row = button.closest("li");
      (row.nextElementSibling ?? row.previousElementSibling)?.querySelector("a").focus();
      row.remove();
      if (!document.querySelector(".notice")) location.reload();
    } catch (problem) {
      await sayProblem(problem);
    }
  }));
}

readAll?.addEventListener("click", () => whileBusy(readAll, async () => {
  try {
    await api("notifications/reading", { method: "POST", body: { seq: newest } });
    for (const row of document.querySelectorAll(".notice--unread")) row.classList.remove("notice--unread");
    for (const words of document.querySelectorAll(".notice__text > .visually-hidden")) words.remove();
    readAll.remove();
    document.querySelector("h1").focus();
  } catch (problem) {
    await sayProblem(problem);
  }
}));

let first = true;
addEventListener("notices", ({ detail }) => {
  const top = document.querySelector(".notice");
  if (!first && detail.unread > 0 && detail.seq > newest) document.querySelector("[data-new]").hidden = false;
  first = false;
  if (!top) newest = 0;
  newest = Math.max(newest, readAll ? newest : detail.seq);
});
