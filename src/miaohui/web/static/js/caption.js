// A caption with its hashtags marked, as the server does it.
import { el } from "miaohui/elements";

const TOPIC = /((?<![\p{L}\p{N}_/&])[#＃][\p{L}\p{N}_]+)/u;

/** Pieces to put into the element that shows the caption. */
export function captionPieces(caption) {
  return caption.split(TOPIC).filter(Boolean).map((piece) => (/^[#＃]./u.test(piece) ? el("span", { class: "topic" }, piece) : piece));
}
