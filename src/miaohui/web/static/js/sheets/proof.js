// Some acts need a fresh proof that it is still you: the password, a code, or a passkey.
import { channelOf } from "miaohui/address";
import { api } from "miaohui/api";
import { el, icon, whileBusy } from "miaohui/elements";
import { clearErrors, showErrors } from "miaohui/forms";
import { t } from "miaohui/i18n";
import { askPasskey, passkeysWork, wasDismissed } from "miaohui/passkeys";
import { openSheet } from "miaohui/sheet";

const WAYS_IN = () => t("This changes how one gets in, so please show once more that it is you.");
/** Why a payout asks; a function, since words are there only once the page has loaded. */
export const MONEY_LEAVES = () => t("Money leaves your account, so please show once more that it is you.");

/** Do `work`; when the server wants a proof first, say why, ask for it and do it again. Answers false if the person declined. */
export async function withProof(work, why = WAYS_IN()) {
  try {
    await work();
    return true;
  } catch (problem) {
    if (problem.code !== "proof_needed") throw problem;
  }
  if (!(await askForProof(why))) return false;
  await work();
  return true;
}

async function askForProof(why) {
  const me = await api("me");
  let proven = false;
  const prove = async (body) => {
    await api("session/proof", { method: "PUT", body });
    proven = true;
    sheet.close();
  };
  const ways = [];
  if (me.has_password) ways.push(passwordForm(prove));
  else if (me.identifiers.length > 0) ways.push(codeForm(me.identifiers[0].address, prove));
  if (me.passkeys > 0 && passkeysWork()) ways.push(passkeyButton(prove));
  // Who came in by the demo's door has nothing to show yet.
  if (ways.length === 0) ways.push(el("p", {}, t("You have no password, address or passkey here yet. Give yourself one first.")), el("a", { class: "button button--main button--wide", href: "/settings" }, t("To the settings")));
  const sheet = openSheet({
    title: t("Is it you?"),
    content: el("div", { class: "stack" }, el("p", { class: "centred quiet" }, why), ways),
  });
  await sheet.closed;
  return proven;
}

function passwordForm(prove) {
  return form([field("password", t("Password"), { type: "password", autocomplete: "current-password" }), submit(t("Go on"))],
    (values) => prove({ method: "password", password: values.password }));
}

function codeForm(address, prove) {
  const channel = channelOf(address);
  const ask = el("button", { class: "button button--wide", type: "button" }, t("Send a code to %(address)s", { address }));
  const box = form([field("code", t("Code"), { autocomplete: "one-time-code", inputmode: "numeric", maxlength: 6 }), submit(t("Go on"))],
    (values) => prove({ method: "code", channel, address, code: values.code }));
  box.hidden = true;
  ask.addEventListener("click", () => whileBusy(ask, async () => {
    try {
      await api("accounts/codes", { method: "POST", body: { channel, address, purpose: "confirm" } });
    } catch (problem) {
      showErrors(box, problem);
    }
    box.hidden = false;
    ask.hidden = true;
    box.elements.code.focus();
  }));
  return el("div", { class: "stack" }, ask, box);
}

function passkeyButton(prove) {
  const line = el("p", { class: "form-error", role: "alert" });
  const button = el("button", { class: "button button--line button--wide", type: "button", onclick: () => whileBusy(button, async () => {
    try {
      await prove({ method: "passkey", credential: await askPasskey() });
    } catch (fault) {
      if (!wasDismissed(fault)) line.textContent = fault.message;
    }
  }) }, icon("fingerprint", "icon--small"), t("Use a passkey"));
  return el("div", { class: "stack stack--tight" }, button, line);
}

/** A small form whose refusals land at its fields. */
export function form(children, work) {
  const node = el("form", { class: "stack", novalidate: true }, children);
  node.addEventListener("submit", (event) => {
    event.preventDefault();
    clearErrors(node);
    whileBusy(node.querySelector("[type=submit]"), async () => {
      try {
        await work(Object.fromEntries(new FormData(node)));
      } catch (problem) {
        showErrors(node, problem);
      }
    });
  });
  return node;
}

export function field(name, label, attributes = {}, hint = null) {
  const id = `${name}-${crypto.randomUUID()}`;
  return el("div", { class: "field" },
    el("label", { class: "field__label", for: id }, label),
    el("input", { class: "input", id, name, required: true, ...attributes }),
    hint && el("p", { class: "field__hint" }, hint),
    el("p", { class: "field__error", role: "alert", "data-error": name }));
}

export const submit = (label) => el("button", { class: "button button--main button--wide", type: "submit" }, label);
