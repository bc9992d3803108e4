// Bring a clip: choose or record it, cut it, name it, publish it. Sending starts at once, so that it is
// usually over before the words are written.
import "miaohui/app";
import { api } from "miaohui/api";
import { el, whileBusy } from "miaohui/elements";
import { clock, percent, t } from "miaohui/i18n";
import { say } from "miaohui/notices";
import { Cut, drawStrip } from "miaohui/upload/film_strip";
import { followMaking, stateWords } from "miaohui/upload/making";
import { Recorder } from "miaohui/upload/recorder";
import { Transfer } from "miaohui/upload/transfer";

const root = document.querySelector("[data-upload]");
const find = (name) => root.querySelector(`[data-${name}]`);
const limits = { bytes: Number(root.dataset.maxBytes), seconds: Number(root.dataset.maxSeconds) };
let transfer = null;
let cut = null;
let coverMs = null;

function showStep(name) {
  for (const step of root.querySelectorAll("[data-step-name]")) step.hidden = step.dataset.stepName !== name;
  root.classList.toggle("upload--editing", name === "edit");
  root.querySelector(`[data-step-name="${name}"] :is(h2, [autofocus])`)?.focus();
}

// -- choosing ------------------------------------------------------------------------------------

const chooser = find("file");
find("choose").addEventListener("click", () => chooser.click());
chooser.addEventListener("change", () => chooser.files[0] && take(chooser.files[0]));

const drop = find("drop");
for (const kind of ["dragenter", "dragover"]) drop.addEventListener(kind, (event) => { event.preventDefault(); drop.dataset.over = ""; });
for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, () => delete drop.dataset.over);
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  if (event.dataTransfer.files[0]) take(event.dataTransfer.files[0]);
});

function refuse(text) {
  find("choose-error").textContent = text;
}

async function take(file) {
  refuse("");
  if (!file.type.startsWith("video/")) return refuse(t("This is not a video. Please choose another file."));
  if (file.size > limits.bytes) return refuse(t("This file is too large. Up to %(n)s GB can be sent.", { n: Math.round(limits.bytes / 2 ** 30) }));
  showStep("edit");
  preview(file);
  transfer = new Transfer(file);
  transfer.addEventListener("progress", showTransfer);
  await transfer.start();
  return undefined;
}

// -- the camera ----------------------------------------------------------------------------------

const recorder = new Recorder();
const finder = find("finder");
find("camera").hidden = !Recorder.isPossible;
find("camera").addEventListener("click", async () => {
  try {
    await recorder.open(finder);
    showStep("record");
  } catch (fault) {
    refuse(fault.name === "NotAllowedError" ? t("The camera is not allowed for this page. You can allow it beside the address.") : t("No camera could be found."));
  }
});
find("turn").addEventListener("click", () => recorder.turn(finder).catch(() => say(t("There is only one camera."))));
find("record-back").addEventListener("click", () => { recorder.close(); showStep("choose"); });
find("record").addEventListener("click", async (event) => {
  const button = event.currentTarget;
  if (!recorder.isRecording) {
    recorder.start();
    button.setAttribute("aria-pressed", "true");
    button.setAttribute("aria-label", t("Stop recording"));
    return runClock(performance.now());
  }
  return endRecording(button);
});

async function endRecording(button) {
  if (!recorder.isRecording) return;
  const file = await recorder.stop();
  recorder.close();
  button.setAttribute("aria-pressed", "false");
  button.setAttribute("aria-label", t("Record"));
  await take(file);
}

function runClock(begun) {
  if (!recorder.isRecording) return;
  const past = performance.now() - begun;
  find("clock").textContent = clock(past);
  if (past > limits.seconds * 1000) endRecording(find("record"));
  else setTimeout(() => runClock(begun), 250);
}

// -- cutting and cover ---------------------------------------------------------------------------

const player = find("player");

function preview(file) {
  const url = URL.createObjectURL(file);
  player.src = url;
  player.addEventListener("loadedmetadata", () => {
    if (!Number.isFinite(player.duration)) return; // A fresh recording without a length: no cutting, no cover.
    cut = new Cut(Math.round(player.duration * 1000));
    for (const line of root.querySelectorAll("[data-cutting]")) line.hidden = false;
    for (const name of ["start", "end", "cover"]) find(name).max = cut.durationMs;
    find("end").value = cut.endMs;
    showCut();
    for (const canvas of root.querySelectorAll(".film canvas")) drawStrip(canvas, url).catch(() => {}); // It stays plain.
  }, { once: true });
  player.addEventListener("error", () => { find("no-preview").hidden = false; }, { once: true });
}

