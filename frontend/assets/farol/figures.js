// What the screens compute from what they hold: trends, cumulative curves, percentiles. Pure.

import { num } from "./format.js";

export function running(values) {
  let total = 0;
  return (values ?? []).map((value) => (total += num(value) ?? 0));
}

/**
 * How a day compares with another: over the hours both have finished, so that 9 in the morning is never held
 * against a whole day. Null without a basis. `hour` is the current hour of a running day, or null for a finished one.
 */
export function dayTrend(hours, otherHours, hour) {
  if (!hours || !otherHours) return null;
  const until = hour === null ? 24 : hour;
  const sum = (values) => values.slice(0, until).reduce((total, value) => total + (num(value) ?? 0), 0);
  const basis = sum(otherHours);
  if (until === 0 || basis <= 0) return null;
  const now = sum(hours);
  return { ratio: now / basis - 1, now, basis, until };
}

/** The nearest-rank percentile of the known values, or null without any. */
export function percentile(values, share) {
  const known = values.filter((v) => v !== null && v !== undefined && Number.isFinite(v)).sort((a, b) => a - b);
  if (known.length === 0) return null;
  return known[Math.max(0, Math.ceil(share * known.length) - 1)];
}

/**
 * Joins stored history ([t, in, out] rows) and live columns by time; live wins where both know a moment.
 * Returns [t, in, out] columns, ascending, from `from` (epoch seconds) on.
 */
export function joinTraffic(points, live, from) {
  const rows = new Map();
  for (const [t, i, o] of points ?? []) if (t >= from) rows.set(t, [i, o]);
  if (live) {
    const first = live.t[0] ?? Infinity;
    for (const t of rows.keys()) if (t >= first) rows.delete(t);
    live.t.forEach((t, k) => {
      if (t >= from) rows.set(t, [live.in_bps[k], live.out_bps[k]]);
    });
  }
  const times = [...rows.keys()].sort((a, b) => a - b);
  return [times, times.map((t) => rows.get(t)[0]), times.map((t) => rows.get(t)[1])];
}

/** Inserts a gap where two points are further apart than `limit` seconds: no line is drawn across what nobody measured. */
export function withGaps([t, i, o], limit) {
  const out = [[], [], []];
  t.forEach((at, k) => {
    if (k > 0 && at - t[k - 1] > limit) {
      out[0].push(t[k - 1] + limit / 2);
      out[1].push(null);
      out[2].push(null);
    }
    out[0].push(at);
    out[1].push(i[k]);
    out[2].push(o[k]);
  });
  return out;
}

/** The usual distance between points in seconds (median), or null with fewer than two. */
export function cadence(times) {
  if (times.length < 2) return null;
  const steps = times.slice(1).map((t, k) => t - times[k]).sort((a, b) => a - b);
  return steps[Math.floor(steps.length / 2)];
}

/**
 * What began and ended in each of the sixty full minutes before the one that starts at `minute` (epoch seconds), as columns
 * [t, started, ended]. `minutes` leaves out those in which nothing happened.
 */
export function perMinute(minutes, minute) {
  const known = new Map(minutes.map((m) => [Date.parse(m.at) / 1000, m]));
  const t = Array.from({ length: 60 }, (_, k) => minute - (60 - k) * 60);
  return [t, t.map((at) => known.get(at)?.started ?? 0), t.map((at) => known.get(at)?.ended ?? 0)];
}
