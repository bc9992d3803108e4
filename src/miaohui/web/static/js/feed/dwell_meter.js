// How long a person really looks at a clip. No DOM: the player reports what happens, the meter counts.
//
// Time counts while the page is visible and has the focus, at least 60 % of the clip is in view, and the
// clip plays, or stands still because its words or comments are being read. Buffering does not count.

export const IN_VIEW_RATIO = 0.6;

export class DwellMeter {
  #now;
  #startedAt = null; // set only while counting
  #countedMs = 0;
  #takenMs = 0;
  #state = { visible: true, focused: true, ratio: 0, playing: false, reading: false };

  /** now: milliseconds that never jump, such as performance.now. */
  constructor({ now = () => performance.now() } = {}) {
    this.#now = now;
  }

  get isCounting() {
    return this.#startedAt !== null;
  }

  /** Milliseconds looked at so far. */
  get dwellMs() {
    const running = this.#startedAt === null ? 0 : this.#now() - this.#startedAt;
    return Math.round(this.#countedMs + running);
  }

  /** Report what changed: any of {visible, focused, ratio, playing, reading}. */
  update(change) {
    Object.assign(this.#state, change);
    const { visible, focused, ratio, playing, reading } = this.#state;
    const counts = visible && focused && ratio >= IN_VIEW_RATIO && (playing || reading);
    if (counts && this.#startedAt === null) this.#startedAt = this.#now();
    if (!counts && this.#startedAt !== null) {
      this.#countedMs += this.#now() - this.#startedAt;
      this.#startedAt = null;
    }
  }

  /** Milliseconds since the last take. */
  get unreportedMs() {
    return this.dwellMs - this.#takenMs;
  }

  /** The same, and from now on it counts as reported. */
  take() {
    const fresh = this.unreportedMs;
    this.#takenMs += fresh;
    return fresh;
  }
}
