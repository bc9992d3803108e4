import assert from "node:assert/strict";
import { test } from "node:test";
import { SignalQueue } from "../../src/miaohui/web/static/js/feed/signal_queue.js";

class Storage {
  kept = new Map();
  getItem(key) { return this.kept.get(key) ?? null; }
  setItem(key, value) { this.kept.set(key, value); }
  removeItem(key) { this.kept.delete(key); }
}

function open(storage, { online = true, status = null } = {}) {
  const server = { online, status, got: [], beacons: [] };
  const queue = new SignalQueue({
    storage,
    key: "signals",
    send: async (signals) => {
      if (!server.online) throw Object.assign(new Error("offline"), { status: 0 });
      if (server.status) throw Object.assign(new Error("refused"), { status: server.status });
      server.got.push(...signals);
    },
    beacon: (signals) => { server.beacons.push(...signals); return true; },
  });
  return { queue, server };
}

const signal = (n) => ({ client_id: `c${n}`, kind: "dwell" });

test("what waits is sent once", async () => {
  const { queue, server } = open(new Storage());
  queue.add(signal(1));
  queue.add(signal(2));
  assert.equal(await queue.flush(), true);
  assert.equal(await queue.flush(), true);
  assert.deepEqual(server.got.map((s) => s.client_id), ["c1", "c2"]);
  assert.equal(queue.size, 0);
});

test("offline signals survive the page and go out in a later visit", async () => {
  const storage = new Storage();
  const first = open(storage, { online: false });
  first.queue.add(signal(1));
  assert.equal(await first.queue.flush(), false);
  const second = open(storage);
  assert.equal(second.queue.size, 1);
  await second.queue.flush();
  assert.deepEqual(second.server.got.map((s) => s.client_id), ["c1"]);
  assert.equal(storage.kept.size, 0);
});

test("on leave everything goes by beacon and stays stored under the same client_id", () => {
  const storage = new Storage();
  const { queue, server } = open(storage);
  queue.add(signal(1));
  queue.leave();
  assert.deepEqual(server.beacons.map((s) => s.client_id), ["c1"]);
  assert.equal(JSON.parse(storage.getItem("signals"))[0].client_id, "c1");
});

test("signals added while a batch is under way are not lost with it", async () => {
  const { queue, server } = open(new Storage());
  queue.add(signal(1));
  const flushing = queue.flush();
  queue.add(signal(2));
  await flushing;
  assert.deepEqual(server.got.map((s) => s.client_id), ["c1", "c2"]);
});

test("what the server calls wrong is dropped, what it cannot take now is kept", async () => {
  const wrong = open(new Storage(), { status: 400 });
  wrong.queue.add(signal(1));
  assert.equal(await wrong.queue.flush(), true);
  assert.equal(wrong.queue.size, 0);
  for (const status of [429, 503]) {
    const busy = open(new Storage(), { status });
    busy.queue.add(signal(1));
    assert.equal(await busy.queue.flush(), false);
    assert.equal(busy.queue.size, 1);
  }
});

test("unreadable leftovers and a storage that refuses are no reason to stop", async () => {
  const storage = new Storage();
  storage.setItem("signals", "{broken");
  storage.setItem = () => { throw new Error("quota"); };
  const { queue, server } = open(storage);
  queue.add(signal(1));
  await queue.flush();
  assert.equal(server.got.length, 1);
});
