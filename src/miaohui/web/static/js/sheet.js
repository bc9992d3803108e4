// A sheet is a modal dialog: the browser traps the focus, closes on Esc and gives the focus back.
import { el, icon } from "miaohui/elements";
import { t } from "miaohui/i18n";

const CLOSE_AFTER_PX = 96;
const FLING_PX_PER_MS = 0.5;

/**
 * Open a sheet with this heading and content; answers {dialog, close, closed}.
 * tall: keeps its full height whatever the content. flush: the content scrolls by itself.
 */
export function openSheet({ title, content, tall = false, flush = false }) {
  const heading = el("h2", { id: `sheet-${crypto.randomUUID()}` }, title);
  const dialog = el(
    "dialog",
    { class: tall ? "sheet sheet--tall" : "sheet", "aria-labelledby": heading.id },
    el("header", { class: "sheet__head" },
      heading,
      el("button", { class: "button button--icon", type: "button", "aria-label": t("Close"), onclick: () => dialog.close() }, icon("x"))),
    el("div", { class: flush ? "sheet__body sheet__body--flush" : "sheet__body" }, content),
  );
  const closed = new Promise((resolve) => {
    dialog.addEventListener("close", () => { dialog.remove(); resolve(); }, { once: true });
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  // Keys meant for the sheet must not move the feed behind it.
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  dragToClose(dialog);
  document.body.append(dialog);
  dialog.showModal();
  return { dialog, close: () => dialog.close(), closed };
}

function dragToClose(dialog) {
  const head = dialog.querySelector(".sheet__head");
  let start = null;
  head.addEventListener("pointerdown", (event) => {
    if (event.target.closest("button") || matchMedia("(min-width: 1024px)").matches) return;
    start = { y: event.clientY, at: event.timeStamp };
    head.setPointerCapture(event.pointerId);
    delete dialog.dataset.lettingGo;
  });
  head.addEventListener("pointermove", (event) => {
    if (start) dialog.style.setProperty("--pulled", `${Math.max(0, event.clientY - start.y)}px`);
  });
  const letGo = (event) => {
    if (!start) return;
    const pulled = event.clientY - start.y;
    const speed = pulled / Math.max(1, event.timeStamp - start.at);
    start = null;
    dialog.dataset.lettingGo = "";
    if (pulled > CLOSE_AFTER_PX || (pulled > 24 && speed > FLING_PX_PER_MS)) dialog.close();
    else dialog.style.setProperty("--pulled", "0px");
  };
  head.addEventListener("pointerup", letGo);
  head.addEventListener("pointercancel", letGo);
}
