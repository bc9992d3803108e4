// Asked for when somebody without an account does what needs one; the clip goes on behind it.
import { api } from "miaohui/api";
import { el, whileBusy } from "miaohui/elements";
import { t } from "miaohui/i18n";
import { sayProblem } from "miaohui/notices";
import { isDemo } from "miaohui/page";
import { openSheet } from "miaohui/sheet";

let isOpen = false;

export async function askToSignIn() {
  if (isOpen) return;
  isOpen = true;
  const next = encodeURIComponent(location.pathname + location.search);
  const enter = isDemo && el("button", { class: "button button--main button--wide", type: "button", onclick: () => whileBusy(enter, enterAsMei) }, t("Enter as Mei"));
  const sheet = openSheet({
    title: t("Come in"),
    content: el("div", { class: "stack" },
      el("p", { class: "centred quiet" }, t("Watching needs no account. To like, talk, follow and bring your own clips, you do.")),
      enter,
      el("a", { class: isDemo ? "button button--line button--wide" : "button button--main button--wide", href: `/sign-in?next=${next}` }, t("Sign in")),
      el("a", { class: "button button--quiet button--wide", href: `/sign-up?next=${next}` }, t("Make an account"))),
  });
  await sheet.closed;
  isOpen = false;
}

async function enterAsMei() {
  try {
    await api("demo/session", { method: "POST", body: { as: "mei" } });
    location.reload();
  } catch (problem) {
    await sayProblem(problem);
  }
}
