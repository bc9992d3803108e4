// Comments over the playing clip.
import { countTitle } from "miaohui/comments";
import { el } from "miaohui/elements";
import { openSheet } from "miaohui/sheet";

export async function openComments(item, { linked = null } = {}) {
  const comments = el("mh-comments");
  const sheet = openSheet({ title: countTitle(item.counts.comments), content: comments, tall: true, flush: true });
  comments.addEventListener("comments-count", (event) => {
    sheet.dialog.querySelector("h2").textContent = countTitle(event.detail.count);
  });
  comments.open(item, { linked });
  await sheet.closed;
}
