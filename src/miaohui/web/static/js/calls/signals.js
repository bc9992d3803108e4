// What the two browsers tell each other: numbered by the server, in order, nothing lost when the network changes.
import { api } from "miaohui/api";

const GATHER_MS = 40;
const AGAIN_AFTER_MS = 1000;

export class Signals {
  #path;
  #me;
  #peer = null;
  #onSignal;
  #onGone;
  #seq = 0;
  #early = new Map(); // seq -> signal that came before one that is missing
  #queue = [];
  #isSending = false;
  #isFetching = false;
  #isOpen = false;
  #isClosed = false;

  /** onSignal(body): what the other side said. onGone(): the call is not there any more. */
  constructor({ callId, me, onSignal, onGone }) {
    this.#path = `calls/${callId}/signals`;
    this.#me = me;
    this.#onSignal = onSignal;
    this.#onGone = onGone;
  }

  /**
   * From now on speak as this connection, and hand on what is heard. A page that is new in a call in which this
   * person has spoken before passes over what was said until now: it was said to a connection that is gone.
   */
  async begin(peer) {
    this.#peer = peer;
    if (this.#isOpen) return;
    while (!this.#isClosed && !(await this.fetch({ isFirst: true }))) await pause();
    this.#isOpen = true;
    this.#handOn();
  }

  /** Say something; candidates that come within a moment go together. */
  send(body) {
    const last = this.#queue.at(-1);
    if (body.candidates && last?.candidates && last.peer === this.#peer && last.candidates.length < 40) {
      last.candidates.push(...body.candidates);
    } else this.#queue.push({ peer: this.#peer, ...body });
    if (body.candidates) setTimeout(() => this.#flush(), GATHER_MS);
    else this.#flush();
  }

  /** Hear what the socket brings. */
  hear(signal) {
    if (signal.seq <= this.#seq) return;
    this.#early.set(signal.seq, signal);
    this.#handOn();
    if (this.#early.size > 0) this.fetch();
  }

  /** Ask for all that is missing; answers whether it came. */
  async fetch({ isFirst = false } = {}) {
    if (this.#isFetching || this.#isClosed) return false;
    this.#isFetching = true;
    try {
      const { items } = await api(`${this.#path}?after=${this.#seq}`);
      if (isFirst && items.some(({ from_id }) => from_id === this.#me)) this.#seq = items.at(-1).seq;
      for (const item of items) if (item.seq > this.#seq) this.#early.set(item.seq, item);
      for (const seq of [...this.#early.keys()]) if (seq <= this.#seq) this.#early.delete(seq);
      this.#handOn();
      return true;
    } catch (problem) {
      if (problem.status === 404) {
        this.close();
        this.#onGone();
      } else if (!isFirst) setTimeout(() => this.fetch(), AGAIN_AFTER_MS);
      return false;
    } finally {
      this.#isFetching = false;
    }
  }

  close() {
    this.#isClosed = true;
    this.#queue = [];
  }

  #handOn() {
    while (this.#isOpen && this.#early.has(this.#seq + 1)) {
      this.#seq += 1;
      const signal = this.#early.get(this.#seq);
      this.#early.delete(this.#seq);
      if (signal.from_id !== this.#me) this.#onSignal(signal.body);
    }
  }

  async #flush() {
    if (this.#isSending) return;
    this.#isSending = true;
    while (this.#queue.length > 0 && !this.#isClosed) {
      const body = this.#queue.shift();
      try {
        await api(this.#path, { method: "POST", body });
      } catch (problem) {
        if (problem.status === 404 || problem.status === 409) {
          this.#onGone();
          break; // What else there is to say has nobody to hear it.
        }
        // No network, or too much at once: it is said later, and nothing is said before it.
        if (problem.isOffline || problem.status === 429 || problem.status >= 500) {
          this.#queue.unshift(body);
          await pause();
        } else console.warn("call:", problem);
      }
    }
    this.#isSending = false;
  }
}

const pause = () => new Promise((resolve) => { setTimeout(resolve, AGAIN_AFTER_MS); });
