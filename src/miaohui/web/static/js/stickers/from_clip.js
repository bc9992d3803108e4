// A picture out of a clip becomes a sticker: choose the moment, give it a name.
import { api } from "miaohui/api";
import { el, icon, whileBusy } from "miaohui/elements";
import { t } from "miaohui/i18n";
import { say } from "miaohui/notices";
import { openSheet } from "miaohui/sheet";

const EDGE_PX = 480;
const LONGEST_NAME = 24;

/** Choose a moment of a file; `made(sticker)` is called once it is one. */
export async function chooseFrame(file, { name = "", made }) {
  const url = URL.createObjectURL(file);
  const video = el("video", { class: "sticker-clip", src: url, controls: true, playsinline: true, muted: true, preload: "auto" });
  const error = el("p", { class: "form-error", role: "alert" });
  const take = el("button", { class: "button button--main button--wide", type: "button", disabled: true, onclick: () => whileBusy(take, async () => {
    video.pause();
    try {
      const picture = await frameOf(video);
      sheet.close();
      nameIt(picture, { name, made });
    } catch (problem) {
      error.textContent = problem.message;
    }
  }) }, icon("camera", "icon--small"), t("Take this picture"));
  video.addEventListener("loadeddata", () => { take.disabled = false; });
  video.addEventListener("error", () => { error.textContent = t("This browser cannot play this clip."); });
  const sheet = openSheet({ title: t("Find the picture"), content: el("div", { class: "stack" }, video, el("p", { class: "quiet" }, t("Play or drag to the moment that you like.")), error, take), tall: true });
  await sheet.closed;
  URL.revokeObjectURL(url);
}

/** What a video shows now, as a square. */
export async function frameOf(video) {
  const edge = Math.min(video.videoWidth, video.videoHeight);
  if (!edge) throw new Error(t("There is no picture yet."));
  const canvas = el("canvas", { width: Math.min(edge, EDGE_PX), height: Math.min(edge, EDGE_PX) });
  canvas.getContext("2d").drawImage(video, (video.videoWidth - edge) / 2, (video.videoHeight - edge) / 2, edge, edge, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => { if (blob) resolve(blob); else reject(new Error(t("There is no picture yet."))); }, "image/png");
  });
}

/** Ask what the sticker is called, and make it. */
export function nameIt(picture, { name = "", made }) {
  const url = URL.createObjectURL(picture);
  const input = el("input", { class: "input", id: "frame-name", maxlength: LONGEST_NAME, value: name, autocomplete: "off", required: true });
  const error = el("p", { class: "field__error", role: "alert" });
  const form = el("form", { class: "stack", novalidate: true },
    el("img", { class: "sticker-clip sticker-clip--taken", src: url, alt: t("The picture that was taken") }),
    el("div", { class: "field" }, el("label", { class: "field__label", for: "frame-name" }, t("What it says or shows")), input, error),
    el("button", { class: "button button--main button--wide", type: "submit" }, t("Make it a sticker")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    whileBusy(form.querySelector("[type=submit]"), async () => {
      if (!input.value.trim()) { error.textContent = t("Please give it a name"); return; }
      try {
        const sticker = await api(`stickers?name=${encodeURIComponent(input.value.trim())}`, { method: "POST", file: picture });
        sheet.close();
        say(t("It is among your stickers now"));
        made?.(sticker);
      } catch (problem) {
        error.textContent = problem.message;
      }
    });
  });
  const sheet = openSheet({ title: t("Name the sticker"), content: form });
  sheet.closed.then(() => URL.revokeObjectURL(url));
}
