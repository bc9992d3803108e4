// Sign in and sign up. A code opens either: when nobody has the address yet, two more questions follow.
import { channelOf } from "miaohui/address";
import { api } from "miaohui/api";
import "miaohui/app";
import { whileBusy } from "miaohui/elements";
import { offerToEnter } from "miaohui/enter_as";
import { clearErrors, showErrors } from "miaohui/forms";
import { askPasskey, passkeysWork, wasDismissed } from "miaohui/passkeys";
import { sayProblem } from "miaohui/notices";

const root = document.querySelector("[data-come-in]");
const steps = Object.fromEntries([...root.querySelectorAll("[data-step-name]")].map((step) => [step.dataset.stepName, step]));
const proof = { channel: null, address: null, code: null };

function show(name) {
  for (const [step, form] of Object.entries(steps)) form.hidden = step !== name;
  steps[name].querySelector("input")?.focus();
}

function goIn() {
  // Only a place of our own. Asked of the browser itself, which reads "/\t/elsewhere" as "//elsewhere".
  const next = new URL(root.dataset.next, location.origin);
  location.assign(next.origin === location.origin ? next : "/");
}

/** Run what a form asks for; refusals land beside its fields. */
function onSubmit(name, work) {
  const form = steps[name];
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearErrors(form);
    whileBusy(form.querySelector("[type=submit]"), async () => {
      try {
        await work(Object.fromEntries(new FormData(form)));
      } catch (problem) {
        showErrors(form, problem);
      }
    });
  });
}

onSubmit("address", async ({ address }) => {
  proof.address = address.trim();
  proof.channel = channelOf(proof.address);
  await api("accounts/codes", { method: "POST", body: { channel: proof.channel, address: proof.address, purpose: "enter" } });
  root.querySelector("[data-address]").textContent = proof.address;
  show("code");
});

onSubmit("code", async ({ code }) => {
  proof.code = code.trim();
  try {
    await api("sessions", { method: "POST", body: { method: "code", ...proof } });
    goIn();
  } catch (problem) {
    if (problem.code !== "no_account_yet") throw problem;
    show("person");
  }
});

onSubmit("person", async ({ nickname, birth_date }) => {
  await api("accounts", { method: "POST", body: { ...proof, nickname: nickname.trim(), birth_date, terms_accepted: true } });
  goIn();
});

onSubmit("password", async ({ address, password }) => {
  await api("sessions", { method: "POST", body: { method: "password", channel: channelOf(address), address: address.trim(), password } });
  goIn();
});

steps.code.elements.code.addEventListener("input", (event) => {
  if (/^\d{6}$/.test(event.target.value)) steps.code.requestSubmit();
});
root.querySelector("[data-again]").addEventListener("click", () => show("address"));
root.querySelector("[data-use-code]").addEventListener("click", () => show("address"));
root.querySelector("[data-use-password]")?.addEventListener("click", () => {
  steps.password.elements.address.value = steps.address.elements.address.value;
  show("password");
});

offerToEnter(root, goIn);

if (passkeysWork() && root.dataset.mode === "sign_in") offerPasskeys();

async function offerPasskeys() {
  for (const part of root.querySelectorAll("[data-passkey]")) part.hidden = false;
  const waiting = new AbortController();
  const button = root.querySelector("button[data-passkey]");
  button.addEventListener("click", () => whileBusy(button, () => {
    waiting.abort(); // The browser runs one request at a time.
    return signIn({});
  }));
  if (await PublicKeyCredential.isConditionalMediationAvailable?.()) signIn({ mediation: "conditional", signal: waiting.signal });
}

async function signIn(how) {
  try {
    const credential = await askPasskey(how);
    await api("passkeys/authentication/verification", { method: "POST", body: { credential } });
    goIn();
  } catch (fault) {
    if (!wasDismissed(fault) && !how.mediation) await sayProblem(fault);
  }
}
