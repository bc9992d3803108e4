// Share, and what a person can say about why a clip is here.
import { api } from "miaohui/api";
import { el, icon } from "miaohui/elements";
import { percent, t } from "miaohui/i18n";
import { say, sayProblem } from "miaohui/notices";
import { account } from "miaohui/page";
import { openSheet } from "miaohui/sheet";

/** video: what plays it. onRefused(kind) is called for "not interested" and "fewer like this". */
export async function openShare(item, { video = null, onRefused = null } = {}) {
  const plainUrl = new URL(`/v/${item.id}`, location.origin).href;
  const link = { url: plainUrl, asked: null };
  const why = el("div", { class: "why", role: "status", hidden: true });
  const qr = el("div", { hidden: true });
  const act = (name, label, run) => el("button", { type: "button", onclick: run }, icon(name), el("span", {}, label));

  const content = el("div", { class: "stack" },
    el("div", { class: "share-grid" },
      act("link", t("Copy link"), async () => {
        await trackedUrl(item, link);
        await copy(link.url);
        sheet.close();
      }),
      navigator.share && act("share-2", t("More ways"), async () => {
        await trackedUrl(item, link);
        try {
          await navigator.share({ title: item.title, url: link.url });
          sheet.close();
        } catch (fault) {
          if (fault.name !== "AbortError") await copy(link.url); // The system could not show its sheet.
        }
      }),
      account && act("message-circle", t("To a chat"), async () => {
        sheet.close();
        const { sendToChat } = await import("miaohui/sheets/send_to_chat");
        await sendToChat({ card: "video", ref: item.id });
      }),
      act("qr-code", t("QR code"), async () => {
        await trackedUrl(item, link);
        qr.hidden = !qr.hidden;
        const name = t("QR code of this clip");
        qr.replaceChildren(el("img", { class: "share-qr", src: `/v/${item.id}/qr.svg`, alt: name, width: 184, height: 184 }));
      }),
      account?.id === item.author.id && video && act("sticker", t("A sticker of it"), async () => {
        const { frameOf, nameIt } = await import("miaohui/stickers/from_clip");
        try {
          const picture = await frameOf(video);
          sheet.close();
          nameIt(picture, {});
        } catch (problem) {
          say(problem.message, { bad: true });
        }
      }),
      act("info", t("Why this one"), () => explain(item, why)),
      onRefused && act("eye-off", t("Not interested"), () => { sheet.close(); onRefused("not_interested"); }),
      onRefused && act("thumbs-down", t("Fewer like this"), () => { sheet.close(); onRefused("fewer_like_this"); })),
    why, qr);
  const sheet = openSheet({ title: t("Share"), content });
  await sheet.closed;
}

/** Ask once for the address that counts the share; the plain one is as good when nobody answers. */
async function trackedUrl(item, link) {
  link.asked ??= api(`videos/${item.id}/share`, { method: "POST" }).then(
    (answer) => {
      // The server may know itself by another name than the one typed here.
      link.url = new URL(new URL(answer.url).pathname, location.origin).href;
      Object.assign(item.counts, answer.counts);
      document.dispatchEvent(new CustomEvent("mh:changed", { detail: { item } }));
    },
    () => {}, // Sharing without an account is sharing all the same; only the count stays.
  );
  await link.asked;
}

async function copy(url) {
  try {
    await navigator.clipboard.writeText(url);
    say(t("Link copied"));
  } catch {
    // Without a secure context there is no clipboard: show the address to copy by hand.
    say(url);
  }
}

async function explain(item, why) {
  why.hidden = false;
  why.replaceChildren(el("p", { class: "quiet" }, t("Looking it up…")));
  const words = (text, parts) => {
    why.replaceChildren(el("strong", {}, t("Why you see this")), el("p", {}, text), ...parts.map(partLine), el("a", { class: "link", href: "/settings/interests" }, t("My interests")));
    why.scrollIntoView({ block: "nearest" });
  };
  try {
    const answer = await api(`feed/why/${item.id}`);
    words(answer.text, answer.parts.slice(0, 4));
  } catch (problem) {
    if (item.reason?.text) words(item.reason.text, []);
    else {
      why.hidden = true;
      await sayProblem(problem);
    }
  }
}

/** One part of the score: its words, and how much of the whole it is; what spoke against it is said so. */
function partLine({ text, share }) {
  const bar = el("div", { class: share < 0 ? "meter" : "meter meter--lantern", "aria-hidden": "true" }, el("span"));
  bar.style.setProperty("--done", Math.abs(share).toFixed(2));
  const amount = `${share < 0 ? "−" : ""}${percent(Math.abs(share))}`;
  return el("div", { class: "why__part" }, el("span", {}, text), el("small", { class: "number" }, amount), bar);
}
