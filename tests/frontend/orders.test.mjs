// What the orders board computes: time in a zone, the axis, lanes, and what a drop asks for.

import assert from "node:assert/strict";
import { test } from "node:test";
import { axis, dropped, hoped, instantOf, lanes, lengthOf, listed, minutes, movable, packed, snapped, span, ticks, waits, wanted } from "../../frontend/assets/farol/orders.js";

const HOUR = 3600000;
const DAY = Date.parse("2026-11-24T03:00:00Z"); // midnight in São Paulo
const at = (hours) => new Date(DAY + hours * HOUR).toISOString();
const row = (id, from, until, more = {}) => ({
  id, stage: "scheduled", late: false, version: 1, team_id: 1, technician_id: 11, technician: "Iara", city_id: 1, kind_id: 1, expected_minutes: 60,
  scheduled_from: from === null ? null : at(from), scheduled_until: until === null ? null : at(until), ended_at: null, ...more,
});

test("a time of a day is an instant of its zone, summer time or not", () => {
  assert.equal(instantOf("2026-11-24", "00:00", "America/Sao_Paulo"), DAY);
  assert.equal(instantOf("2018-12-01", "12:00", "America/Sao_Paulo"), Date.parse("2018-12-01T14:00:00Z"));
  assert.equal(instantOf("2026-07-01", "08:30", "Europe/Lisbon"), Date.parse("2026-07-01T07:30:00Z"));
  assert.ok(Number.isNaN(instantOf("", "08:30", "UTC")));
});

test("the axis holds every window of the day in whole hours, and the present", () => {
  const end = DAY + 24 * HOUR;
  assert.deepEqual(axis([], DAY, end, DAY - HOUR), { from: DAY + 8 * HOUR, to: DAY + 18 * HOUR });
  assert.deepEqual(axis([row(1, 7.5, 9), row(2, 16, 19.2)], DAY, end, DAY - HOUR), { from: DAY + 7 * HOUR, to: DAY + 20 * HOUR });
  assert.deepEqual(axis([row(1, 9, 10)], DAY, end, DAY + 20.5 * HOUR), { from: DAY + 9 * HOUR, to: DAY + 22 * HOUR });
  const late = axis([row(1, 23, 25)], DAY, end, DAY + 23.5 * HOUR);
  assert.ok(late.to - late.from >= 8 * HOUR && late.to >= DAY + 25 * HOUR);
  assert.deepEqual(axis([row(1, -30, -28)], DAY, end, DAY - HOUR), { from: DAY + 8 * HOUR, to: DAY + 18 * HOUR });
});

test("a long day gets a word every second hour", () => {
  assert.equal(ticks({ from: DAY, to: DAY + 10 * HOUR }).length, 11);
  assert.equal(ticks({ from: DAY, to: DAY + 20 * HOUR }).length, 11);
});

test("what began before the axis lies at its edge and can still be seen", () => {
  const scale = { from: DAY + 8 * HOUR, to: DAY + 18 * HOUR };
  assert.deepEqual(span(row(1, 9, 10), scale), { left: 0.1, width: 0.1 });
  assert.deepEqual(span(row(1, -20, -18), scale), { left: 0, width: 0.012 });
});

test("orders that overlap lie below each other, others share a line", () => {
  const { placed, depth } = packed([row(3, 12, 13), row(1, 8, 10), row(2, 9, 11)]);
  assert.deepEqual(placed.map((p) => [p.row.id, p.depth]), [[1, 0], [2, 1], [3, 0]]);
  assert.equal(depth, 2);
});

test("each technician has a lane, whoever has an order too, and so has a team's own order", () => {
  const teams = [{ id: 0, name: "" }, { id: 1, name: "Norte" }, { id: 2, name: "Sul" }];
  const people = [{ id: 11, team_id: 1, name: "Iara" }, { id: 12, team_id: 1, name: "Ana" }];
  const groups = lanes([row(1, 8, 9), row(2, 8, 9, { technician_id: null }), row(3, 8, 9, { technician_id: 19, technician: "Zé" })], teams, people);
  assert.deepEqual(groups.map((g) => [g.team.name, g.lanes.map((l) => l.name)]), [["Norte", ["", "Ana", "Iara", "Zé"]], ["Sul", [""]]]);
});

test("filters narrow, late is one of them, and the tray holds what has no day", () => {
  const late = row(1, 8, 9, { late: true });
  assert.ok(wanted(late, { team: "1", city: "1", kind: "1", stage: "late" }));
  assert.ok(!wanted(late, { stage: "done" }));
  assert.ok(!wanted(row(1, 8, 9), { stage: "late" }));
  assert.ok(!wanted(late, { team: "2" }));
  assert.ok(waits(row(1, null, null, { stage: "open" })) && !waits(late));
});

test("a drop keeps the length of the window, says the version it saw, and nothing when nothing changes", () => {
  const held = row(1, 8, 10);
  const spot = { team_id: 2, technician_id: 21, at: DAY + 9 * HOUR };
  assert.deepEqual(dropped(held, spot), { to: "scheduled", version: 1, team_id: 2, technician_id: 21, scheduled_from: at(9), scheduled_until: at(11) });
  assert.equal("technician_id" in dropped(held, { ...spot, technician_id: null }), false);
  assert.equal(dropped(held, { team_id: 1, technician_id: 11, at: DAY + 8 * HOUR }), null);
  assert.deepEqual(dropped(held, null), { to: "open", version: 1 });
  assert.equal(dropped(row(1, null, null, { stage: "open" }), null), null);
  assert.equal(lengthOf(row(1, null, null, { expected_minutes: 180 })), 3 * HOUR);
  assert.ok(movable(held) && !movable(row(1, 8, 9, { stage: "started" })));
  assert.equal(hoped(held, dropped(held, spot)).technician_id, 21);
  assert.equal(hoped(held, { to: "open" }).scheduled_from, null);
});

test("a point of the axis is a quarter of an hour", () => {
  const scale = { from: DAY, to: DAY + 10 * HOUR };
  assert.equal(snapped(0.1 + 0.01, scale), DAY + HOUR); // 66 minutes
  assert.equal(snapped(0.1 + 0.014, scale), DAY + 1.25 * HOUR); // 68 minutes
});

test("a list has what is late first and what ended last", () => {
  const rows = [row(1, 8, 9, { stage: "done" }), row(2, 10, 11), row(3, 9, 11), row(4, 12, 13, { late: true }), row(5, null, null, { stage: "open" })];
  assert.deepEqual(listed(rows).map((r) => r.id), [4, 3, 2, 5, 1]);
});

test("minutes are said as hours", () => {
  assert.deepEqual([0, 45, 60, 330, -90, null].map(minutes), ["0\u00a0min", "45\u00a0min", "1\u00a0h", "5\u00a0h\u00a030", "−1\u00a0h\u00a030", "—"]);
});
