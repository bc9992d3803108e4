// Asked for when somebody without an account does what needs one; the clip goes on behind it.
import { el } from "miaohui/elements";
import { offerToEnter } from "miaohui/enter_as";
import { t } from "miaohui/i18n";
import { isDemo } from "miaohui/page";
import { openSheet } from "miaohui/sheet";

let isOpen = false;

export async function askToSignIn() {
  if (isOpen) return;
  isOpen = true;
  const next = encodeURIComponent(location.pathname + location.search);
  const enter = isDemo && el("button", { class: "button button--main button--wide", type: "button", "data-enter-as": "mei" }, t("Enter as Mei"));
  const sheet = openSheet({
    title: t("Come in"),
    content: el("div", { class: "stack" },
      el("p", { class: "centred quiet" }, t("Watching needs no account. To like, talk, follow and bring your own clips, you do.")),
      enter,
      el("a", { class: isDemo ? "button button--line button--wide" : "button button--main button--wide", href: `/sign-in?next=${next}` }, t("Sign in")),
      el("a", { class: "button button--quiet button--wide", href: `/sign-up?next=${next}` }, t("Make an account"))),
  });
  offerToEnter(sheet.dialog, () => location.reload());
  await sheet.closed;
  isOpen = false;
}
