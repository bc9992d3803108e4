// What can be added to a message beside words: photos, clips, a place, stickers.
import { api } from "miaohui/api";
import { el, icon } from "miaohui/elements";
import { t } from "miaohui/i18n";
import { sayProblem, say } from "miaohui/notices";
import { openSheet } from "miaohui/sheet";

const CELL_M = 1000;
const METRES_A_DEGREE = 111_195;

/** Open the sheet; `send(kind, body)` writes. */
export function openAdds({ send, sendFile }) {
  const content = el("div", { class: "talk-adds" },
    picker("image", t("Photo"), "image/jpeg,image/png,image/webp,image/gif", (file) => sendFile("photo", file)),
    picker("film", t("Clip"), "video/*", (file) => sendFile("video", file)),
    el("button", { type: "button", onclick: () => { sheet.close(); openStickers(send); } }, icon("smile"), t("Sticker")),
    el("button", { type: "button", onclick: () => { sheet.close(); sendPlace(send); } }, icon("map-pin"), t("About where I am")));
  const sheet = openSheet({ title: t("Add something"), content });
  function picker(sign, words, accept, done) {
    const input = el("input", { class: "visually-hidden", type: "file", accept, onchange: async () => {
      const [file] = input.files;
      sheet.close();
      if (file) await done(file);
    } });
    return el("label", {}, icon(sign), words, input);
  }
}

// The exact point does not leave the device: it is snapped to its cell here, and once more by the server.
function sendPlace(send) {
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => send("location", cell(coords.latitude, coords.longitude)),
    () => say(t("The browser does not tell where you are"), { bad: true }),
    { enableHighAccuracy: false, maximumAge: 60_000, timeout: 15_000 },
  );
}

function cell(lat, lon) {
  const height = CELL_M / METRES_A_DEGREE;
  const middle = (Math.floor(lat / height) + 0.5) * height;
  const width = height / Math.cos((middle * Math.PI) / 180);
  return { lat: middle, lon: (Math.floor(lon / width) + 0.5) * width, label: "" };
}

async function openStickers(send) {
  let found;
  try {
    found = await api("stickers");
  } catch (problem) {
    await sayProblem(problem);
    return;
  }
  const shelves = [
    [t("Recent"), found.recent],
    [t("Kept"), found.favourites],
    [t("My own"), found.own],
    ...found.packs.map((pack) => [pack.name, pack.stickers]),
  ].filter(([, stickers]) => stickers.length > 0);
  const content = el("div", { class: "stack" },
    shelves.length === 0 && el("p", { class: "quiet" }, t("Your stickers will be here. Make one from a photo, or take a pack.")),
    shelves.map(([name, stickers]) => el("section", { "aria-label": name }, el("h3", { class: "talk-stickers__name" }, name), el("div", { class: "talk-stickers" }, stickers.map((one) =>
      el("button", { type: "button", "aria-label": one.name, onclick: () => { sheet.close(); send("sticker", { ref: one.id }); } }, el("img", { src: one.url, alt: "", width: "64", height: "64", loading: "lazy" })))))),
    el("a", { class: "button button--wide", href: "/stickers" }, icon("smile"), t("Packs and stickers of my own")));
  const sheet = openSheet({ title: t("Stickers"), content, tall: true });
}
