// For You, Following, and a single clip.
import "miaohui/app";
import { icon } from "miaohui/elements";
import { t } from "miaohui/i18n";
import { listenForKeys } from "miaohui/feed/keys";
import { sound } from "miaohui/feed/sound";
import "miaohui/feed/stage";

const feed = document.querySelector("mh-feed");
listenForKeys(feed);

for (const button of document.querySelectorAll("[data-step]")) {
  button.addEventListener("click", () => feed.step(Number(button.dataset.step)));
}
document.querySelector("[data-open-keys]")?.addEventListener("click", async () => (await import("miaohui/sheets/keys")).openKeys());

const soundButton = document.querySelector("[data-sound]");
const soundChip = document.querySelector(".sound-chip");
function showSound() {
  soundButton.replaceChildren(icon(sound.isMuted ? "volume-x" : "volume-2"));
  soundButton.setAttribute("aria-label", sound.isMuted ? t("Turn the sound on") : t("Turn the sound off"));
  soundChip.hidden = !sound.isMuted || !sound.isWanted || !feed.activeItem;
}
soundButton.addEventListener("click", () => {
  // The press itself may just have unlocked the sound; then it has already done what was asked.
  if (soundButton.dataset.was === "locked") sound.set(true);
  else sound.toggle();
});
soundButton.addEventListener("pointerdown", () => { soundButton.dataset.was = sound.isMuted && sound.isWanted ? "locked" : "free"; });
soundChip.addEventListener("click", () => sound.set(true));
sound.addEventListener("change", showSound);
feed.addEventListener("stage-change", showSound);
showSound();

const wide = matchMedia("(min-width: 1024px)");
// A notice leads to a comment: it is opened with the clip, once.
const begun = feed.activeItem;
let linked = new URLSearchParams(location.search).get("comment");
function linkedComment(item) {
  if (item !== begun) return null;
  const once = linked;
  linked = null;
  return once;
}
if (linked && begun && !wide.matches) feed.active.openComments({ linked: linkedComment(begun) });

async function showDetails() {
  if (!wide.matches) return;
  await import("miaohui/feed/details");
  document.querySelector("mh-details").show(feed.activeItem, { linked: linkedComment(feed.activeItem) });
}
wide.addEventListener("change", showDetails);
feed.addEventListener("stage-change", showDetails);
showDetails();

// The socket opens once somebody stays; who runs through clips needs none.
const STAYS_MS = 2500;
let staying = null;
feed.addEventListener("stage-change", hearWhenStaying);
hearWhenStaying();
function hearWhenStaying() {
  clearTimeout(staying);
  staying = setTimeout(async () => {
    const { hearCounts } = await import("miaohui/feed/live_counts");
    if (feed.activeItem) hearCounts(feed.activeItem);
  }, STAYS_MS);
}
