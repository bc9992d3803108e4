// A story for each rule of the dwell meter, on a clock that only the test moves.
import assert from "node:assert/strict";
import { test } from "node:test";
import { DwellMeter } from "../../src/miaohui/web/static/js/feed/dwell_meter.js";

function stage() {
  const clock = { ms: 1000, pass: (ms) => { clock.ms += ms; } };
  const meter = new DwellMeter({ now: () => clock.ms });
  return { clock, meter };
}

test("counts while the clip plays in view", () => {
  const { clock, meter } = stage();
  meter.update({ ratio: 1, playing: true });
  clock.pass(2500);
  assert.equal(meter.dwellMs, 2500);
});

test("does not count before the first picture moves", () => {
  const { clock, meter } = stage();
  meter.update({ ratio: 1 });
  clock.pass(4000);
  assert.equal(meter.dwellMs, 0);
});

test("needs 60 % of the clip in view, and takes exactly 60 %", () => {
  const { clock, meter } = stage();
  meter.update({ ratio: 0.59, playing: true });
  clock.pass(1000);
  assert.equal(meter.dwellMs, 0);
  meter.update({ ratio: 0.6 });
  clock.pass(1000);
  assert.equal(meter.dwellMs, 1000);
});

test("stops in a hidden tab and goes on when it is shown again", () => {
  const { clock, meter } = stage();
  meter.update({ ratio: 1, playing: true });
  clock.pass(1200);
  meter.update({ visible: false });
  clock.pass(60_000);
  meter.update({ visible: true });
  clock.pass(300);
  assert.equal(meter.dwellMs, 1500);
});

test("stops when another window has the focus", () => {
  const { clock, meter } = stage();
  meter.update({ ratio: 1, playing: true });
  clock.pass(700);
  meter.update({ focused: false });
  clock.pass(9000);
  assert.equal(meter.dwellMs, 700);
  assert.equal(meter.isCounting, false);
});

test("a pause does not count, unless the words are being read", () => {
  const { clock, meter } = stage();
  meter.update({ ratio: 1, playing: true });
  clock.pass(1000);
  meter.update({ playing: false });
  clock.pass(5000);
  assert.equal(meter.dwellMs, 1000);
  meter.update({ reading: true });
  clock.pass(2000);
  meter.update({ reading: false });
  clock.pass(5000);
  assert.equal(meter.dwellMs, 3000);
});

test("buffering is not watching", () => {
  const { clock, meter } = stage();
  meter.update({ ratio: 1, playing: true });
  clock.pass(500);
  meter.update({ playing: false });
  clock.pass(8000);
  meter.update({ playing: true });
  clock.pass(500);
  assert.equal(meter.dwellMs, 1000);
});

test("what was taken is not told twice", () => {
  const { clock, meter } = stage();
  meter.update({ ratio: 1, playing: true });
  clock.pass(1000);
  assert.equal(meter.take(), 1000);
  assert.equal(meter.take(), 0);
  clock.pass(250);
  assert.equal(meter.unreportedMs, 250);
  assert.equal(meter.take(), 250);
  assert.equal(meter.dwellMs, 1250);
});

test("the same report twice changes nothing", () => {
  const { clock, meter } = stage();
  meter.update({ ratio: 1, playing: true });
  clock.pass(400);
  meter.update({ playing: true, ratio: 1 });
  clock.pass(400);
  assert.equal(meter.dwellMs, 800);
});
