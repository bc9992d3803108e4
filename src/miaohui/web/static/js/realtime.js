// One socket for the page: topics, resume by sequence number, reconnect with growing pauses.
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

export class Realtime {
  #url;
  #socket = null;
  #topics = new Map(); // topic -> {epoch, seq, listeners}
  #pause = FIRST_PAUSE_MS;
  #timer = null;

  constructor(url = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`) {
    this.#url = url;
    addEventListener("online", () => this.#connect());
    // An open socket would keep the page out of the back/forward cache.
    addEventListener("pagehide", () => this.#close());
    addEventListener("pageshow", (event) => { if (event.persisted) this.#connect(); });
  }

  /**
   * Hear a topic: listener({event, data}), beginning with {event: "subscribed"} once nothing is missed any more.
   * After a gap that the server cannot fill the listener gets
   * {event: "reset"} and should fetch the present state; {event: "refused"} when the topic is not for us.
   * position: {epoch, seq} of what the page shows already, for topics that are kept: what follows comes first.
   * Answers the function that stops it.
   */
  subscribe(topic, listener, position = null) {
    let entry = this.#topics.get(topic);
    if (!entry) {
      entry = { epoch: null, seq: 0, listeners: new Set() };
      this.#topics.set(topic, entry);
      if (this.#isOpen) this.#ask(topic, entry);
    }
    if (position && entry.epoch === null && !this.#isOpen) Object.assign(entry, position);
    else if (position && entry.epoch !== null && (entry.epoch !== position.epoch || entry.seq > position.seq)) {
      // Somebody else on this page has heard more already.
      queueMicrotask(() => listener({ event: "reset" }));
    }
    entry.listeners.add(listener);
    this.#connect();
    return () => {
      entry.listeners.delete(listener);
      if (entry.listeners.size > 0) return;
      this.#topics.delete(topic);
      if (this.#isOpen) this.#send({ op: "unsubscribe", topic });
      if (this.#topics.size === 0) this.#close();
    };
  }

  get #isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  #connect() {
    clearTimeout(this.#timer);
    if (this.#socket || this.#topics.size === 0) return;
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.addEventListener("open", () => {
      this.#pause = FIRST_PAUSE_MS;
      for (const [topic, entry] of this.#topics) this.#ask(topic, entry);
    });
    socket.addEventListener("message", (message) => this.#receive(JSON.parse(message.data)));
    socket.addEventListener("close", () => {
      if (this.#socket !== socket) return;
      this.#socket = null;
      if (this.#topics.size === 0) return;
      // Spread out, so that a restarted server is not met by everyone at once.
      this.#timer = setTimeout(() => this.#connect(), this.#pause * (0.5 + Math.random() / 2));
      this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE_MS);
    });
  }

  #close() {
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #ask(topic, entry) {
    const resume = entry.epoch === null ? {} : { epoch: entry.epoch, after: entry.seq };
    this.#send({ op: "subscribe", topic, ...resume });
  }

  #send(frame) {
    this.#socket.send(JSON.stringify(frame));
  }

  #receive(frame) {
    const entry = this.#topics.get(frame.topic);
    if (!entry) return;
    if (frame.op === "subscribed" && entry.epoch === frame.epoch) return;
    if (frame.op === "subscribed" || frame.op === "reset") {
      // Only a position that we had and that no longer leads here means a gap.
      const isGap = frame.op === "reset" || entry.epoch !== null;
      entry.epoch = frame.epoch;
      entry.seq = frame.seq;
      this.#tell(entry, { event: isGap ? "reset" : "subscribed" });
      return;
    }
    if (frame.op === "error") {
      this.#tell(entry, { event: "refused", data: frame });
      return;
    }
    if (frame.seq === undefined) {
      // What is true only now, such as that somebody is typing, has no number.
      if (frame.event) this.#tell(entry, frame);
      return;
    }
    if (frame.seq <= entry.seq) return;
    entry.seq = frame.seq;
    for (const message of frame.batch ?? [frame]) this.#tell(entry, message);
  }

  #tell(entry, message) {
    for (const listener of [...entry.listeners]) listener(message);
  }
}

export const realtime = new Realtime();
