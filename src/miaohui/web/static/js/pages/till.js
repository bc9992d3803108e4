// The till: in the sandbox a button does what it says; elsewhere the page looks again until the provider has spoken.
import { api } from "miaohui/api";
import "miaohui/app";
import { whileBusy } from "miaohui/elements";
import { clearErrors, showErrors } from "miaohui/forms";
import { say } from "miaohui/notices";
import { t } from "miaohui/i18n";

const LOOK_AGAIN_MS = 3000;

const root = document.querySelector("[data-till]");
const form = root.querySelector("[data-act]");
const path = `payments/${root.dataset.payment}`;
const isOpen = (state) => state === "created" || state === "pending";

/** Only a place of our own, as the browser reads it. */
function next() {
  const target = new URL(root.dataset.next, location.origin);
  return target.origin === location.origin ? target : new URL("/", location.origin);
}

for (const link of root.querySelectorAll("[data-go-on]")) link.href = next();

async function look() {
  const { state } = await api(path).catch(() => ({ state: root.dataset.state }));
  if (state !== root.dataset.state) location.reload();
  else if (isOpen(state)) setTimeout(look, LOOK_AGAIN_MS);
}

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  clearErrors(form);
  whileBusy(event.submitter, async () => {
    try {
      const { state } = await api(`${path}/sandbox`, { method: "POST", body: { outcome: event.submitter.value } });
      if (!isOpen(state)) location.reload();
      else {
        say(t("The money comes in a minute. You can stay or go."));
        setTimeout(look, LOOK_AGAIN_MS);
      }
    } catch (problem) {
      showErrors(form, problem);
    }
  });
});

/** WeChat's browser puts its bridge in when it is ready, before or after this line. */
function withBridge(work) {
  if (window.WeixinJSBridge) work(window.WeixinJSBridge);
  else document.addEventListener("WeixinJSBridgeReady", () => work(window.WeixinJSBridge), { once: true });
}

const bridge = root.querySelector("[data-bridge]");
const says = root.querySelector("[data-bridge-says]");
bridge?.addEventListener("click", () => {
  says.textContent = window.WeixinJSBridge ? "" : t("WeChat does not answer. Open this page in WeChat.");
  withBridge((weixin) => weixin.invoke("getBrandWCPayRequest", JSON.parse(bridge.dataset.bridge), (result) => {
    // Only the provider's notice is believed; this says what to tell the payer meanwhile.
    const said = result.err_msg ?? "";
    if (said.endsWith(":ok")) says.textContent = t("Thank you. We are waiting for word from WeChat.");
    else if (said.endsWith(":cancel")) says.textContent = t("Not paid yet. You can pay whenever you like until the time is over.");
    else says.textContent = t("WeChat did not take the payment. Nothing was taken; please try again.");
  }));
});

if (bridge) setTimeout(look, LOOK_AGAIN_MS);
else if (!form && isOpen(root.dataset.state)) setTimeout(() => location.reload(), LOOK_AGAIN_MS);
