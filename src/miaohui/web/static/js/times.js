// Moments that the server wrote in UTC, in the reader's own zone.
import { locale } from "miaohui/page";

const format = new Intl.DateTimeFormat(locale, { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" });

export const moment = (isoTime) => format.format(new Date(isoTime));

export function showMoments(root = document) {
  for (const time of root.querySelectorAll("time[data-moment]")) time.textContent = moment(time.dateTime);
}

showMoments();
