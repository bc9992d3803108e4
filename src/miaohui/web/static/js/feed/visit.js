// One stay on one clip: counts the dwell and queues its signals. The page's own state (hidden, out of
// focus, leaving) is watched here once for the visit that is open.
import { api } from "miaohui/api";
import { account } from "miaohui/page";
import { DwellMeter } from "miaohui/feed/dwell_meter";
import { SignalQueue } from "miaohui/feed/signal_queue";

const FLUSH_EVERY_MS = 5000;

const queue = new SignalQueue({
  storage: localStorage,
  key: `mh.signals.${account?.id ?? "guest"}`,
  send: (signals) => api("signals", { method: "POST", body: signals, keepalive: true }),
  beacon: (signals) => navigator.sendBeacon("/api/v1/signals", new Blob([JSON.stringify(signals)], { type: "application/json" })),
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
setInterval(() => { if (isVisible()) queue.flush(); }, FLUSH_EVERY_MS);

function leave() {
  open?.report();
  queue.leave();
}

export class Visit {
  #item;
  #meter = new DwellMeter();
  #finished = false;

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

  finish() {
    if (this.#finished) return;
    this.#finished = true;
    this.#queue("finish", 0);
  }

  /** kind: not_interested or fewer_like_this. */
  refuse(kind) {
    this.#queue(kind, 0);
  }

  /** Queue the dwell since the last report. */
  report() {
    const fresh = this.#meter.take();
    if (fresh > 0) this.#queue("dwell", fresh);
  }

  end() {
    this.#meter.update({ ratio: 0 });
    this.report();
    if (open === this) open = null;
  }

  #queue(kind, dwellMs) {
    queue.add({
      item_id: this.#item.id,
      kind,
      dwell_ms: dwellMs,
      duration_ms: this.#item.media.duration_ms,
      at: new Date().toISOString(),
      client_id: crypto.randomUUID(),
    });
  }
}
