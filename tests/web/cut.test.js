import assert from "node:assert/strict";
import { test } from "node:test";
import { Cut } from "../../src/miaohui/web/static/js/upload/film_strip.js";

test("the ends never cross and leave at least a second", () => {
  const cut = new Cut(10_000);
  cut.moveEnd(4000);
  cut.moveStart(9000);
  assert.deepEqual([cut.startMs, cut.endMs], [3000, 4000]);
  cut.moveEnd(0);
  assert.equal(cut.endMs, 4000);
});

test("the ends stay inside the film, and an untouched film is whole", () => {
  const cut = new Cut(5000);
  assert.equal(cut.isWhole, true);
  cut.moveStart(-200);
  cut.moveEnd(99_999);
  assert.equal(cut.isWhole, true);
  cut.moveStart(700);
  assert.equal(cut.isWhole, false);
});

test("the cover lies inside what is kept", () => {
  const cut = new Cut(5000);
  cut.moveStart(1000);
  cut.moveEnd(3000);
  assert.deepEqual([cut.inside(0), cut.inside(2000), cut.inside(4800)], [1000, 2000, 3000]);
});
