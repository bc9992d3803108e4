import assert from "node:assert/strict";
import { test } from "node:test";
import { WheelGesture } from "../../src/miaohui/web/static/js/feed/wheel_gesture.js";

/** Push [deltaY, gap in ms] one after the other; answers the steps that came of it. */
function roll(gesture, pushes, from = 0) {
  let at = from;
  return pushes.map(([deltaY, gap]) => gesture.push(deltaY, (at += gap))).filter((step) => step !== 0);
}

test("one notch of a mouse wheel is one clip", () => {
  assert.deepEqual(roll(new WheelGesture(), [[100, 10]]), [1]);
  assert.deepEqual(roll(new WheelGesture(), [[-100, 10]]), [-1]);
});

test("a flick on a touch pad and its long fading are one clip", () => {
  const fading = Array.from({ length: 60 }, (_, i) => [Math.max(1, Math.round(90 * 0.93 ** i)), 16]);
  assert.deepEqual(roll(new WheelGesture(), [[12, 16], [40, 16], [90, 16], ...fading]), [1]);
});

test("a second notch after a rest is a second clip", () => {
  assert.deepEqual(roll(new WheelGesture(), [[100, 10], [100, 600]]), [1, 1]);
});

test("notches in a row are counted no faster than clips can move", () => {
  assert.equal(roll(new WheelGesture(), Array.from({ length: 10 }, () => [100, 50])).length < 3, true);
});

test("a new push during the fading of the last one counts once the clip has moved", () => {
  const gesture = new WheelGesture();
  const fading = Array.from({ length: 30 }, (_, i) => [Math.round(60 * 0.9 ** i) + 1, 16]);
  assert.deepEqual(roll(gesture, [[90, 16], ...fading, [80, 16]]), [1, 1]);
});

test("a tremble is no step", () => {
  assert.deepEqual(roll(new WheelGesture(), [[3, 16], [-2, 16], [4, 16]]), []);
});
