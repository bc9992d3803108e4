// Switches: where one is told of what, when not, and whether this device is pushed to.
import { api } from "miaohui/api";
import "miaohui/app";
import { clearErrors, showErrors } from "miaohui/forms";
import { t } from "miaohui/i18n";
import { say, sayProblem } from "miaohui/notices";
import { pushState, startPush, stopPush } from "miaohui/push";

/** Send what a switch says; put it back when the server does not take it. */
function onSwitch(input, send) {
  input.addEventListener("change", async () => {
    try {
      await send(input.checked);
    } catch (problem) {
      input.checked = !input.checked;
      await sayProblem(problem);
    }
  });
}

for (const input of document.querySelectorAll("[data-kind]")) {
  onSwitch(input, (on) => api(`notifications/settings/${input.dataset.kind}/${input.dataset.channel}`, { method: "PUT", body: { on } }));
}

for (const input of document.querySelectorAll("[data-setting]")) {
  onSwitch(input, (on) => api("notifications/settings", { method: "PATCH", body: { [input.dataset.setting]: on } }));
}

const form = document.querySelector("[data-quiet]");
const zone = form.elements.time_zone;

async function saveQuietHours() {
  const on = form.elements.on.checked;
  form.querySelector("[data-hours]").hidden = !on;
  clearErrors(form);
  const hours = { quiet_from: on ? form.elements.quiet_from.value : "", quiet_until: on ? form.elements.quiet_until.value : "" };
  try {
    await api("notifications/settings", { method: "PATCH", body: { ...hours, time_zone: zone.value } });
    say(t("Saved"));
  } catch (problem) {
    showErrors(form, problem);
  }
}

form.elements.on.addEventListener("change", () => {
  // Whoever switches it on here is where this device is.
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (form.elements.on.checked && [...zone.options].some((option) => option.value === here)) zone.value = here;
});
form.addEventListener("change", saveQuietHours);
form.addEventListener("submit", (event) => event.preventDefault());

const push = document.querySelector("[data-push]");
const words = document.querySelector("[data-push-state]");

function showState(state) {
  push.checked = state === "on";
  push.disabled = state === "denied" || state === "impossible";
  words.textContent = {
    on: t("Notices come here also when no page is open."),
    off: t("Off. Notices wait in the list."),
    denied: t("The browser does not allow it. Its own settings for this page can."),
    impossible: t("This browser cannot, or the page did not come over HTTPS. On an iPhone, put Miaohui on the home screen first."),
  }[state];
}

showState(await pushState());
push.addEventListener("change", async () => {
  push.disabled = true;
  try {
    showState(push.checked ? await startPush() : await stopPush());
  } catch (problem) {
    showState(await pushState());
    if (problem.status === undefined) say(t("The browser’s push service did not answer."), { bad: true });
    else await sayProblem(problem);
  }
});
