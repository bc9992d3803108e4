// <mh-clip>: one clip with its picture, words and acts. The feed tells it when it is on stage.
import { captionPieces } from "miaohui/caption";
import { el, showAvatar } from "miaohui/elements";
import { count, t } from "miaohui/i18n";
import { cardPrice, money } from "miaohui/money";
import { account } from "miaohui/page";
import { attachSource } from "miaohui/feed/clip_source";
import "miaohui/feed/progress_line";
import { CHANGED, setFavourited, setFollowed, setLiked } from "miaohui/feed/reactions";
import { sound } from "miaohui/feed/sound";
import { onTaps } from "miaohui/feed/taps";

const WIDE_FROM_RATIO = 0.72;

class Clip extends HTMLElement {
  #item = null;
  #video;
  #detach = null;
  #onStage = false;
  #pausedByHand = false;
  #preferFile = false;
  #reached = 0; // seconds played to without a jump
  #listening = new AbortController();

  connectedCallback() {
    if (this.#video) return;
    this.#video = this.querySelector("video");
    this.#watchVideo();
    this.#watchHands();
    document.addEventListener(CHANGED, (event) => this.#onChanged(event.detail), { signal: this.#listening.signal });
    sound.addEventListener("change", () => this.#applySound(), { signal: this.#listening.signal });
  }

  get item() {
    return this.#item;
  }

  get video() {
    return this.#video;
  }

  /** Show this item; the first one is already in the page and only gets its behaviour. */
  show(item) {
    this.#item = item;
    const { media, author } = item;
    const ratio = media.width / media.height || 9 / 16;
    this.dataset.id = item.id;
    this.dataset.shape = ratio > WIDE_FROM_RATIO ? "wide" : "tall";
    this.style.setProperty("--ratio", ratio.toFixed(4));
    for (const image of this.querySelectorAll(".clip__poster, .clip__backdrop")) {
      if (image.getAttribute("src") !== media.poster && !(this.dataset.shape === "tall" && image.matches(".clip__backdrop"))) {
        image.src = media.poster;
      }
    }
    this.#video.setAttribute("aria-label", item.title || t("Clip by %(name)s", { name: author.nickname }));
    const name = this.querySelector(".clip__name");
    name.href = `/@${author.handle}`;
    name.textContent = author.nickname;
    this.querySelector(".clip__caption").replaceChildren(...captionPieces(item.title));
    this.#showGoods();
    const face = this.querySelector(".acts__face");
    face.href = `/@${author.handle}`;
    face.setAttribute("aria-label", author.nickname);
    showAvatar(face.querySelector(".avatar"), author);
    this.querySelector(".acts__follow").hidden = account?.id === author.id;
    this.#showActs();
    this.querySelector("mh-progress").follow(this.#video);
    requestAnimationFrame(() => this.#offerMore());
  }

  /** Fetch ahead: "metadata" or "auto". */
  async prepare(preload) {
    if (this.#detach || !this.isConnected) {
      if (preload === "auto") this.#video.preload = "auto";
      return;
    }
    this.#video.preload = preload;
    this.#detach = () => {};
    const detach = await attachSource(this.#video, this.#item.media, { preferFile: this.#preferFile });
    if (this.isConnected) this.#detach = detach;
    else detach();
  }

  /** The clip is on stage: play from where it stands. */
  async enter() {
    this.#onStage = true;
    this.#pausedByHand = false;
    await this.prepare("auto");
    if (this.#onStage) await this.play();
  }

  /** Another clip is on stage. */
  leave() {
    this.#onStage = false;
    this.#video.pause();
    this.#reached = 0;
    if (this.#video.readyState > 0) this.#video.currentTime = 0;
    this.#state("idle");
    this.#foldCaption(true);
  }

  /** The element is thrown away: stop downloading and listening. */
  discard() {
    this.#onStage = false;
    this.#listening.abort();
    this.#detach?.();
    this.remove();
  }

  async play() {
    this.#video.muted = !sound.mayTryAloud || !sound.isWanted;
    try {
      await this.#video.play();
      if (!this.#video.muted && sound.isMuted) sound.unlock();
    } catch (refusal) {
      if (refusal.name === "NotAllowedError" && !this.#video.muted) {
        this.#video.muted = true;
        return this.#video.play().catch(() => this.#state("paused"));
      }
      // The battery saver forbids even silent playing: the big button asks for a tap.
      if (refusal.name === "NotAllowedError") this.#state("paused");
      // AbortError: the clip left the stage before it could start. Other faults come as an `error` event.
    }
    return undefined;
  }

  toggle() {
    if (this.dataset.state === "failed") return this.retry();
    this.#pausedByHand = !this.#video.paused;
    if (this.#pausedByHand) this.#video.pause();
    else this.play();
    return undefined;
  }

  /** Pause while the page is out of sight; a pause by hand stays one. */
  rest(resting) {
    if (resting) this.#video.pause();
    else if (this.#onStage && !this.#pausedByHand) this.play();
  }

  seekBy(seconds) {
    const { duration, currentTime } = this.#video;
    this.#reached = 0;
    if (duration > 0) this.#video.currentTime = Math.min(Math.max(0, currentTime + seconds), duration - 0.1);
  }

  async retry() {
    this.#detach?.();
    this.#detach = null;
    this.#preferFile = !this.#preferFile;
    this.#state("waiting");
    await this.prepare("auto");
    this.#video.load();
    await this.play();
  }

  like(liked = !this.#item.liked) {
    if (liked) this.#beat(".act--like");
    return setLiked(this.#item, liked);
  }

  favourite() {
    if (!this.#item.favourited) this.#beat(".act--favourite");
    return setFavourited(this.#item, !this.#item.favourited);
  }

  async openComments({ linked = null } = {}) {
    this.#say("clip-reading", { reading: true });
    const { openComments } = await import("miaohui/sheets/comments");
    await openComments(this.#item, { linked });
    this.#say("clip-reading", { reading: this.#isReadingCaption });
  }

  /** Over the playing clip; `card` is one of the item's products. */
  async openGoods(card = this.#item.products[0]) {
    this.#say("clip-reading", { reading: true });
    const { openProduct } = await import("miaohui/sheets/product");
    const { id, impression, products } = this.#item;
    await openProduct(card, { source: { kind: "video", id }, impression, others: products });
    this.#say("clip-reading", { reading: this.#isReadingCaption });
  }

  async openShare() {
    const { openShare } = await import("miaohui/sheets/share");
    await openShare(this.#item, { video: this.video, onRefused: (kind) => this.#say("clip-refused", { kind }) });
  }

  // -- private ---------------------------------------------------------------------------------

  #watchVideo() {
    const video = this.#video;
    video.addEventListener("playing", () => {
      this.dataset.shown = "";
      this.#state("playing");
    });
    video.addEventListener("waiting", () => this.#onStage && this.#state("waiting"));
    video.addEventListener("pause", () => {
      // The line under the thumb pauses too, but that is not a decision to stop.
      if (this.#onStage && !this.querySelector("mh-progress[data-held]")) this.#state("paused");
      else this.#say("clip-playing", { playing: false });
    });
    video.addEventListener("error", () => {
      if (!this.#detach || !this.#item) return;
      this.#state("failed");
    });
    // `loop` swallows `ended`: what is left of it is a jump to the beginning that no hand made. On a busy phone the
    // last time heard of before it may be seconds old.
    video.addEventListener("timeupdate", () => { if (!video.seeking) this.#reached = video.currentTime; });
    video.addEventListener("seeking", () => {
      if (this.#reached > video.duration / 2 && video.currentTime < 0.1) this.#say("clip-finished");
      this.#reached = 0;
    });
    this.querySelector("mh-progress input").addEventListener("input", () => { this.#reached = 0; });
  }

  #watchHands() {
    onTaps(this.querySelector(".clip__surface"), {
      single: () => this.toggle(),
      double: (x, y) => {
        this.#burst(x, y);
        this.like(true);
      },
    });
    const on = (selector, act) => this.querySelector(selector).addEventListener("click", act);
    on(".act--like", () => this.like());
    on(".act--favourite", () => this.favourite());
    on(".act--comment", () => this.#say("clip-comments"));
    on(".act--share", () => this.openShare());
    on(".clip__goods", () => this.openGoods());
    on(".acts__follow", () => setFollowed(this.#item.author, true));
    on(".clip__more", () => this.#foldCaption(!this.querySelector(".clip__caption").hasAttribute("data-folded")));
    on(".clip__retry", () => this.retry());
  }

  #onChanged({ item, person }) {
    if (item?.id === this.#item?.id) {
      Object.assign(this.#item, { liked: item.liked, favourited: item.favourited, counts: item.counts });
    }
    if (person?.id === this.#item?.author.id) this.#item.author.followed = person.followed;
    if (this.#item) this.#showActs();
  }

  #showGoods() {
    const chip = this.querySelector(".clip__goods");
    const [goods] = this.#item.products ?? [];
    chip.hidden = !goods;
    if (!goods) return;
    const picture = chip.querySelector("img");
    if (goods.cover && picture.getAttribute("src") !== goods.cover) picture.src = goods.cover;
    chip.querySelector(".clip__goods-title").textContent = goods.title;
    const { price, before } = cardPrice(goods);
    const shown = chip.querySelector(".clip__goods-price");
    shown.textContent = money(price, goods.currency);
    if (before) shown.append(" ", el("s", {}, money(before, goods.currency)));
  }

  #showActs() {
    const { counts, liked, favourited, author } = this.#item;
    this.#showAct(".act--like", counts.likes, t("Like"), liked);
    this.#showAct(".act--comment", counts.comments, t("Comments"));
    this.#showAct(".act--favourite", counts.favourites, t("Keep"), favourited);
    this.#showAct(".act--share", counts.shares, t("Share"));
    const follow = this.querySelector(".acts__follow");
    follow.setAttribute("aria-pressed", String(author.followed));
    follow.setAttribute("aria-label", t("Follow %(name)s", { name: author.nickname }));
  }

  #showAct(selector, n, label, pressed) {
    const button = this.querySelector(selector);
    button.querySelector("span").textContent = n > 0 ? count(n) : label;
    button.setAttribute("aria-label", n > 0 ? `${label}, ${count(n)}` : label);
    if (pressed !== undefined) button.setAttribute("aria-pressed", String(pressed));
  }

  #applySound() {
    if (!this.#onStage) return;
    this.#video.muted = sound.isMuted;
  }

  #state(state) {
    if (this.dataset.state === state) return;
    this.dataset.state = state;
    const surface = this.querySelector(".clip__surface");
    surface.setAttribute("aria-label", state === "playing" || state === "waiting" ? t("Pause") : t("Play"));
    this.#say("clip-playing", { playing: state === "playing" });
    this.#say("clip-reading", { reading: this.#isReadingCaption });
  }

  get #isReadingCaption() {
    const caption = this.querySelector(".clip__caption");
    return this.#onStage && this.#pausedByHand && !caption.hasAttribute("data-folded");
  }

  #offerMore() {
    const caption = this.querySelector(".clip__caption");
    this.querySelector(".clip__more").hidden = caption.scrollHeight <= caption.clientHeight + 2;
  }

  #foldCaption(folded) {
    this.querySelector(".clip__caption").toggleAttribute("data-folded", folded);
    const more = this.querySelector(".clip__more");
    more.textContent = folded ? t("more") : t("less");
    more.setAttribute("aria-expanded", String(!folded));
    this.#say("clip-reading", { reading: this.#isReadingCaption });
  }

  #beat(selector) {
    const button = this.querySelector(selector);
    button.dataset.just = "";
    button.addEventListener("animationend", () => delete button.dataset.just, { once: true });
  }

  #burst(x, y) {
    const box = this.querySelector(".clip__frame").getBoundingClientRect();
    const heart = document.createElement("span");
    heart.className = "clip__burst";
    heart.append(this.querySelector(".act--like .icon").cloneNode(true));
    heart.style.left = `${x - box.left}px`;
    heart.style.top = `${y - box.top}px`;
    heart.addEventListener("animationend", () => heart.remove());
    this.querySelector(".clip__frame").append(heart);
  }

  #say(kind, detail = {}) {
    this.dispatchEvent(new CustomEvent(kind, { bubbles: true, detail }));
  }
}

customElements.define("mh-clip", Clip);
