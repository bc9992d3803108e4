// <mh-details>: beside the clip on a wide screen. Follows the stage.
import "miaohui/comments";
import { captionPieces } from "miaohui/caption";
import { countTitle } from "miaohui/comments";
import { avatar, el, icon } from "miaohui/elements";
import { since, t } from "miaohui/i18n";
import { cardPrice, money } from "miaohui/money";
import { account } from "miaohui/page";
import { CHANGED, setFollowed } from "miaohui/feed/reactions";

/** Someone who runs through clips should not ask for the comments of each. */
const SETTLE_MS = 350;

class Details extends HTMLElement {
  #item = null;
  #timer = null;
  #linked = null;

  connectedCallback() {
    document.addEventListener(CHANGED, () => this.#item && this.#showChanging());
  }

  /** linked: the comment to begin with. */
  show(item, { linked = null } = {}) {
    if (!item || item === this.#item) return;
    this.#item = item;
    this.#linked = linked;
    const { author } = item;
    const home = `/@${author.handle}`;
    const follow = account?.id !== author.id && el("button", { class: "button button--chip", type: "button", onclick: () => setFollowed(author, !author.followed) });
    const about = [
      el("div", { class: "details__author" },
        el("a", { href: home, tabindex: "-1", "aria-hidden": "true" }, avatar(author)),
        el("a", { class: "details__names", href: home }, el("strong", {}, author.nickname),
          el("small", {}, [`@${author.handle}`, item.published_at && since(item.published_at)].filter(Boolean).join(" · "))),
        follow),
      item.title && el("p", { class: "details__caption" }, captionPieces(item.title)),
      item.products?.length > 0 && el("div", { class: "details__goods" }, item.products.map((goods) => this.#goodsButton(goods))),
      item.reason?.text && el("p", { class: "details__reason" }, icon("sparkles", "icon--small"), el("span", {}, item.reason.text)),
    ];
    this.querySelector(".details__about").replaceChildren(...about.filter(Boolean));
    this.#showChanging();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#openComments(), SETTLE_MS);
  }

  focusComposer() {
    // Whoever asks to write does not wait, and must not lose the field when the timer comes.
    if (this.#timer !== null) this.#openComments();
    this.querySelector("mh-comments").focusComposer();
  }

  #goodsButton(goods) {
    const { price, before } = cardPrice(goods);
    return el("button", { type: "button", onclick: () => document.querySelector("mh-feed").active?.openGoods(goods) },
      goods.cover ? el("img", { src: goods.cover, alt: "", width: 52, height: 52, decoding: "async" }) : icon("image"),
      el("span", {}, el("span", {}, goods.title), el("span", {}, el("strong", { class: "price" }, money(price, goods.currency)), " ", before && el("s", { class: "quiet tabular" }, money(before, goods.currency)))),
      icon("chevron-right", "icon--small"));
  }

  #openComments() {
    clearTimeout(this.#timer);
    this.#timer = null;
    this.querySelector("mh-comments").open(this.#item, { linked: this.#linked });
  }

  #showChanging() {
    const { author, counts } = this.#item;
    this.querySelector(".details__title").textContent = countTitle(counts.comments);
    const follow = this.querySelector(".details__author button");
    if (!follow) return;
    follow.classList.toggle("button--main", !author.followed);
    follow.setAttribute("aria-pressed", String(author.followed));
    follow.textContent = author.followed ? t("Following") : t("Follow");
  }
}

customElements.define("mh-details", Details);
