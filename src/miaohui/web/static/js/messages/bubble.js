// One message as the page shows it.
import { avatar, el, icon } from "miaohui/elements";
import { clock, t } from "miaohui/i18n";
import { called, fully, isMissed, summary, told } from "miaohui/messages/words";
import { money } from "miaohui/money";

const SIGNS = { product: "shopping-cart", video: "film", shop: "store", order: "package", coupon: "ticket", moment: "smile" };
const LINK = /\bhttps?:\/\/[^\s<>"'，。！？、）)]+/g;

/**
 * Build a bubble. `me`: the person's id; `inGroup`: with the name; `run`: whether it is the first and the last of what
 * its sender says in one breath; `onMenu(button)`: what can be done.
 */
export function bubble(message, { me, inGroup, state, run = { first: true, last: true }, onMenu, onQuote }) {
  const mine = message.sender_id === me;
  if (message.kind === "system") return el("p", { class: "bubbles__line", "data-seq": message.seq }, told(message));
  if (message.recalled) return el("p", { class: "bubbles__line", "data-seq": message.seq }, summary(message, me));
  const menu = onMenu && el("button", { class: "button button--icon bubble__menu", type: "button", "aria-haspopup": "menu", "aria-label": t("What to do with this message"), onclick: (event) => onMenu(event.currentTarget) }, icon("ellipsis", "icon--small"));
  return el("article", { class: ["bubble", mine && "bubble--mine", run.first && "bubble--first"].filter(Boolean).join(" "), "data-seq": message.seq, "data-id": message.id ?? "", "aria-label": `${mine ? t("You") : message.sender?.nickname ?? t("Somebody")}, ${fully(message.sent_at)}` },
    !mine && (run.last ? avatar(message.sender ?? { nickname: "·" }) : el("span", { class: "bubble__no-face" })),
    el("div", { class: "bubble__body" },
      inGroup && !mine && run.first && el("span", { class: "bubble__name" }, message.sender?.nickname ?? t("Somebody who is gone")),
      quote(message, onQuote),
      ...content(message, me),
      state && el("span", { class: state.bad ? "bubble__state bubble__state--bad" : "bubble__state" }, state.words, state.retry && el("button", { class: "button button--quiet", type: "button", onclick: state.retry }, t("Try again")))),
    menu);
}

function quote({ reply_to: before }, onQuote) {
  if (!before) return null;
  const words = before.recalled ? t("A message was taken back") : before.excerpt ?? summary({ ...before, body: {}, sender_id: "" }, "");
  return el("button", { class: "bubble__quote", type: "button", onclick: () => onQuote?.(before) }, before.sender ? `${before.sender.nickname}: ${words}` : words);
}

function content(message, me) {
  switch (message.kind) {
    case "text": return [el("div", { class: "bubble__text" }, ...linked(message.body.text))];
    case "photo": return [photo(message)];
    case "voice": return [voice(message)];
    case "video": return [clip(message)];
    case "location": return [place(message.body)];
    case "sticker": return [message.card ? el("img", { class: "bubble__sticker", src: message.card.picture, alt: message.card.title, loading: "lazy" }) : missing(t("This sticker is gone"))];
    case "card": return [card(message.card)];
    case "call": return [el("div", { class: isMissed(message, me) ? "bubble__voice bubble__voice--missed" : "bubble__voice" }, icon(message.body.kind === "video" ? "video" : "phone", "icon--small"), called(message, me))];
    default: return [missing(t("This page is older than the message. Load it again."))];
  }
}

const missing = (words) => el("div", { class: "bubble__text quiet" }, words);

function linked(text) {
  const parts = [];
  let end = 0;
  for (const found of text.matchAll(LINK)) {
    parts.push(text.slice(end, found.index), el("a", { href: found[0], rel: "noopener noreferrer nofollow ugc", target: "_blank" }, found[0]));
    end = found.index + found[0].length;
  }
  return [...parts, text.slice(end)];
}

function waiting(file) {
  return missing(file?.state === "failed" ? t("This file cannot be played") : t("Being prepared …"));
}

function photo({ attachment: file, local }) {
  if (local) return el("span", { class: "bubble__picture" }, el("img", { src: local, alt: t("Photo") }));
  if (file?.state !== "ready") return waiting(file);
  return el("a", { class: "bubble__picture", href: file.url, target: "_blank" }, el("img", { src: file.preview, width: file.width, height: file.height, alt: t("Photo"), loading: "lazy", decoding: "async" }));
}

function voice({ attachment: file }) {
  if (file?.state !== "ready") return waiting(file);
  const whole = file.duration_ms ?? 0;
  const length = el("span", { class: "bubble__length" }, clock(whole));
  const audio = el("audio", {
    src: file.url, preload: "none",
    onplay: () => show(), onpause: () => show(), onended: () => { length.textContent = clock(whole); },
    ontimeupdate: () => { length.textContent = clock(Math.max(0, whole - audio.currentTime * 1000)); },
  });
  const button = el("button", { class: "bubble__voice", type: "button", "aria-label": t("Voice note, %(length)s", { length: clock(whole) }), onclick: () => { if (audio.paused) audio.play().catch(() => {}); else audio.pause(); } });
  const show = () => {
    button.setAttribute("aria-pressed", String(!audio.paused));
    button.replaceChildren(icon(audio.paused ? "play" : "pause"), length, audio);
  };
  show();
  return button;
}

function clip({ attachment: file }) {
  if (file?.state !== "ready") return waiting(file);
  return el("span", { class: "bubble__picture" }, el("video", { src: file.url, poster: file.preview, width: file.width, height: file.height, controls: true, preload: "none", playsinline: true }));
}

function place({ lat, lon, label }) {
  const words = label || t("About here, to a kilometre");
  return el("a", { class: "bubble__place", href: `https://www.openstreetmap.org/?mlat=${lat}&mlon=${lon}#map=14/${lat}/${lon}`, target: "_blank", rel: "noopener noreferrer" }, icon("map-pin"), words);
}

function card(shown) {
  if (!shown) return missing(t("This is not there any more, or not for you"));
  const inside = [
    shown.picture ? el("img", { src: shown.picture, alt: "", loading: "lazy" }) : el("span", { class: "bubble__card-sign" }, icon(SIGNS[shown.kind] ?? "link")),
    el("span", { class: "bubble__card-words" },
      el("strong", {}, shown.title),
      shown.subtitle && el("small", {}, shown.subtitle),
      // A coupon costs nothing: its amount is what it takes off.
      shown.price_minor != null && el("b", {}, `${shown.kind === "coupon" ? "−" : ""}${money(shown.price_minor, shown.currency)}`)),
  ];
  return shown.url ? el("a", { class: "bubble__card", href: shown.url }, inside) : el("div", { class: "bubble__card" }, inside);
}
