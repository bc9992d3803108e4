// Who is near by: opt in, look, opt out.
import { api } from "miaohui/api";
import "miaohui/app";
import { avatar, el, whileBusy } from "miaohui/elements";
import { t } from "miaohui/i18n";
import { sayProblem } from "miaohui/notices";
import { distanceWords, whereAmI } from "miaohui/place";

const root = document.querySelector("[data-nearby]");
const part = (name) => root.querySelector(`[data-${name}]`);

function show(answer) {
  part("offer").hidden = Boolean(answer);
  part("shown").hidden = !answer;
  if (!answer) return;
  part("shown").removeAttribute("aria-busy");
  const until = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" }).format(new Date(answer.until));
  part("until").textContent = t("You are seen until %(time)s.", { time: until });
  part("nobody").hidden = answer.items.length > 0;
  part("people").hidden = answer.items.length === 0;
  part("people").replaceChildren(...answer.items.map((person) => el("li", {},
    el("a", { class: "list__row", href: `/@${person.handle}` }, avatar({ nickname: person.nickname, avatar: person.avatar_url }),
      el("span", { class: "list__text" }, el("span", {}, person.nickname), el("small", {}, distanceWords(person.distance)))))));
}

function fault(problem) {
  part("fault").textContent = problem.message;
  if (problem.status === 401) sayProblem(problem);
}

if (part("offer")) {
  part("show-me").addEventListener("click", (event) => whileBusy(event.currentTarget, async () => {
    part("fault").textContent = "";
    try { show(await api("me/nearby", { method: "PUT", body: { place: await whereAmI() } })); } catch (problem) { fault(problem); }
  }));
  part("hide-me").addEventListener("click", (event) => whileBusy(event.currentTarget, async () => {
    try { await api("me/nearby", { method: "DELETE" }); show(null); } catch (problem) { await sayProblem(problem); }
  }));
  if ("seen" in root.dataset) {
    api("me/nearby").then(show, (problem) => {
      show(null);
      if (problem.code !== "not_seen") fault(problem);
    });
  }
}
