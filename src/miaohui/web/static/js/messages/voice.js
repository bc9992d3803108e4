// Recording a voice note: press to begin, press to send, Escape to forget.
import { clock, t } from "miaohui/i18n";
import { say } from "miaohui/notices";

const LONGEST_MS = 120_000;

export class VoiceRecorder {
  #recorder = null;
  #chunks = [];
  #began = 0;
  #timer = null;

  /** onTick(text) while it runs, onDone(file or null) at the end. */
  constructor({ onTick, onDone }) {
    this.onTick = onTick;
    this.onDone = onDone;
  }

  get isRunning() {
    return this.#recorder !== null;
  }

  async start() {
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      say(t("The browser does not let us hear you. Allow the microphone and try again."), { bad: true });
      return;
    }
    this.#chunks = [];
    this.#recorder = new MediaRecorder(stream);
    this.#recorder.addEventListener("dataavailable", ({ data }) => this.#chunks.push(data));
    this.#began = performance.now();
    this.#recorder.start(500);
    this.#timer = setInterval(() => {
      const passed = performance.now() - this.#began;
      this.onTick(clock(passed));
      if (passed > LONGEST_MS) this.stop();
    }, 250);
  }

  stop({ forget = false } = {}) {
    const recorder = this.#recorder;
    if (!recorder) return;
    this.#recorder = null;
    clearInterval(this.#timer);
    recorder.addEventListener("stop", () => {
      for (const track of recorder.stream.getTracks()) track.stop();
      this.onDone(forget ? null : new Blob(this.#chunks, { type: recorder.mimeType.split(";")[0] || "audio/webm" }));
    }, { once: true });
    recorder.stop();
  }
}
