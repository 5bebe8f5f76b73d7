// What the map of technicians computes: how often it repaints, what changed, and where it looks first.

import assert from "node:assert/strict";
import { test } from "node:test";
import { busiestCity, changes, ordersKey } from "../../frontend/assets/farol/map-style.js";
import { paced } from "../../frontend/assets/farol/pacing.js";

const row = (id, more = {}) => ({
  id, name: `Iara Luz ${id}`, city: "Alto", state: "free", signal: "live", late: false, latitude: -19.9, longitude: -43.9, heading_deg: 10, speed_kmh: 30,
  order_id: null, order_latitude: null, order_longitude: null, ...more,
});
const say = () => "";

test("a hundred changes in a second repaint at the first and then at each interval, and the last one is shown", () => {
  let [time, waiting] = [0, null];
  const shown = [];
  let latest = null;
  const after = (fn, ms) => { waiting = { fn, at: time + ms }; return waiting; };
  const [ask] = paced(() => shown.push([time, latest]), 500, { now: () => time, after, cancel: () => {} });
  for (; time < 1000; time += 10) {
    if (waiting && time >= waiting.at) { const { fn } = waiting; waiting = null; fn(); }
    latest = time;
    ask();
  }
  time = waiting.at;
  waiting.fn();
  assert.deepEqual(shown, [[0, 0], [500, 490], [1000, 990]]);
});

test("what is stopped is not run later", () => {
  let cancelled = null;
  const [ask, stop] = paced(() => {}, 500, { now: () => 0, after: () => "timer", cancel: (timer) => { cancelled = timer; } });
  ask();
  ask();
  stop();
  assert.equal(cancelled, "timer");
});

test("only rows that are another object are sent to the map", () => {
  const [one, two, three] = [row(1), row(2), row(3)];
  const moved = row(2, { latitude: -19.8 });
  const found = changes([one, two, three], [one, moved, row(4)], null, say);
  assert.deepEqual(found.add.map((feature) => feature.id), [4]);
  assert.deepEqual(found.update.map((change) => [change.id, change.newGeometry.coordinates]), [[2, [-43.9, -19.8]]]);
  assert.deepEqual(found.remove, [3]);
});

test("the map begins where most are, by name when two have as many", () => {
  assert.equal(busiestCity([row(1, { city: "Baixo" }), row(2, { city: "Alto" }), row(3, { city: "Baixo" })]), "Baixo");
  assert.equal(busiestCity([row(1, { city: "Baixo" }), row(2)]), "Alto");
  assert.equal(busiestCity([]), null);
});

test("orders are drawn again when one comes, moves or becomes late, not when its technician moves", () => {
  const at = { order_id: 7, order_latitude: -19.9, order_longitude: -43.9 };
  assert.equal(ordersKey([row(1, at)]), ordersKey([row(1, { ...at, latitude: -19.7 })]));
  assert.notEqual(ordersKey([row(1, at)]), ordersKey([row(1, { ...at, late: true })]));
  assert.notEqual(ordersKey([row(1, at)]), ordersKey([row(1)]));
});
