// <mh-progress>: the two-pixel line under a clip. A range input, so that keys and screen readers work.
import { clock, t } from "miaohui/i18n";

const STEPS = 1000;

class ProgressLine extends HTMLElement {
  #video = null;
  #input = null;
  #output = null;
  #frame = 0;
  #resume = false;

  /** Follow this video and let the person move it. */
  follow(video) {
    if (this.#video) return;
    this.#video = video;
    this.#input = this.querySelector("input");
    this.#output = this.querySelector("output");
    video.addEventListener("play", () => this.#run());
    video.addEventListener("seeked", () => this.#draw());
    video.addEventListener("durationchange", () => this.#draw());
    this.#input.addEventListener("input", () => this.#seek());
    this.#input.addEventListener("pointerdown", () => this.#hold());
    for (const kind of ["pointerup", "pointercancel", "blur"]) this.#input.addEventListener(kind, () => this.#release());
  }

  disconnectedCallback() {
    cancelAnimationFrame(this.#frame);
  }

  #run() {
    cancelAnimationFrame(this.#frame);
    const step = () => {
      this.#draw();
      if (!this.#video.paused) this.#frame = requestAnimationFrame(step);
    };
    step();
  }

  #draw() {
    const { currentTime, duration } = this.#video;
    if (!(duration > 0)) return;
    const part = currentTime / duration;
    this.#input.style.setProperty("--played", `${part * 100}%`);
    if ("held" in this.dataset) return;
    this.#input.value = Math.round(part * STEPS);
    // Spoken only when the person is on the line; written once a second at most.
    const words = t("%(at)s of %(length)s", { at: clock(currentTime * 1000), length: clock(duration * 1000) });
    if (this.#input.getAttribute("aria-valuetext") !== words) this.#input.setAttribute("aria-valuetext", words);
  }

  #hold() {
    this.dataset.held = "";
    this.#resume = !this.#video.paused;
    this.#video.pause();
  }

  #seek() {
    const { duration } = this.#video;
    if (!(duration > 0)) return;
    this.#video.currentTime = (this.#input.value / STEPS) * duration;
    this.#output.textContent = `${clock(this.#video.currentTime * 1000)} / ${clock(duration * 1000)}`;
    this.#input.style.setProperty("--played", `${(this.#input.value / STEPS) * 100}%`);
  }

  #release() {
    if (!("held" in this.dataset)) return;
    delete this.dataset.held;
    if (this.#resume) this.#video.play().catch(() => {}); // Refused only when the clip was left meanwhile.
  }
}

customElements.define("mh-progress", ProgressLine);
