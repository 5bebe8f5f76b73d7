// What is typed to find a session, and clock times as instants.

import assert from "node:assert/strict";
import { test } from "node:test";
import { perMinute } from "../../frontend/assets/farol/figures.js";
import { volume } from "../../frontend/assets/farol/format.js";
import { may } from "../../frontend/assets/farol/permission.js";
import { macText, ofWallTime, understand, wallTime } from "../../frontend/assets/farol/sought.js";

const ZONE = "America/Sao_Paulo";

test("a MAC is understood in every notation of the vendors", () => {
  for (const typed of ["AA:BB:CC:DD:EE:0F", "aa-bb-cc-dd-ee-0f", "aabb.ccdd.ee0f", "aabb-ccdd-ee0f", "AABBCCDDEE0F", " aabbcc-ddee0f ", "aa bb cc dd ee 0f"]) {
    assert.deepEqual(understand(typed), { kind: "mac", value: "aabbccddee0f" }, typed);
  }
  assert.equal(macText("aabbccddee0f"), "AA:BB:CC:DD:EE:0F");
  assert.equal(macText("port 7"), "port 7");
  assert.equal(macText(null), null);
});

test("addresses of both versions are understood, and one that cannot be is left to the server", () => {
  for (const typed of ["100.64.0.9", "2001:DB8::1", "::1", "2001:db8:0:0:0:0:0:9", "::ffff:100.64.0.9", "100.64.300.1"]) {
    assert.equal(understand(typed).kind, "address", typed);
  }
});

test("everything else is a login", () => {
  for (const typed of ["Maria.Souza123@Pirilampo", "12345678909", "abcdef", "cafe", "a:b", "aabbccddee0", "10.0.0", "%_'\\"]) {
    assert.deepEqual(understand(typed), { kind: "login", value: typed.toLowerCase() }, typed);
  }
  assert.equal(understand("   "), null);
});

test("a clock time of a zone is an instant and back", () => {
  assert.equal(ofWallTime("2026-11-24T21:14:05", ZONE), Date.parse("2026-11-25T00:14:05Z"));
  assert.equal(ofWallTime("2026-11-24T21:14", ZONE), Date.parse("2026-11-25T00:14:00Z"));
  for (const at of ["2026-01-01T02:59:59Z", "2026-07-01T12:00:00Z", "2026-12-31T23:59:59Z"]) {
    assert.equal(ofWallTime(wallTime(Date.parse(at), ZONE), ZONE), Date.parse(at));
  }
  assert.equal(ofWallTime("", ZONE), null);
  // New York, 2026-11-01: half past one comes twice, the first at -04:00.
  assert.equal(ofWallTime("2026-11-01T01:30:00", "America/New_York"), Date.parse("2026-11-01T05:30:00Z"));
  assert.equal(ofWallTime("2026-11-01T12:00:00", "America/New_York"), Date.parse("2026-11-01T17:00:00Z"));
});

test("minutes in which nothing happened are zero, and the running one is left out", () => {
  const minute = Date.parse("2026-11-24T15:00:00Z") / 1000;
  const [t, started, ended] = perMinute([{ at: "2026-11-24T14:59:00Z", started: 3, ended: 1 }, { at: "2026-11-24T15:00:00Z", started: 9, ended: 9 }], minute);
  assert.equal(t.length, 60);
  assert.equal(t[59], minute - 60);
  assert.deepEqual([started[59], ended[59], started[58]], [3, 1, 0]);
});

test("octets are read in thousands", () => {
  assert.equal(volume(0, "pt-BR"), "0\u00a0B");
  assert.equal(volume(1234567890, "pt-BR"), "1,2\u00a0GB");
  assert.equal(volume(999600, "en"), "1.0\u00a0MB");
  assert.equal(volume(null, "en"), "—");
});

test("what a user may do is offered", () => {
  assert.ok(may({ permissions: ["*:*"] }, "access", "write"));
  assert.ok(may({ permissions: ["access:write"] }, "access", "write"));
  assert.ok(!may({ permissions: ["access:read", "network:write"] }, "access", "write"));
  assert.ok(!may(null, "access", "write"));
});
