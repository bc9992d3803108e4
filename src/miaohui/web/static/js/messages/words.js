// What a message says in one line, and when.
import { clock, nt, t } from "miaohui/i18n";
import { locale } from "miaohui/page";

const time = new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit" });
const day = new Intl.DateTimeFormat(locale, { month: "short", day: "numeric" });
const both = new Intl.DateTimeFormat(locale, { month: "short", day: "numeric", hour: "numeric", minute: "2-digit" });

const isToday = (moment) => new Date(moment).toDateString() === new Date().toDateString();

/** In a list: the time today, the day before. */
export const shortly = (moment) => (isToday(moment) ? time : day).format(new Date(moment));
/** Between bubbles. */
export const fully = (moment) => (isToday(moment) ? time : both).format(new Date(moment));

/** A message in a line. */
export function summary(message, me) {
  if (message.recalled) return message.sender_id === me ? t("You took a message back") : t("A message was taken back");
  switch (message.kind) {
    case "text": return message.body.text;
    case "sticker": return t("[Sticker]");
    case "photo": return t("[Photo]");
    case "voice": return t("[Voice note]");
    case "video": return t("[Clip]");
    case "location": return message.body.label ? t("[Place] %(name)s", { name: message.body.label }) : t("[Place]");
    case "card": return message.card ? t("[Card] %(name)s", { name: message.card.title }) : t("[Card]");
    case "call": return called(message, me);
    case "system": return told(message);
    default: return t("[Message]");
  }
}

/** Whether somebody has rung in vain. */
export const isMissed = ({ body, sender_id: caller }, me) => caller !== me && ["missed", "cancelled", "busy"].includes(body.outcome);

/** A call's record, which its caller has written. */
export function called(message, me) {
  const { kind, outcome, duration_s: seconds } = message.body;
  const isVideo = kind === "video";
  if (isMissed(message, me)) return isVideo ? t("Missed video call") : t("Missed call");
  switch (outcome) {
    case "completed": return isVideo ? t("Video call, %(length)s", { length: clock(seconds * 1000) }) : t("Call, %(length)s", { length: clock(seconds * 1000) });
    case "missed": return t("No answer");
    case "declined": return t("Call declined");
    case "busy": return t("Line was busy");
    case "cancelled": return t("Call cancelled");
    default: return t("The call did not come about");
  }
}

/** A line of the system in a group. */
export function told({ sender, body }) {
  const values = { who: sender?.nickname ?? t("Somebody"), names: body.names.join(t(", ")) || t("Somebody"), n: body.people };
  switch (body.what) {
    case "created": return t("%(who)s began the group with %(names)s", values);
    case "added": return body.people > body.names.length
      ? nt("%(who)s brought in one person", "%(who)s brought in %(n)s people", body.people, values)
      : t("%(who)s brought in %(names)s", values);
    case "removed": return t("%(who)s showed %(names)s out", values);
    case "left": return t("%(who)s left", values);
    case "renamed": return t("%(who)s gave the group another name", values);
    case "pictured": return t("%(who)s gave the group another picture", values);
    case "leads": return t("%(names)s leads the group now", values);
    default: return "";
  }
}
