// The rules of the live protocol, version 1, for one topic: pure, no clock, no socket.
// A topic is held as a plain record; `receive` returns a new one and says what happened to the message.

export const VERSION = 1;

/** The canonical key: panel name, then its parameters sorted and URL-encoded. Absent values are left out. */
export function topicKey(panel, params = {}) {
  const given = Object.entries(params).filter(([, value]) => value !== null && value !== undefined && value !== "");
  if (given.length === 0) return panel;
  given.sort(([a], [b]) => (a < b ? -1 : 1));
  return `${panel}?${given.map(([k, v]) => `${encodeURIComponent(k)}=${encodeURIComponent(String(v))}`).join("&")}`;
}

/** What is known of a topic before its first snapshot. */
export function blank() {
  return {
    epoch: null, offset: -1, asOf: null, period: null, shape: null, key: "id", order: [], capacity: null,
    data: undefined, error: null,
  };
}

function compareValues(a, b) {
  if (a === b) return 0;
  if (a === null || a === undefined) return 1;
  if (b === null || b === undefined) return -1;
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a) < String(b) ? -1 : 1;
}

/** Compares two rows by field names, `-` first for descending; ties by key, ascending. Unknown sorts last. */
export function rowOrder(order, key) {
  const fields = order.map((name) => (name[0] === "-" ? [name.slice(1), -1] : [name, 1]));
  return (left, right) => {
    for (const [name, direction] of fields) {
      const [a, b] = [left[name], right[name]];
      const found = compareValues(a, b);
      if (found !== 0) return a === null || b === null || a === undefined || b === undefined ? found : found * direction;
    }
    return compareValues(left[key], right[key]);
  };
}

function snapshotData(message) {
  if (message.shape === "table") return [...message.data].sort(rowOrder(message.order ?? [], message.key ?? "id"));
  return message.data;
}

function patchTable(topic, message) {
  const rows = new Map(topic.data.map((row) => [String(row[topic.key]), row]));
  for (const key of message.del ?? []) rows.delete(key);
  for (const [key, row] of Object.entries(message.set ?? {})) rows.set(key, row);
  return [...rows.values()].sort(rowOrder(topic.order, topic.key));
}

/** Appends columns to a ring. A point with a known `t` replaces the old one; late points find their place. */
export function pushColumns(held, added, capacity) {
  const names = Object.keys(held);
  const columns = Object.fromEntries(names.map((name) => [name, held[name].slice()]));
  const times = columns.t;
  added.t.forEach((t, row) => {
    let at = times.length;
    while (at > 0 && times[at - 1] > t) at -= 1;
    const replaces = at > 0 && times[at - 1] === t;
    for (const name of names) columns[name].splice(replaces ? at - 1 : at, replaces ? 1 : 0, added[name][row]);
  });
  const extra = capacity === null ? 0 : times.length - capacity;
  if (extra > 0) for (const name of names) columns[name].splice(0, extra);
  return columns;
}

/** Appends items to a log; one with a known key takes the place at the end. */
function pushItems(topic, rows) {
  const renewed = new Map(rows.map((row) => [row[topic.key], row]));
  const joined = [...topic.data.filter((row) => !renewed.has(row[topic.key])), ...renewed.values()];
  return topic.capacity === null ? joined : joined.slice(-topic.capacity);
}

function patched(topic, message) {
  if (message.op === "push") {
    return topic.shape === "ring" ? pushColumns(topic.data, message.rows, topic.capacity) : pushItems(topic, message.rows);
  }
  return topic.shape === "table" ? patchTable(topic, message) : { ...topic.data, ...(message.set ?? {}) };
}

/**
 * Applies one snap, diff, push or error to a topic.
 * Outcome: `applied`; `ignored` (already held); `gap` (it builds on something this viewer does not hold: watch again).
 */
export function receive(topic, message) {
  if (message.op === "error") {
    const error = { code: message.code, message: message.message, retry: message.retry };
    // What may no longer be seen does not stay on screen.
    return { topic: { ...(message.code === "forbidden" ? blank() : topic), error }, outcome: "applied" };
  }
  if (message.op === "snap") {
    if (message.e === topic.epoch && message.o <= topic.offset) return { topic: { ...topic, error: null }, outcome: "applied" };
    return {
      topic: {
        epoch: message.e, offset: message.o, asOf: Date.parse(message.as_of), period: message.period,
        shape: message.shape, key: message.key ?? "id", order: message.order ?? [],
        capacity: message.capacity ?? null, data: snapshotData(message), error: null,
      },
      outcome: "applied",
    };
  }
  if (topic.epoch === null) return { topic, outcome: "gap" };
  if (message.o <= topic.offset) return { topic, outcome: "ignored" };
  if (message.p > topic.offset) return { topic, outcome: "gap" };
  const next = { ...topic, data: patched(topic, message), offset: message.o, asOf: Date.parse(message.as_of), error: null };
  return { topic: next, outcome: "applied" };
}

/** A beat proves the position of a topic: same offset renews its age, a later one is a gap. */
export function proveBeat(topic, [offset, asOf]) {
  if (topic.epoch === null) return { topic, outcome: "ignored" };
  if (offset > topic.offset) return { topic, outcome: "gap" };
  if (offset < topic.offset) return { topic, outcome: "ignored" };
  return { topic: { ...topic, asOf: Date.parse(asOf), error: null }, outcome: "applied" };
}

/** What to send to (re)join a topic: `since` only when something is held, so the server may prove the rest. */
export function watchMessage(key, topic) {
  return topic.epoch === null
    ? { op: "watch", t: key }
    : { op: "watch", t: key, since: { e: topic.epoch, o: topic.offset } };
}

/** Milliseconds until the next attempt: full jitter from 0.5 to 20 s, or inside what `bye` asked for. */
export function backoff(attempt, random, retry = null) {
  if (retry !== null) return retry[0] + random() * (retry[1] - retry[0]);
  const ceiling = Math.min(20000, 500 * 2 ** Math.min(attempt, 10));
  return Math.max(500, random() * ceiling);
}

/** How a topic's age should be shown: `fresh`, `late` (over one period) or `stale` (over three). */
export function ageState(ageMs, periodS) {
  if (ageMs === null || periodS === null) return "unknown";
  const periods = ageMs / 1000 / periodS;
  return periods > 3 ? "stale" : periods > 1 ? "late" : "fresh";
}
