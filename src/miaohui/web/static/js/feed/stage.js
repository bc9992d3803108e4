// <mh-feed>: the column of slots. Knows which clip is on stage, keeps a few mounted, fetches the next page
// when two or fewer lie ahead, and reports what was looked at for how long.
import { api } from "miaohui/api";
import { el } from "miaohui/elements";
import { t } from "miaohui/i18n";
import { say } from "miaohui/notices";
import { embedded } from "miaohui/page";
import "miaohui/feed/clip";
import { showEnd } from "miaohui/feed/end_slot";
import { Visit } from "miaohui/feed/visit";
import { WheelGesture } from "miaohui/feed/wheel_gesture";

const AHEAD = 2;
const MOUNTED_EACH_SIDE = 2;
const ON_STAGE_RATIO = 0.6;
const PAGE_SIZE = 3;
/** A slow signal must not keep the next page from somebody who swipes fast. */
const FLUSH_AT_MOST_MS = 1500;

class Feed extends HTMLElement {
  #entries = []; // {item, slot, clip}
  #active = -1;
  #cursor = null;
  #loading = null;
  #end = null;
  #visit = null;
  #observer;
  #wheel = new WheelGesture();

  connectedCallback() {
    this.#observer = new IntersectionObserver((seen) => this.#onSeen(seen), { root: this, threshold: [ON_STAGE_RATIO] });
    this.addEventListener("wheel", (event) => this.#onWheel(event), { passive: false });
    this.addEventListener("clip-playing", (event) => this.#ofActive(event) && this.#onPlaying(event.detail.playing));
    this.addEventListener("clip-reading", (event) => this.#ofActive(event) && this.#visit?.update(event.detail));
    this.addEventListener("clip-finished", (event) => this.#ofActive(event) && this.#visit?.finish());
    this.addEventListener("clip-refused", (event) => this.#refuse(event));
    this.addEventListener("clip-comments", () => this.openComments());
    // A page that nobody sees should not be heard, and one that comes back goes on.
    document.addEventListener("visibilitychange", () => this.active?.rest(document.visibilityState === "hidden"));
    addEventListener("pageshow", (event) => { if (event.persisted) this.active?.rest(false); });
    addEventListener("online", () => this.#end?.dataset.kind === "failed" && this.#load());
    this.#begin(embedded("first-page"));
  }

  get active() {
    return this.#entries[this.#active]?.clip ?? null;
  }

  get activeItem() {
    return this.#entries[this.#active]?.item ?? null;
  }

  /** Move by whole clips; 1 is the next one. */
  step(by) {
    const slots = [...this.children];
    const target = slots[Math.min(Math.max(0, this.#active + by), slots.length - 1)];
    this.#keepFocus = this.contains(document.activeElement);
    target?.scrollIntoView({ behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  }

  openComments() {
    const panel = document.querySelector("mh-details");
    if (panel && matchMedia("(min-width: 1024px)").matches) panel.focusComposer();
    else this.active?.openComments();
  }

  #keepFocus = false;

  #begin(page) {
    const served = this.querySelector(".slot");
    if (page) {
      this.#cursor = page.cursor;
      page.items.forEach((item, i) => this.#append(item, i === 0 ? served : null));
      if (page.items.length > 0) this.#enter(0);
    }
    if (this.#entries.length === 0) this.#load();
  }

  #append(item, served = null) {
    const slot = served ?? el("article", { class: "slot", "aria-setsize": "-1" });
    slot.setAttribute("aria-posinset", String(this.#entries.length + 1));
    slot.setAttribute("aria-label", [item.author.nickname, item.title].filter(Boolean).join("："));
    const entry = { item, slot, clip: slot.querySelector("mh-clip") };
    if (!served) this.insertBefore(slot, this.#end);
    this.#entries.push(entry);
    entry.clip?.show(item);
    this.#observer.observe(slot);
  }

  #onSeen(seen) {
    const shown = seen.findLast((entry) => entry.isIntersecting && entry.intersectionRatio >= ON_STAGE_RATIO);
    if (!shown) return;
    const index = this.#entries.findIndex((entry) => entry.slot === shown.target);
    if (index >= 0 && index !== this.#active) this.#enter(index);
    if (index < 0 && shown.target === this.#end) this.#leaveStage();
  }

  #enter(index) {
    this.#leaveStage();
    this.#active = index;
    this.#mountAround(index);
    const { item, clip } = this.#entries[index];
    this.#entries.forEach((entry, i) => { entry.slot.inert = i !== index; });
    if (this.#keepFocus) clip.querySelector(".clip__surface").focus({ preventScroll: true });
    this.#keepFocus = false;
    this.#visit = new Visit(item);
    this.#whenPainted(clip, () => this.#active === index && clip.enter());
    this.dispatchEvent(new CustomEvent("stage-change", { detail: { item, clip } }));
    if (this.#entries.length - 1 - index <= AHEAD) this.#load();
  }

  #leaveStage() {
    this.#visit?.end();
    this.#visit = null;
    this.active?.leave();
    this.#active = -1;
  }

  /** The very first picture should not share the line with its own film. */
  #whenPainted(clip, run) {
    const poster = clip.querySelector(".clip__poster");
    if (poster.complete) run();
    else {
      poster.addEventListener("load", run, { once: true });
      poster.addEventListener("error", run, { once: true });
    }
  }

  #mountAround(index) {
    this.#entries.forEach((entry, i) => {
      const near = Math.abs(i - index) <= MOUNTED_EACH_SIDE;
      if (near && !entry.clip) {
        const copy = document.getElementById("clip-template").content.cloneNode(true);
        entry.slot.append(copy);
        entry.clip = entry.slot.querySelector("mh-clip");
        entry.clip.show(entry.item);
      } else if (!near && entry.clip) {
        entry.clip.discard();
        entry.clip = null;
      }
    });
  }

  #onPlaying(playing) {
    this.#visit?.update({ playing });
    if (!playing || navigator.connection?.saveData) return;
    for (let ahead = 1; ahead <= AHEAD; ahead += 1) this.#entries[this.#active + ahead]?.clip?.prepare("auto");
  }

  #ofActive(event) {
    return event.target === this.active;
  }

  #onWheel(event) {
    if (event.ctrlKey) return; // Zooming stays the browser's.
    event.preventDefault();
    const step = this.#wheel.push(event.deltaMode === 1 ? event.deltaY * 16 : event.deltaY, event.timeStamp);
    if (step !== 0) this.step(step);
  }

  #refuse(event) {
    this.#visit?.refuse(event.detail.kind);
    say(event.detail.kind === "not_interested" ? t("Understood. You will see less like it.") : t("Understood. Fewer of these from now on."));
    if (this.#ofActive(event)) this.step(1);
  }

  async #load() {
    if (this.#loading || (this.#cursor === null && this.#entries.length > 0)) {
      if (!this.#loading) this.#showEnd("done");
      return;
    }
    this.#showEnd("loading");
    this.#loading = this.#fetchPage();
    try {
      const page = await this.#loading;
      this.#cursor = page.cursor;
      for (const item of page.items) this.#append(item);
      if (this.#active >= 0) this.#mountAround(this.#active);
      if (this.#entries.length === 0) this.#showEnd("empty");
      else if (this.#cursor === null) this.#showEnd("done");
      else this.#hideEnd();
    } catch (problem) {
      this.#showEnd("failed", problem);
    } finally {
      this.#loading = null;
    }
  }

  async #fetchPage() {
    // What was just watched should already count for what comes now.
    await Promise.race([Visit.flush(), new Promise((resolve) => setTimeout(resolve, FLUSH_AT_MOST_MS))]);
    const query = new URLSearchParams({ limit: PAGE_SIZE });
    if (this.#cursor) query.set("cursor", this.#cursor);
    return api(`${this.dataset.source}?${query}`);
  }

  #showEnd(kind, problem = null) {
    if (!this.#end) {
      this.#end = el("article", { class: "slot slot--end" });
      this.append(this.#end);
      this.#observer.observe(this.#end);
    }
    showEnd(this.#end, { kind, problem, source: this.dataset.source, retry: () => this.#load() });
  }

  #hideEnd() {
    if (!this.#end) return;
    this.#observer.unobserve(this.#end);
    this.#end.remove();
    this.#end = null;
  }
}

customElements.define("mh-feed", Feed);
