// Find somebody: by name on the server, by QR code with the camera or from a picture.
import "miaohui/app";
import "miaohui/follow_button";
import { t } from "miaohui/i18n";
import { say } from "miaohui/notices";
import { openScanner } from "miaohui/qr_scanner";

const HANDLE = /^\/@[a-z0-9_]{3,24}$/i;

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

document.querySelector("[data-scan]").addEventListener("click", () => openScanner({
  hint: t("Hold the code of your friend into the picture."),
  pathOf: ({ pathname }) => (HANDLE.test(pathname) ? pathname : null),
}));
