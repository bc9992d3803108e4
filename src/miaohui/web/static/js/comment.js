// One comment and the replies under it.
import { api } from "miaohui/api";
import { avatar, el, icon, whileBusy } from "miaohui/elements";
import { count, nt, since, t } from "miaohui/i18n";
import { say, sayProblem } from "miaohui/notices";

/**
 * acts: {reply(comment, rootId), removed(count), ownerId}; rootId is the comment on top of the thread.
 * Answers the <li>.
 */
export function commentNode(comment, acts, rootId = comment.thread_id ?? comment.id) {
  const isRoot = rootId === comment.id;
  const node = el("li", { class: "comment", "data-id": comment.id }, ...(comment.deleted ? gone() : said(comment, acts, rootId)));
  node.querySelector("[data-delete]")?.addEventListener("click", () => remove(node, comment, acts));
  if (isRoot) node.append(replies(comment, acts));
  return node;
}

/** The place of a deleted comment stays while there are replies under it. */
const gone = () => [el("span", { class: "avatar avatar--small" }), el("p", { class: "quiet" }, t("This comment has been taken back."))];

function said(comment, acts, rootId) {
  const { author } = comment;
  const answers = comment.reply_to && comment.parent_id !== rootId;
  return [
    el("a", { href: `/@${author.handle}`, tabindex: "-1", "aria-hidden": "true" }, avatar(author, "avatar--small")),
    el("div", {},
      el("div", { class: "comment__who" }, el("a", { href: `/@${author.handle}` }, author.nickname),
        author.id === acts.ownerId && el("span", { class: "chip chip--lantern" }, t("Author")),
        el("time", { datetime: comment.created_at }, since(comment.created_at))),
      el("p", { class: "comment__body" }, answers && el("span", { class: "comment__to" }, `@${comment.reply_to.nickname} `), comment.body),
      el("div", { class: "comment__acts" },
        el("button", { type: "button", onclick: () => acts.reply(comment, rootId) }, t("Reply")),
        comment.can_delete && el("button", { type: "button", "data-delete": "" }, t("Delete")))),
    likeButton(comment),
  ];
}

function likeButton(comment) {
  const button = el("button", { class: "comment__like", type: "button" }, icon("heart"), el("span", { class: "number" }));
  const show = () => {
    button.setAttribute("aria-pressed", String(comment.liked));
    button.setAttribute("aria-label", comment.likes > 0 ? `${t("Like")}, ${count(comment.likes)}` : t("Like"));
    button.lastChild.textContent = comment.likes > 0 ? count(comment.likes) : "";
  };
  const turn = () => {
    comment.liked = !comment.liked;
    comment.likes += comment.liked ? 1 : -1;
    show();
  };
  button.addEventListener("click", async () => {
    if (!comment.id) return;
    turn();
    try {
      await api(`comments/${comment.id}/like`, { method: comment.liked ? "PUT" : "DELETE" });
    } catch (problem) {
      turn();
      await sayProblem(problem);
    }
  });
  show();
  return button;
}

function replies(comment, acts) {
  const list = el("ol");
  const box = el("div", { class: "comment__replies" }, list);
  if (!(comment.replies > 0)) return box;
  let cursor = null;
  let left = comment.replies;
  const button = el("button", { class: "comment__unfold", type: "button", "aria-expanded": "false" }, nt("Show %(n)s reply", "Show %(n)s replies", left));
  button.addEventListener("click", () => whileBusy(button, async () => {
    const query = new URLSearchParams({ limit: 10, ...(cursor ? { cursor } : {}) });
    try {
      const page = await api(`comments/${comment.id}/replies?${query}`);
      const known = new Set([...list.children].map((child) => child.dataset.id));
      const fresh = page.items.filter((reply) => !known.has(reply.id));
      list.append(...fresh.map((reply) => commentNode(reply, acts, comment.id)));
      left -= page.items.length;
      cursor = page.cursor;
      button.setAttribute("aria-expanded", "true");
      if (cursor) button.textContent = left > 0 ? nt("Show %(n)s more reply", "Show %(n)s more replies", left) : t("More replies");
      else button.remove();
    } catch (problem) {
      await sayProblem(problem);
    }
  }));
  box.append(button);
  return box;
}

async function remove(node, comment, acts) {
  node.hidden = true;
  try {
    await api(`comments/${comment.id}`, { method: "DELETE" });
    if (comment.replies > 0) node.replaceWith(commentNode({ ...comment, deleted: true }, acts));
    else node.remove();
    acts.removed(1);
    say(t("Comment deleted"));
  } catch (problem) {
    node.hidden = false;
    await sayProblem(problem);
  }
}
