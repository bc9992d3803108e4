// Somebody calls: on every page of everybody who is signed in, on all their devices at once.
import { api } from "miaohui/api";
import "miaohui/calls/place";
import { bell } from "miaohui/calls/bell";
import { avatar, el, icon, whileBusy } from "miaohui/elements";
import { t } from "miaohui/i18n";
import { say, sayProblem } from "miaohui/notices";
import { account } from "miaohui/page";
import { realtime } from "miaohui/realtime";

const SOCKET_WITHIN_MS = 1500;
let shown = null; // {id, close}

// Whoever subscribed before us has heard that the topic is open; then we look all the same.
const unheard = setTimeout(look, SOCKET_WITHIN_MS);

realtime.subscribe(`people:${account.id}:inbox`, ({ event, data }) => {
  if (event === "subscribed") clearTimeout(unheard);
  if (event === "call.ringing" || event === "reset" || event === "subscribed") look();
  else if (event === "call.answered" || event === "call.ended") stopRinging(data.call_id);
});

/** Ask what rings now: events only say that it is time to look. */
async function look() {
  let call;
  try {
    ({ call } = await api("calls/current"));
  } catch {
    return; // Without a network nothing rings; the socket comes back by itself and asks again.
  }
  const rings = call !== null && call.state === "ringing" && !call.outgoing;
  if (shown && (!rings || shown.id !== call.id)) stopRinging(shown.id);
  if (rings && shown === null) ring(call);
}

function stopRinging(callId) {
  if (shown?.id !== callId) return;
  shown.close();
  shown = null;
}

function ring(call) {
  const button = (name, words, look_, run) => {
    const made = el("button", { class: `call__button ${look_}`, type: "button" }, el("span", { class: "call__round" }, icon(name)), el("span", {}, words));
    made.addEventListener("click", () => whileBusy(made, run));
    return made;
  };
  const words = call.kind === "video" ? t("wants a video call") : t("is calling");
  const dialog = el("dialog", { class: "ringing night", role: "alertdialog", "aria-labelledby": "ringing-name", "aria-describedby": "ringing-words" },
    avatar(call.other, "avatar--large"),
    el("h2", { id: "ringing-name" }, call.other.name),
    el("p", { id: "ringing-words" }, words),
    el("div", { class: "call__bar" },
      button("phone-off", t("Decline"), "call__button--no", () => decline(call)),
      button(call.kind === "video" ? "video" : "phone", t("Answer"), "call__button--yes", () => answer(call))));
  const stopBell = bell();
  const timer = setTimeout(() => stopRinging(call.id), Math.max(0, new Date(call.ring_until) - Date.now()) + 1000);
  // Esc only hides it here: declining is said with the button.
  dialog.addEventListener("close", () => { stopBell(); clearTimeout(timer); dialog.remove(); });
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  shown = { id: call.id, close: () => dialog.close() };
  document.body.append(dialog);
  dialog.showModal();
  dialog.querySelector(".call__button--yes").focus();
}

async function answer(call) {
  try {
    await api(`calls/${call.id}/answer`, { method: "POST" });
    location.assign(`/calls/${call.id}`);
  } catch (problem) {
    stopRinging(call.id);
    if (problem.code === "call_not_ringing") say(problem.data.state === "active" ? t("Answered on another device") : t("The call is over"));
    else await sayProblem(problem);
  }
}

async function decline(call) {
  try {
    await api(`calls/${call.id}/ending`, { method: "POST", body: {} });
  } catch (problem) {
    await sayProblem(problem);
  }
  stopRinging(call.id);
}
