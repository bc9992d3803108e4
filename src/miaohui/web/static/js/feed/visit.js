// One stay on one clip: counts the dwell and queues its signals. The page's own state (hidden, out of
// focus, leaving) is watched here once for the visit that is open.
import { api } from "miaohui/api";
import { account } from "miaohui/page";
import { DwellMeter } from "miaohui/feed/dwell_meter";
import { SignalQueue } from "miaohui/feed/signal_queue";

const FLUSH_EVERY_MS = 5000;
/** The server weighs each dwell as one watching. A second glance after a break is none, and neither is a tab
    that closes just as a clip appears: only from these lengths on does the rest, or the start, speak. */
const REST_FROM_MS = 2000;
const START_FROM_MS = 1000;

const queue = new SignalQueue({
  storage: localStorage,
  key: `mh.signals.${account?.id ?? "guest"}`,
  send: (signals) => api("signals", { method: "POST", body: signals }),
  // Outlives the page like a beacon; nobody is left to hear how it ended.
  beacon: (signals) => api("signals", { method: "POST", body: signals, keepalive: true }).catch(() => {}),
});

let open = null;
const isVisible = () => document.visibilityState === "visible";

function onPageState() {
  open?.update({ visible: isVisible(), focused: document.hasFocus() });
}

for (const kind of ["focus", "blur", "pageshow"]) addEventListener(kind, onPageState);
document.addEventListener("visibilitychange", () => {
  onPageState();
  if (!isVisible()) leave();
});
document.addEventListener("freeze", leave);
addEventListener("pagehide", leave);
addEventListener("online", () => queue.flush());
queue.flush(); // What an earlier visit could not send.
setInterval(() => { if (isVisible()) queue.flush(); }, FLUSH_EVERY_MS);

function leave() {
  open?.pauseReport();
  queue.leave();
}

/** Queue what was done with goods. kind: open_product or add_to_cart; impression: of the card that showed them. */
export function noteGoods(kind, productId, impression) {
  queue.add({
    item_id: productId,
    kind,
    at: new Date().toISOString(),
    client_id: crypto.randomUUID(),
    ...(impression ? { impression } : {}),
  });
}

export class Visit {
  #item;
  #meter = new DwellMeter();
  #ends = 0;
  #reported = false;

  constructor(item) {
    this.#item = item;
    open = this;
    this.update({ ratio: 1, visible: isVisible(), focused: document.hasFocus() });
    this.#queue("impression", 0);
  }

  /** Wait until the server has all that was looked at. */
  static flush() {
    return queue.flush();
  }

  get dwellMs() {
    return this.#meter.dwellMs;
  }

  update(change) {
    this.#meter.update(change);
  }

  /** The clip came to its end; a second time means that it was watched again. */
  finish() {
    this.#ends += 1;
    if (this.#ends === 1) this.#queue("finish", 0);
    if (this.#ends === 2) this.#queue("replay", 0);
  }

  /** kind: not_interested or fewer_like_this. */
  refuse(kind) {
    this.#queue(kind, 0);
  }

  /** The page is hidden or goes away: report what was watched so far, since there may be no later. */
  pauseReport() {
    if (this.#meter.unreportedMs >= (this.#reported ? REST_FROM_MS : START_FROM_MS)) this.#report();
  }

  end() {
    this.#meter.update({ ratio: 0 });
    if (this.#meter.unreportedMs >= (this.#reported ? REST_FROM_MS : 1)) this.#report();
    if (open === this) open = null;
  }

  #report() {
    this.#reported = true;
    this.#queue("dwell", this.#meter.take());
  }

  #queue(kind, dwellMs) {
    queue.add({
      item_id: this.#item.id,
      kind,
      dwell_ms: dwellMs,
      duration_ms: this.#item.media.duration_ms,
      at: new Date().toISOString(),
      client_id: crypto.randomUUID(),
      // A clip opened by its own address was not served by a feed.
      ...(this.#item.impression ? { impression: this.#item.impression } : {}),
    });
  }
}
