// Settings: how it looks and sounds on this device, who I am, how I get in, and my data.
import { api } from "miaohui/api";
import "miaohui/app";
import { el, showAvatar, whileBusy } from "miaohui/elements";
import { keysAreOn, switchKeys } from "miaohui/feed/keys";
import { sound } from "miaohui/feed/sound";
import { clearErrors, showErrors } from "miaohui/forms";
import { t } from "miaohui/i18n";
import { say, sayProblem } from "miaohui/notices";
import { account } from "miaohui/page";
import { openSheet } from "miaohui/sheet";
import { withProof } from "miaohui/sheets/proof";
import { tendWaysIn } from "miaohui/ways_in";

const YEAR_S = 365 * 24 * 3600;

// -- this device ---------------------------------------------------------------------------------

for (const choices of document.querySelectorAll("[data-cookie]")) {
  choices.addEventListener("change", async (event) => {
    document.cookie = `${choices.dataset.cookie}=${event.target.value}; Path=/; Max-Age=${YEAR_S}; SameSite=Lax`;
    if (choices.dataset.cookie === "mh_theme") {
      document.documentElement.dataset.theme = event.target.value;
      return;
    }
    // Codes and mails follow the account's language; the page follows the cookie either way.
    if (account) await api("me", { method: "PATCH", body: { locale: event.target.value } }).catch(sayProblem);
    location.reload();
  });
}

const soundBox = document.querySelector("[data-sound]");
soundBox.checked = sound.isWanted;
soundBox.addEventListener("change", () => sound.set(soundBox.checked));
const keysBox = document.querySelector("[data-keys]");
keysBox.checked = keysAreOn();
keysBox.addEventListener("change", () => switchKeys(keysBox.checked));

// -- who I am ------------------------------------------------------------------------------------

const profile = document.querySelector("[data-profile]");
profile?.addEventListener("submit", (event) => {
  event.preventDefault();
  clearErrors(profile);
  whileBusy(profile.querySelector("[type=submit]"), async () => {
    const { nickname, handle, bio } = Object.fromEntries(new FormData(profile));
    try {
      await api("me", { method: "PATCH", body: { nickname, handle, bio } });
      say(t("Saved"));
    } catch (problem) {
      showErrors(profile, problem);
    }
  });
});

const picture = profile?.querySelector("[data-picture]");
const choosePicture = profile?.querySelector("[data-choose-picture]");
choosePicture?.addEventListener("click", () => picture.click());
const removePicture = profile?.querySelector("[data-remove-picture]");
picture?.addEventListener("change", () => picture.files[0] && whileBusy(choosePicture, async () => {
  await changePicture({ method: "PUT", file: picture.files[0] });
  // So that the same file can be chosen again after it was removed.
  picture.value = "";
}));
removePicture?.addEventListener("click", () => whileBusy(removePicture, async () => {
  if (await changePicture({ method: "DELETE" })) choosePicture.focus();
}));

async function changePicture(request) {
  clearErrors(profile);
  try {
    const me = await api("me/avatar", request);
    showAvatar(profile.querySelector(".avatar"), me);
    removePicture.hidden = me.avatar === null;
    return true;
  } catch (problem) {
    profile.querySelector('[data-error="avatar"]').textContent = problem.message;
    return false;
  }
}

// -- getting in ----------------------------------------------------------------------------------

const waysIn = document.querySelector("[data-ways-in]");
if (waysIn) tendWaysIn(waysIn);

// -- my data -------------------------------------------------------------------------------------

function onPress(selector, work) {
  const button = document.querySelector(selector);
  button?.addEventListener("click", () => whileBusy(button, async () => {
    try {
      await work(button);
    } catch (problem) {
      await sayProblem(problem);
    }
  }));
}

onPress("[data-export]", (button) => withProof(async () => {
  await api("me/export", { method: "POST" });
  button.disabled = true;
  document.querySelector("[data-export-words]").textContent = t("It is being packed; come back in a few minutes.");
}));

document.querySelector("[data-download]")?.addEventListener("click", async (event) => {
  event.preventDefault();
  const file = event.currentTarget.href;
  try {
    // Asked before, since a download that is refused would save the refusal as the file.
    if (await withProof(() => api("session/proof"))) location.assign(file);
  } catch (problem) {
    await sayProblem(problem);
  }
});

onPress("[data-sign-out]", async () => {
  await api("session", { method: "DELETE" });
  location.assign("/");
});

document.querySelector("[data-leave]")?.addEventListener("click", () => {
  const go = el("button", { class: "button button--danger button--wide", type: "button", onclick: () => whileBusy(go, async () => {
    try {
      if (await withProof(() => api("me/deletion", { method: "POST" }))) location.assign("/");
    } catch (problem) {
      await sayProblem(problem);
    }
  }) }, t("Delete my account"));
  const sheet = openSheet({
    title: t("Leave the fair?"),
    content: el("div", { class: "stack" },
      el("p", {}, t("You are signed out everywhere, and a week later your clips, words and everything about you are gone. Sign in before then, and all of it stays.")),
      el("button", { class: "button button--main button--wide", type: "button", onclick: () => sheet.close() }, t("Stay")), go),
  });
});
