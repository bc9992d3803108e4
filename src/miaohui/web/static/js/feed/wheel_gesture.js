// Turns a stream of wheel events into steps of one clip each. No DOM.
//
// A touch pad keeps rolling for up to a second after the fingers left: a step needs either quiet before it,
// or a push clearly stronger than the fading roll.

const QUIET_MS = 140;
const STEP_PX = 24;
const HOLD_MS = 420;
const STRONGER = 1.6;

export class WheelGesture {
  #lastAt = -Infinity;
  #steppedAt = -Infinity;
  #sum = 0;
  #last = 0;
  #stepping = false;

  /** deltaY in px, at in ms. Answers -1, 0 or 1. */
  push(deltaY, at) {
    const quiet = at - this.#lastAt > QUIET_MS;
    const size = Math.abs(deltaY);
    const pushed = size > Math.abs(this.#last) * STRONGER && size > STEP_PX;
    if (quiet || Math.sign(deltaY) !== Math.sign(this.#sum)) this.#sum = 0;
    this.#lastAt = at;
    this.#last = deltaY;
    const held = at - this.#steppedAt < HOLD_MS;
    if (held || (this.#stepping && !quiet && !pushed)) return 0;
    this.#sum += deltaY;
    if (Math.abs(this.#sum) < STEP_PX) {
      this.#stepping = false;
      return 0;
    }
    const step = Math.sign(this.#sum);
    this.#sum = 0;
    this.#steppedAt = at;
    this.#stepping = true;
    return step;
  }
}
