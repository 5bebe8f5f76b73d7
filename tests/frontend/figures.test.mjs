// What screens compute from what they hold, and the time range in the address.

import assert from "node:assert/strict";
import { test } from "node:test";
import { cadence, dayTrend, joinTraffic, percentile, running, withGaps } from "../../frontend/assets/farol/figures.js";
import { edges, readPorts, readRange, writeRange } from "../../frontend/assets/farol/range.js";

test("a running day is compared over the hours both days have finished", () => {
  const today = [10, 20, 5, ...Array(21).fill(0)];
  const before = Array(24).fill(10);
  assert.deepEqual(dayTrend(today, before, 2), { ratio: 0.5, now: 30, basis: 20, until: 2 });
  assert.equal(dayTrend(today, before, null).until, 24);
});

test("without a basis there is no trend", () => {
  assert.equal(dayTrend([1], [1], 0), null);
  assert.equal(dayTrend(Array(24).fill(1), Array(24).fill(0), 12), null);
  assert.equal(dayTrend(undefined, [1], 1), null);
});

test("a percentile is a value that was measured, and gaps do not count", () => {
  const values = Array.from({ length: 100 }, (_, k) => k + 1);
  assert.equal(percentile([...values, null, undefined], 0.95), 95);
  assert.equal(percentile([7], 0.95), 7);
  assert.equal(percentile([null], 0.95), null);
});

test("live points replace stored ones from where they begin", () => {
  const stored = [[0, 1, 1], [60, 2, 2], [120, 3, 3]];
  const live = { t: [60, 130], in_bps: [20, null], out_bps: [21, 31] };
  assert.deepEqual(joinTraffic(stored, live, 0), [[0, 60, 130], [1, 20, null], [1, 21, 31]]);
  assert.deepEqual(joinTraffic(stored, null, 60), [[60, 120], [2, 3], [2, 3]]);
});

test("no line is drawn across what nobody measured", () => {
  const [t, i] = withGaps([[0, 10, 100], [1, 2, 3], [1, 2, 3]], 30);
  assert.deepEqual(t, [0, 10, 25, 100]);
  assert.deepEqual(i, [1, 2, null, 3]);
});

test("the cadence is the usual step, whatever gaps there are", () => {
  assert.equal(cadence([0, 10, 20, 500, 510]), 10);
  assert.equal(cadence([5]), null);
});

test("money from REST and from the wire adds up alike", () => {
  assert.deepEqual(running(["1.50", 2, null]), [1.5, 3.5, 3.5]);
});

test("a range survives the address", () => {
  const params = new URLSearchParams("port=3&range=6h");
  assert.deepEqual(readRange(params), { name: "6h", from: null, to: null, span: 21600 });
  writeRange(params, { name: null, from: 100.7, to: 200.2 });
  assert.equal(String(params), "port=3&from=100&to=201");
  assert.deepEqual(edges(readRange(params), 999), [100, 201]);
});

test("nonsense in the address falls back to the last hour", () => {
  for (const query of ["", "range=9y", "range=toString", "from=5&to=4", "from=x&to=y"]) {
    assert.equal(readRange(new URLSearchParams(query)).span, 3600);
  }
});

test("at most six ports are drawn, each once", () => {
  assert.deepEqual(readPorts(new URLSearchParams("port=1,2,2,x,-1,3,4,5,6,7")), [1, 2, 3, 4, 5, 6]);
});
