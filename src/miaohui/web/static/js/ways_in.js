// The ways into an account on the settings page: passkeys, addresses, the password.
import { channelOf } from "miaohui/address";
import { api } from "miaohui/api";
import { el, whileBusy } from "miaohui/elements";
import { clearErrors, showErrors } from "miaohui/forms";
import { since, t } from "miaohui/i18n";
import { say, sayProblem } from "miaohui/notices";
import { makePasskey, passkeysWork, wasDismissed } from "miaohui/passkeys";
import { openSheet } from "miaohui/sheet";
import { field, form, submit, withProof } from "miaohui/sheets/proof";

const LONGEST_PASSKEY_NAME = 40;

/** Make the lists inside `place` answer; after each change they are fetched anew, as a reload would show them. */
export function tendWaysIn(place) {
  const acts = {
    addPasskey: (button) => addPasskey(place, button),
    renamePasskey: (button) => renamePasskey(place, button.dataset),
    removePasskey: ({ dataset }) => confirmRemoval(place, {
      title: t("Remove %(name)s?", dataset),
      text: t("This passkey opens nothing here from then on. You may want to delete it on your device as well."),
      path: `passkeys/${dataset.removePasskey}`,
      heading: "passkeys",
    }),
    addAddress: (button) => whileBusy(button, () => addAddress(place)),
    removeAddress: ({ dataset }) => confirmRemoval(place, {
      title: t("Remove %(name)s?", dataset),
      text: t("No codes go there any more, and somebody else can use it to make an account."),
      path: `me/identifiers/${dataset.removeAddress}`,
      heading: "addresses",
    }),
    setPassword: ({ dataset }) => setPassword(place, dataset.setPassword === "change"),
    removePassword: () => confirmRemoval(place, {
      title: t("Remove my password"),
      text: t("You get in with codes and passkeys from then on."),
      path: "me/password",
      heading: "getting-in",
    }),
  };
  place.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    const name = Object.keys(acts).find((act) => button && act in button.dataset);
    if (name) acts[name](button);
  });
  offerPasskeys(place);
}

function offerPasskeys(place) {
  place.querySelector("[data-add-passkey]").closest("li").hidden = !passkeysWork();
}

/** Show the lists as the server has them now, and go to the one that has changed. */
async function refresh(place, heading) {
  const answer = await fetch(location.pathname);
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-ways-in]");
  // Nobody is signed in any more, or the server stumbled: the page itself knows what to say.
  if (!fresh) return location.reload();
  place.replaceChildren(...document.adoptNode(fresh).childNodes);
  for (const time of place.querySelectorAll("time[data-since]")) time.textContent = since(time.dateTime);
  offerPasskeys(place);
  place.querySelector(`#${heading}`).focus();
  return undefined;
}

function addPasskey(place, button) {
  const line = place.querySelector('[data-error="passkeys"]');
  line.textContent = "";
  return whileBusy(button, async () => {
    try {
      if (!(await withProof(makePasskey))) return;
    } catch (fault) {
      if (!wasDismissed(fault)) line.textContent = fault.message;
      return;
    }
    await settle(place, "passkeys", t("The passkey is kept. Next time a finger or a face is enough."));
  });
}

function renamePasskey(place, { renamePasskey: id, name }) {
  const sheet = openSheet({
    title: t("Name this passkey"),
    content: form([
      field("name", t("Name"), { value: name, maxlength: LONGEST_PASSKEY_NAME, autocomplete: "off" }, t("Such as the device it lives on.")),
      submit(t("Save")),
    ], async (values) => {
      // An empty name means that the person would rather keep the old one.
      if (values.name.trim()) await api(`passkeys/${id}`, { method: "PATCH", body: { name: values.name } });
      sheet.close();
      await settle(place, "passkeys", t("Saved"));
    }),
  });
}

async function addAddress(place) {
  try {
    // Asked before, so that the code in the person's hand does not grow old over it.
    if (!(await withProof(() => api("session/proof")))) return;
  } catch (problem) {
    await sayProblem(problem);
    return;
  }
  const wanted = { channel: null, address: null };
  const written = el("strong");
  const asking = form([
    field("address", t("E-mail or phone number"), { autocomplete: "off", inputmode: "email", autocapitalize: "none", spellcheck: "false" },
      t("We send you a code. Phone numbers with the country code, such as +86.")),
    submit(t("Send me a code")),
  ], async ({ address }) => {
    Object.assign(wanted, { channel: channelOf(address), address: address.trim() });
    await api("accounts/codes", { method: "POST", body: { ...wanted, purpose: "add_address" } });
    written.textContent = wanted.address;
    swap(asking, typing);
  });
  const typing = form([
    el("p", {}, t("We sent a code with six digits to"), " ", written),
    field("code", t("Code"), { class: "input input--code", autocomplete: "one-time-code", inputmode: "numeric", maxlength: 6 }),
    submit(t("Go on")),
    el("button", { class: "button button--quiet button--wide", type: "button", onclick: () => swap(typing, asking) }, t("Another address, or a new code")),
  ], async ({ code }) => {
    if (!(await withProof(() => api("me/identifiers", { method: "POST", body: { ...wanted, code } })))) return;
    sheet.close();
    await settle(place, "addresses", t("Added. Codes can go there now."));
  });
  typing.hidden = true;
  const sheet = openSheet({ title: t("Add an e-mail or a phone number"), content: el("div", {}, asking, typing) });
}

function swap(from, to) {
  clearErrors(to);
  from.hidden = true;
  to.hidden = false;
  to.querySelector("input").focus();
}

function setPassword(place, isChange) {
  const sheet = openSheet({
    title: t("A new password"),
    content: form([
      field("password", t("Password"), { type: "password", autocomplete: "new-password" }, t("Long is better than odd. A sentence is fine.")),
      submit(t("Save")),
    ], async ({ password }) => {
      const done = await withProof(() => api("me/password", { method: "PUT", body: { password } }));
      if (!done) return;
      sheet.close();
      await settle(place, "getting-in", isChange ? t("Saved. Other devices have been signed out.") : t("Saved"));
    }),
  });
}

function confirmRemoval(place, { title, text, path, heading }) {
  const sheet = openSheet({
    title,
    content: form([
      el("p", { class: "centred quiet" }, text),
      el("p", { class: "form-error centred", role: "alert", "data-error": "form" }),
      el("button", { class: "button button--danger button--wide", type: "submit" }, t("Remove")),
      el("button", { class: "button button--wide", type: "button", onclick: () => sheet.close() }, t("Keep it")),
    ], async () => {
      if (!(await withProof(() => api(path, { method: "DELETE" })))) return;
      sheet.close();
      await settle(place, heading, t("Removed"));
    }),
  });
}

/** The change is made, so what fails from here on must not look as if it were not. */
async function settle(place, heading, words) {
  say(words);
  await refresh(place, heading).catch(() => location.reload());
}