function showCut() {
  const place = (ms) => `${(ms / cut.durationMs) * 100}%`;
  const film = find("trim");
  film.style.setProperty("--start", place(cut.startMs));
  film.style.setProperty("--end", place(cut.endMs));
  find("start").value = cut.startMs;
  find("end").value = cut.endMs;
  find("start").setAttribute("aria-valuetext", clock(cut.startMs));
  find("end").setAttribute("aria-valuetext", clock(cut.endMs));
  find("length").textContent = clock(cut.endMs - cut.startMs);
}

function showAt(ms) {
  player.pause();
  player.currentTime = ms / 1000;
}

find("start").addEventListener("input", (event) => { cut.moveStart(Number(event.target.value)); showCut(); showAt(cut.startMs); });
find("end").addEventListener("input", (event) => { cut.moveEnd(Number(event.target.value)); showCut(); showAt(cut.endMs); });
find("cover").addEventListener("input", (event) => {
  coverMs = cut.inside(Number(event.target.value));
  event.target.value = coverMs;
  event.target.setAttribute("aria-valuetext", clock(coverMs));
  event.target.closest(".film").style.setProperty("--cover", `${(coverMs / cut.durationMs) * 100}%`);
  showAt(coverMs);
});
player.addEventListener("timeupdate", () => {
  if (cut && !player.paused && player.currentTime * 1000 >= cut.endMs) player.currentTime = cut.startMs / 1000;
});

// -- words ---------------------------------------------------------------------------------------

const caption = find("caption");
caption.addEventListener("input", () => { find("left").textContent = String(caption.maxLength - caption.value.length); });
for (const hint of root.querySelectorAll("[data-hint]")) {
  hint.addEventListener("click", () => {
    const gap = caption.value && !caption.value.endsWith(" ") ? " " : "";
    caption.value += `${gap}#${hint.dataset.hint} `;
    caption.dispatchEvent(new Event("input"));
    caption.focus();
  });
}

// -- sending and publishing ----------------------------------------------------------------------

const TRANSFER_WORDS = {
  waiting: () => t("Getting ready"),
  sending: () => t("Sending, %(part)s", { part: percent(transfer.part) }),
  paused: () => t("Paused at %(part)s", { part: percent(transfer.part) }),
  done: () => t("All of it has arrived"),
  failed: () => transfer.problem.message ?? t("The line broke. What has arrived stays; carry on when you can."),
};

function showTransfer() {
  find("sent").style.setProperty("--done", transfer.part);
  find("sent").setAttribute("aria-valuenow", String(Math.round(transfer.part * 100)));
  find("transfer-words").textContent = TRANSFER_WORDS[transfer.state]();
  const turn = find("pause");
  turn.hidden = transfer.state === "done" || transfer.state === "waiting";
  turn.textContent = transfer.state === "sending" ? t("Pause") : t("Carry on");
  if (transfer.state === "done" && wantsToPublish) publish();
}

find("pause").addEventListener("click", () => (transfer.state === "sending" ? transfer.pause() : transfer.resume()));
addEventListener("online", () => { if (transfer?.state === "failed") transfer.resume(); });
find("discard").addEventListener("click", async () => {
  await transfer?.cancel();
  location.reload();
});
addEventListener("beforeunload", (event) => { if (transfer?.state === "sending") event.preventDefault(); });

let wantsToPublish = false;
find("form").addEventListener("submit", (event) => {
  event.preventDefault();
  find("form-error").textContent = "";
  wantsToPublish = true;
  if (transfer.state === "done") publish();
  else say(t("It goes out as soon as all of it has arrived."));
});

function publish() {
  wantsToPublish = false;
  return whileBusy(find("publish"), async () => {
    const body = { upload_id: transfer.uploadId, caption: caption.value.trim() };
    if (cut && !cut.isWhole) body.trim = { start_ms: Math.round(cut.startMs), end_ms: Math.round(cut.endMs) };
    if (coverMs !== null) body.cover_ms = Math.round(coverMs);
    try {
      watchMaking(await api("videos", { method: "POST", body }));
    } catch (problem) {
      find("form-error").textContent = problem.errors[0]?.detail ?? problem.message;
    }
  });
}

function watchMaking(video) {
  showStep("making");
  let isOut = false;
  followMaking(video.id, ({ state, progress, reason }) => {
    find("made").style.setProperty("--done", progress);
    find("making-words").textContent = progress < 1 ? t("Being prepared, %(part)s", { part: percent(progress) }) : stateWords[state]();
    find("making-reason").textContent = reason ?? "";
    if (state === "published" && !isOut) {
      isOut = true; // It plays already; the finer sizes follow.
      find("making-acts").replaceChildren(
        el("a", { class: "button button--main", href: `/v/${video.id}` }, t("Look at it")),
        el("a", { class: "button", href: "/upload" }, t("Bring another")));
    } else if (state === "refused" || state === "failed") {
      find("making-acts").replaceChildren(el("a", { class: "button button--main", href: "/upload" }, t("Try another")));
    }
  });
}
