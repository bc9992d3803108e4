// <mh-progress>: the two-pixel line under a clip. A range input, so that keys and screen readers work; what
// is seen is a bar of its own, moved by the compositor. (Drawing it from script at each frame cost 60 % of
// the main thread on a slow phone.)
import { clock, t } from "miaohui/i18n";

const STEPS = 1000;

class ProgressLine extends HTMLElement {
  #video = null;
  #input = null;
  #output = null;
  #bar = null;
  #run = null;
  #resume = false;
  #spoken = -1;

  /** Follow this video and let the person move it. */
  follow(video) {
    if (this.#video) return;
    this.#video = video;
    this.#input = this.querySelector("input");
    this.#output = this.querySelector("output");
    this.#bar = this.querySelector(".progress-line__bar");
    for (const kind of ["playing", "pause", "waiting", "seeked", "durationchange", "ratechange"]) {
      video.addEventListener(kind, () => this.#draw());
    }
    video.addEventListener("timeupdate", () => this.#speak());
    this.#input.addEventListener("input", () => this.#seek());
    this.#input.addEventListener("pointerdown", () => this.#hold());
    for (const kind of ["pointerup", "pointercancel", "blur"]) this.#input.addEventListener(kind, () => this.#release());
  }

  #draw() {
    const { currentTime, duration, paused, playbackRate, readyState } = this.#video;
    if (!(duration > 0) || "held" in this.dataset) return;
    const part = currentTime / duration;
    this.#run?.cancel();
    this.#bar.style.transform = `scaleX(${part})`;
    if (paused || readyState < HTMLMediaElement.HAVE_FUTURE_DATA) return;
    this.#run = this.#bar.animate([{ transform: `scaleX(${part})` }, { transform: "scaleX(1)" }], {
      duration: ((duration - currentTime) / playbackRate) * 1000,
    });
  }

  /** Once a second is enough for the value that screen readers and keys see. */
  #speak() {
    const { currentTime, duration } = this.#video;
    const second = Math.floor(currentTime);
    if (second === this.#spoken || !(duration > 0) || "held" in this.dataset) return;
    // A looping clip jumps back without any event but this one.
    if (second < this.#spoken) this.#draw();
    this.#spoken = second;
    this.#input.value = Math.round((currentTime / duration) * STEPS);
    this.#input.setAttribute("aria-valuetext", t("%(at)s of %(length)s", { at: clock(currentTime * 1000), length: clock(duration * 1000) }));
  }

  #hold() {
    this.#resume = !this.#video.paused;
    this.#video.pause();
    this.#run?.cancel();
    this.dataset.held = "";
  }

  #seek() {
    const { duration } = this.#video;
    if (!(duration > 0)) return;
    const part = this.#input.value / STEPS;
    this.#video.currentTime = part * duration;
    this.#output.textContent = `${clock(part * duration * 1000)} / ${clock(duration * 1000)}`;
    this.#bar.style.transform = `scaleX(${part})`;
  }

  #release() {
    if (!("held" in this.dataset)) return;
    delete this.dataset.held;
    if (this.#resume) this.#video.play().catch(() => {}); // Refused only when the clip was left meanwhile.
    else this.#draw();
  }
}

customElements.define("mh-progress", ProgressLine);
