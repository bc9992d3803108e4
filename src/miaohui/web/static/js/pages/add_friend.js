// Find somebody: by name on the server, by QR code with the camera where the browser reads such codes.
import "miaohui/app";
import { el } from "miaohui/elements";
import "miaohui/follow_button";
import { t } from "miaohui/i18n";
import { say } from "miaohui/notices";
import { openSheet } from "miaohui/sheet";

const LOOK_EVERY_MS = 250;

document.querySelector("[data-copy]").addEventListener("click", async (event) => {
  // The server may know itself by another name than the one typed here.
  const url = new URL(new URL(event.currentTarget.dataset.copy).pathname, location.origin).href;
  try {
    await navigator.clipboard.writeText(url);
    say(t("Link copied"));
  } catch {
    say(url); // Without a secure context there is no clipboard: show the address to copy by hand.
  }
});

const scan = document.querySelector("[data-scan]");
if ("BarcodeDetector" in window && navigator.mediaDevices) {
  scan.hidden = false;
  scan.addEventListener("click", openScanner);
}

async function openScanner() {
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch {
    say(t("The camera is not open to this page"), { bad: true });
    return;
  }
  const video = el("video", { class: "scanner", autoplay: true, playsinline: true, muted: true });
  video.srcObject = stream;
  const sheet = openSheet({ title: t("Scan a code"), content: el("div", { class: "stack" }, video, el("p", { class: "quiet" }, t("Hold the code of your friend into the picture."))) });
  const detector = new window.BarcodeDetector({ formats: ["qr_code"] });
  const timer = setInterval(async () => {
    const found = video.readyState < 2 ? [] : await detector.detect(video).catch(() => []);
    const path = found.map(({ rawValue }) => profilePath(rawValue)).find(Boolean);
    if (path) {
      sheet.close();
      location.assign(path);
    }
  }, LOOK_EVERY_MS);
  await sheet.closed;
  clearInterval(timer);
  for (const track of stream.getTracks()) track.stop();
}

/** The path of somebody's page here, or null; never leads to another site, whatever the code says. */
function profilePath(text) {
  try {
    const { pathname } = new URL(text);
    return /^\/@[a-z0-9_]{3,24}$/i.test(pathname) ? pathname : null;
  } catch {
    return null;
  }
}
