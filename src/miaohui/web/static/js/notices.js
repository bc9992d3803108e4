// Short words at the foot of the page, and the strip that says we are offline.
import { el } from "miaohui/elements";
import { t } from "miaohui/i18n";

const STAY_MS = 4200;

/** Say something briefly. `action` is {label, run}. Over an open sheet it is shown inside it. */
export function say(text, { bad = false, action = null } = {}) {
  const open = [...document.querySelectorAll("dialog[open]")].at(-1);
  const region = (open ?? document).querySelector(".toasts") ?? regionIn(open ?? document.body);
  const toast = el("div", { class: bad ? "toast toast--bad" : "toast" }, el("span", {}, text));
  if (action) {
    toast.append(el("button", { type: "button", onclick: () => { toast.remove(); action.run(); } }, action.label));
  }
  region.append(toast);
  setTimeout(() => toast.remove(), action ? STAY_MS * 2 : STAY_MS);
}

/** Say why something did not work, unless signing in is what it needs. */
export async function sayProblem(problem) {
  if (problem.status === 401) {
    const { askToSignIn } = await import("miaohui/sheets/sign_in");
    askToSignIn();
  } else if (problem.name !== "AbortError") {
    say(problem.message, { bad: true });
  }
}

function regionIn(parent) {
  const region = el("div", { class: "toasts", role: "status", "aria-live": "polite" });
  parent.append(region);
  return region;
}

/** Show the strip while the browser has no network. */
export function watchConnection() {
  const strip = document.getElementById("offline-strip");
  const show = () => {
    strip.hidden = navigator.onLine;
    document.documentElement.style.setProperty("--strip", `${strip.offsetHeight}px`);
  };
  addEventListener("online", () => { show(); say(t("Back online")); });
  addEventListener("offline", show);
  show();
}
