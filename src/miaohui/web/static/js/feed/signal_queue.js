// Signals (what was seen, for how long) wait here until the server has them.
//
// They are written to storage before they are sent and removed once accepted, so a closed tab, a dead
// battery or a tunnel loses none; `client_id` lets the server drop what it already has.
// localStorage and not IndexedDB: on leave only a synchronous write is sure to happen.

const KEEP_AT_MOST = 400;
const BATCH = 100;

export class SignalQueue {
  #storage;
  #key;
  #send;
  #beacon;
  #waiting;
  #sending = null;

  /** send(signals) -> Promise; beacon(signals), which outlives the page; storage like localStorage; key per person. */
  constructor({ storage, key, send, beacon }) {
    this.#storage = storage;
    this.#key = key;
    this.#send = send;
    this.#beacon = beacon;
    this.#waiting = this.#load();
  }

  get size() {
    return this.#waiting.length;
  }

  add(signal) {
    this.#waiting.push(signal);
    if (this.#waiting.length > KEEP_AT_MOST) this.#waiting.splice(0, this.#waiting.length - KEEP_AT_MOST);
    this.#save();
  }

  /** Send what waits; answers when all of it is accepted, or with false when the server is not to be reached. */
  async flush() {
    while (this.#sending) await this.#sending;
    if (this.#waiting.length === 0) return true;
    this.#sending = this.#sendAll();
    try {
      return await this.#sending;
    } finally {
      this.#sending = null;
    }
  }

  /** On leave: hand everything to the browser. It stays stored, since nobody will be here to hear that it arrived. */
  leave() {
    for (let i = 0; i < this.#waiting.length; i += BATCH) this.#beacon(this.#waiting.slice(i, i + BATCH));
  }

  async #sendAll() {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, BATCH);
      try {
        await this.#send(batch);
      } catch (problem) {
        // What the server refuses as wrong will not become right by waiting.
        if (!(problem.status >= 400 && problem.status < 500 && problem.status !== 429)) return false;
      }
      const sent = new Set(batch);
      this.#waiting = this.#waiting.filter((signal) => !sent.has(signal));
      this.#save();
    }
    return true;
  }

  #load() {
    try {
      const kept = JSON.parse(this.#storage.getItem(this.#key));
      return Array.isArray(kept) ? kept : [];
    } catch {
      return []; // Unreadable leftovers of an older version, or a browser that forbids storage.
    }
  }

  #save() {
    try {
      if (this.#waiting.length === 0) this.#storage.removeItem(this.#key);
      else this.#storage.setItem(this.#key, JSON.stringify(this.#waiting));
    } catch {
      // Storage is full or forbidden: the signals still wait in memory.
    }
  }
}
