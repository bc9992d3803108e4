// Test my calls: run the steps, and say in words which one is broken.
import "miaohui/app";
import { isRelayOnly, setRelayOnly } from "miaohui/calls/ice_servers";
import { runSelfTest } from "miaohui/calls/self_test";
import { whileBusy } from "miaohui/elements";
import { t } from "miaohui/i18n";

const page = document.querySelector("[data-call-test]");
const picture = page.querySelector("[data-picture]");
const verdict = page.querySelector("[data-verdict]");
const begin = page.querySelector("[data-begin]");
const relayOnly = page.querySelector("[data-relay-only]");

relayOnly.checked = isRelayOnly();
relayOnly.addEventListener("change", () => setRelayOnly(relayOnly.checked));

const SPOKEN = {
  ok: () => t("works"),
  broken: () => t("broken"),
  absent: () => t("not here"),
  running: () => t("running…"),
};

function tell(name, { result, words }) {
  const step = page.querySelector(`[data-step="${name}"]`);
  step.dataset.result = result;
  step.querySelector("[data-words]").textContent = words ? `${SPOKEN[result]()} · ${words}` : SPOKEN[result]();
}

begin.addEventListener("click", () => whileBusy(begin, async () => {
  verdict.textContent = "";
  for (const step of page.querySelectorAll("[data-step]")) {
    step.dataset.result = "waiting";
    step.querySelector("[data-words]").textContent = "";
  }
  const seen = await runSelfTest({
    tell,
    showLevel: (level) => page.querySelector("[data-level]").style.setProperty("--done", level.toFixed(2)),
    showPicture: (stream) => {
      picture.srcObject = stream;
      picture.hidden = stream.getVideoTracks().length === 0;
    },
  });
  picture.hidden = true;
  picture.srcObject = null;
  const [name] = Object.entries(seen).find(([, { result }]) => result === "broken") ?? [];
  page.dataset.broken = name ?? "";
  verdict.textContent = name ? t("This step is broken: %(step)s.", { step: page.querySelector(`[data-step="${name}"] .list__text > span`).textContent }) : closing(seen);
  begin.textContent = t("Test again");
}));

function closing(seen) {
  if (seen.turn.result === "absent") return t("Your devices work. Without a relay, calls between some networks will not come about.");
  return t("All is well: you can call and be called.");
}
