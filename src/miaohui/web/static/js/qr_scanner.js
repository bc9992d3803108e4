// Reading a QR code: with the camera, or from a picture that somebody has sent.
import { el, icon } from "miaohui/elements";
import { t } from "miaohui/i18n";
import { openSheet } from "miaohui/sheet";

const LOOK_EVERY_MS = 250;

/** pathOf(url): the path here to which a code leads, or null for one that is none of ours. Goes to the first found. */
export async function openScanner({ hint, pathOf }) {
  const video = el("video", { class: "scanner", autoplay: true, playsinline: true, muted: true, hidden: true });
  const said = el("p", { class: "quiet", role: "status" }, hint);
  const input = el("input", { class: "visually-hidden", type: "file", accept: "image/*" });
  const sheet = openSheet({ title: t("Scan a code"), content: el("div", { class: "stack" }, video, said, el("label", { class: "button button--wide" }, icon("image", "icon--small"), t("Choose a picture of a code"), input)) });
  const detector = reader();
  const look = async (source) => {
    const found = await (await detector).detect(source).catch(() => []);
    const path = found.map(({ rawValue }) => ours(rawValue, pathOf)).find(Boolean);
    if (path) {
      sheet.close();
      location.assign(path);
    }
    return { path, found };
  };
  input.addEventListener("change", async () => {
    const [file] = input.files;
    input.value = "";
    if (!file) return;
    said.textContent = t("Looking at the picture…");
    const { path, found } = await look(await createImageBitmap(file).catch(() => file));
    if (!path) said.textContent = found.length > 0 ? t("This code leads somewhere else.") : t("There is no code to be seen in this picture.");
  });
  const stream = await navigator.mediaDevices?.getUserMedia({ video: { facingMode: "environment" } }).catch(() => null);
  if (!stream) {
    said.textContent = `${t("The camera is not open to this page")} ${t("A picture of the code works as well.")}`;
    return;
  }
  video.srcObject = stream;
  video.hidden = false;
  let isLooking = false;
  const timer = setInterval(async () => {
    if (isLooking || video.readyState < 2) return;
    isLooking = true;
    await look(video);
    isLooking = false;
  }, LOOK_EVERY_MS);
  await sheet.closed;
  clearInterval(timer);
  for (const track of stream.getTracks()) track.stop();
}

/** The browser's own reader, or the one that we bring. */
async function reader() {
  if ("BarcodeDetector" in globalThis && (await globalThis.BarcodeDetector.getSupportedFormats()).includes("qr_code")) {
    return new globalThis.BarcodeDetector({ formats: ["qr_code"] });
  }
  const { BarcodeDetector } = await import("vendor/qr");
  return new BarcodeDetector({ formats: ["qr_code"] });
}

/** Never leads to another site, whatever the code says. */
function ours(text, pathOf) {
  try {
    return pathOf(new URL(text));
  } catch {
    return null;
  }
}
