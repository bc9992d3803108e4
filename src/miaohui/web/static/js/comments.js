// <mh-comments>: the conversation under a clip. Needs `open(item)`; works in a sheet and beside the clip.
import { api } from "miaohui/api";
import { commentNode } from "miaohui/comment";
import { el, icon } from "miaohui/elements";
import { nt, t } from "miaohui/i18n";
import { say, sayProblem } from "miaohui/notices";
import { account } from "miaohui/page";

const PAGE = 20;
const LONGEST = 500;

class Comments extends HTMLElement {
  #item;
  #list;
  #composer;
  #cursor = null;
  #replyTo = null;
  #more = null;
  #linked = null;

  /** Show the comments of this feed item; linked: the id of one to begin with, with its thread. */
  async open(item, { linked = null } = {}) {
    this.#item = item;
    this.#linked = linked;
    this.#cursor = null;
    this.#replyTo = null;
    this.classList.add("comments");
    this.#list = el("ol", { class: "comments__list", tabindex: "0", "aria-label": t("Comments") });
    this.replaceChildren(this.#list, this.#buildComposer());
    this.#list.append(...skeletons());
    await this.#load();
  }

  focusComposer() {
    this.querySelector("textarea, .composer__sign-in")?.focus();
  }

  async #load() {
    const item = this.#item;
    const inPlace = this.#linked && await api(`comments/${this.#linked}`).catch(() => null);
    if (item !== this.#item) return;
    const query = new URLSearchParams({ limit: PAGE, ...(this.#cursor ? { cursor: this.#cursor } : {}) });
    let page;
    try {
      page = await api(`videos/${item.id}/comments?${query}`);
    } catch (problem) {
      if (item === this.#item) this.#showFault(problem);
      return;
    }
    if (item !== this.#item) return; // Another clip came on stage meanwhile.
    for (const waiting of this.#list.querySelectorAll(".comment--waiting, .empty")) waiting.remove();
    this.#more?.remove();
    if (this.#linked) this.#begin(inPlace);
    const shown = new Set([...this.#list.children].map((node) => node.dataset.id));
    this.#list.append(...page.items.filter((comment) => !shown.has(comment.id)).map((comment) => commentNode(comment, this.#acts())));
    this.#cursor = page.cursor;
    if (this.#cursor) this.#list.append((this.#more = el("li", {}, moreButton(t("More comments"), () => this.#load()))));
    if (this.#list.children.length === 0) this.#showEmpty();
  }

  /** Put the thread to which a link leads on top, and mark the comment. */
  #begin(inPlace) {
    this.#linked = null;
    if (!inPlace) {
      say(t("That comment is not there any more."));
      return;
    }
    const { thread, comment } = inPlace;
    const root = commentNode(thread, this.#acts());
    const node = thread.id === comment.id ? root : commentNode(comment, this.#acts(), thread.id);
    if (node !== root) root.querySelector(".comment__replies ol").append(node);
    this.#list.prepend(root);
    node.classList.add("comment--linked");
    node.tabIndex = -1;
    node.focus({ preventScroll: true });
    node.scrollIntoView({ block: "nearest" });
  }

  #acts() {
    return {
      reply: (comment, rootId) => this.#answer(comment, rootId),
      removed: (count) => this.#changeCount(-count),
      ownerId: this.#item.author.id,
    };
  }

  #showEmpty() {
    this.#list.append(el("li", { class: "empty" }, icon("message-circle"), el("p", {}, t("Still quiet here. Say the first word?"))));
  }

  #showFault(problem) {
    for (const waiting of this.#list.querySelectorAll(".comment--waiting, .empty")) waiting.remove();
    this.#more?.remove();
    this.#more = el("li", { class: "empty", role: "alert" }, el("p", {}, problem.message),
      el("button", { class: "button", type: "button", onclick: () => this.#load() }, t("Try again")));
    this.#list.append(this.#more);
  }

  #buildComposer() {
    if (!account) {
      const next = encodeURIComponent(location.pathname);
      return el("div", { class: "composer" }, el("a", { class: "composer__sign-in", href: `/sign-in?next=${next}` }, t("Sign in to join the talk")));
    }
    const input = el("textarea", { class: "input", rows: 1, maxlength: LONGEST, "aria-label": t("Your comment"), placeholder: t("Say something kind"), oninput: () => this.#showSendable() });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.#post();
      }
    });
    this.#composer = el("form", { class: "composer", novalidate: true },
      el("div", { class: "composer__to", hidden: true }, el("span"), el("button", { class: "button button--icon", type: "button", "aria-label": t("Do not reply to anyone"), onclick: () => this.#answer(null) }, icon("x", "icon--small"))),
      el("p", { class: "field__error", role: "alert" }),
      el("div", { class: "composer__row" }, input,
        el("button", { class: "button button--icon", type: "submit", disabled: true, "aria-label": t("Send") }, icon("send"))));
    this.#composer.addEventListener("submit", (event) => { event.preventDefault(); this.#post(); });
    return this.#composer;
  }

  #showSendable() {
    const input = this.#composer.querySelector("textarea");
    this.#composer.querySelector("[type=submit]").disabled = input.value.trim() === "";
    this.#composer.querySelector(".field__error").textContent = "";
  }

  #answer(comment, rootId = null) {
    this.#replyTo = comment && { comment, rootId };
    if (!this.#composer) {
      this.focusComposer();
      return;
    }
    const line = this.#composer.querySelector(".composer__to");
    line.hidden = !comment;
    line.querySelector("span").textContent = comment ? t("Reply to %(name)s", { name: comment.author.nickname }) : "";
    this.#composer.querySelector("textarea").focus();
  }

  async #post() {
    const input = this.#composer.querySelector("textarea");
    const body = input.value.trim();
    if (!body) return;
    const answering = this.#replyTo;
    const draft = {
      id: null, body, author: account, likes: 0, liked: false, replies: 0, created_at: new Date().toISOString(),
      thread_id: answering?.rootId ?? null, parent_id: answering?.comment.id ?? null, reply_to: answering?.comment.author ?? null,
    };
    const node = commentNode(draft, this.#acts());
    node.dataset.sending = "";
    this.#place(node, answering);
    input.value = "";
    this.#answer(null);
    this.#showSendable();
    try {
      const saved = await api(`videos/${this.#item.id}/comments`, {
        method: "POST", key: crypto.randomUUID(),
        body: { body, ...(answering ? { parent_id: answering.comment.id } : {}) },
      });
      node.replaceWith(commentNode(saved, this.#acts()));
      this.#changeCount(1);
    } catch (problem) {
      node.remove();
      // The words are given back, so that nobody has to type them twice.
      input.value ||= body;
      this.#showSendable();
      if (problem.status === 401) await sayProblem(problem);
      else this.#composer.querySelector(".field__error").textContent = problem.errors[0]?.detail ?? problem.message;
      if (this.#list.children.length === 0) this.#showEmpty();
    }
  }

  #place(node, answering) {
    this.#list.querySelector(".empty")?.remove();
    if (!answering) {
      this.#list.prepend(node);
      this.#list.scrollTo({ top: 0 });
      return;
    }
    const root = this.#list.querySelector(`:scope > [data-id="${answering.rootId}"]`);
    root.querySelector(".comment__replies ol").append(node);
    node.scrollIntoView({ block: "nearest" });
  }

  #changeCount(by) {
    this.#item.counts.comments += by;
    document.dispatchEvent(new CustomEvent("mh:changed", { detail: { item: this.#item } }));
    this.dispatchEvent(new CustomEvent("comments-count", { bubbles: true, detail: { count: this.#item.counts.comments } }));
  }
}

export const moreButton = (label, act) => el("button", { class: "comment__unfold", type: "button", onclick: act }, label);

export const countTitle = (n) => (n > 0 ? nt("%(n)s comment", "%(n)s comments", n) : t("Comments"));

function skeletons() {
  return [70, 45, 85, 60].map((width) => {
    const line = el("div", { class: "skeleton" }, "·");
    line.style.inlineSize = `${width}%`;
    return el("li", { class: "comment comment--waiting", "aria-hidden": "true" },
      el("span", { class: "avatar avatar--small skeleton" }), el("div", { class: "stack stack--tight" }, el("div", { class: "skeleton" }, "·"), line));
  });
}

customElements.define("mh-comments", Comments);
