// What the orders board computes from what it holds. Pure: time zone and the present are passed in; instants are ms.

export const STAGES = ["open", "scheduled", "en_route", "arrived", "started", "paused", "done", "failed", "cancelled"];
export const ENDED = new Set(["done", "failed", "cancelled"]);
const HOUR = 3600000;
const SNAP = 15 * 60000;
const SHORTEST_AXIS = 8 * HOUR;
const DEFAULT_WINDOW = 2 * HOUR;

const ms = (value) => (value ? Date.parse(value) : null);

/** The instant at which clocks of `zone` show `time` (HH:MM) on `day` (YYYY-MM-DD); NaN when they are neither. */
export function instantOf(day, time, zone) {
  const wall = Date.parse(`${day}T${time}:00Z`);
  if (Number.isNaN(wall)) return NaN;
  const parts = (at) => Object.fromEntries(new Intl.DateTimeFormat("en-GB", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" })
    .formatToParts(at).map((p) => [p.type, p.value]));
  let at = wall;
  for (let turn = 0; turn < 2; turn += 1) {
    const p = parts(at);
    at += wall - Date.parse(`${p.year}-${p.month}-${p.day}T${p.hour}:${p.minute}:00Z`);
  }
  return at;
}

/** Whether a row is among those the reader wants: `filter` holds team, city, kind (ids as text) and stage (or `late`). */
export function wanted(row, filter) {
  if (filter.team && String(row.team_id ?? 0) !== filter.team) return false;
  if (filter.city && String(row.city_id) !== filter.city) return false;
  if (filter.kind && String(row.kind_id) !== filter.kind) return false;
  if (filter.stage === "late") return row.late;
  return !filter.stage || row.stage === filter.stage;
}

/** Orders without a day wait in the tray. */
export function waits(row) {
  return row.stage === "open" && !row.scheduled_from;
}

/** Whole hours that hold every window of the day, eight at least; `now` is inside when it belongs to the day. */
export function axis(rows, start, end, now) {
  const inside = rows.filter((r) => r.scheduled_from && ms(r.scheduled_from) >= start && ms(r.scheduled_from) < end);
  const firsts = inside.map((r) => ms(r.scheduled_from));
  const lasts = inside.map((r) => Math.max(ms(r.scheduled_until), ms(r.ended_at) ?? 0));
  if (now >= start && now < end) {
    firsts.push(now - HOUR);
    lasts.push(now + HOUR);
  }
  if (firsts.length === 0) return { from: start + 8 * HOUR, to: start + 18 * HOUR };
  let from = Math.floor((Math.max(start, Math.min(...firsts)) - start) / HOUR) * HOUR + start;
  const to = Math.ceil((Math.min(end + 4 * HOUR, Math.max(...lasts, from + SHORTEST_AXIS)) - start) / HOUR) * HOUR + start;
  if (to - from < SHORTEST_AXIS) from = to - SHORTEST_AXIS;
  return { from, to };
}

/** The instants of the axis that get a word: every hour, every second one when there are many. */
export function ticks({ from, to }) {
  const step = to - from > 14 * HOUR ? 2 * HOUR : HOUR;
  const found = [];
  for (let at = from; at <= to; at += step) found.push(at);
  return found;
}

/** Where a row lies on the axis, from 0 to 1; what began before it starts at its edge. */
export function span(row, { from, to }) {
  const clamp = (at) => Math.min(1, Math.max(0, (at - from) / (to - from)));
  const left = clamp(ms(row.scheduled_from));
  return { left, width: Math.max(0.012, clamp(ms(row.scheduled_until)) - left) };
}

/** Rows of one lane with the depth at which each lies, so that none hides another. Adds up to `depth`. */
export function packed(rows) {
  const free = [];
  const placed = [...rows].sort((a, b) => ms(a.scheduled_from) - ms(b.scheduled_from) || a.id - b.id).map((row) => {
    let depth = free.findIndex((until) => until <= ms(row.scheduled_from));
    if (depth < 0) depth = free.length;
    free[depth] = ms(row.scheduled_until);
    return { row, depth };
  });
  return { placed, depth: Math.max(1, free.length) };
}

/**
 * Teams with a lane for each technician, and one for orders that only the team has. `teams` are those of `orders.status`,
 * `technicians` everybody who could get an order; whoever has one is there even when not listed.
 */
export function lanes(rows, teams, technicians) {
  const planned = rows.filter((r) => r.team_id && r.scheduled_from);
  return teams.filter((team) => team.id !== 0).map((team) => {
    const mine = planned.filter((r) => r.team_id === team.id);
    const names = new Map(technicians.filter((t) => t.team_id === team.id).map((t) => [t.id, t.name]));
    for (const row of mine) if (row.technician_id && !names.has(row.technician_id)) names.set(row.technician_id, row.technician);
    const people = [...names].sort((a, b) => a[1].localeCompare(b[1], "pt-BR") || a[0] - b[0]);
    const made = people.map(([id, name]) => ({ key: `${team.id}-${id}`, technician_id: id, name, ...packed(mine.filter((r) => r.technician_id === id)) }));
    const nobodys = mine.filter((r) => !r.technician_id);
    if (nobodys.length > 0 || made.length === 0) made.unshift({ key: `${team.id}-0`, technician_id: null, name: "", ...packed(nobodys) });
    return { team, lanes: made };
  });
}

/** The instant under a point of the axis, on the quarter of an hour. */
export function snapped(share, { from, to }) {
  return Math.round((from + share * (to - from)) / SNAP) * SNAP;
}

/** How long an order's window is, or what a new one gets. */
export function lengthOf(row) {
  return row.scheduled_from ? ms(row.scheduled_until) - ms(row.scheduled_from) : Math.max(DEFAULT_WINDOW, row.expected_minutes * 60000);
}

/** Whether the board may give an order another place: before anybody is on the way, or after it failed. */
export function movable(row) {
  return ["open", "scheduled", "failed"].includes(row.stage);
}

/** What a drop asks for. `target` is { team_id, technician_id, at } or null for the tray. */
export function dropped(row, target) {
  if (target === null) return row.stage === "open" ? null : { to: "open", version: row.version };
  const from = new Date(target.at).toISOString();
  const until = new Date(target.at + lengthOf(row)).toISOString();
  const same = row.team_id === target.team_id && row.technician_id === (target.technician_id ?? null) && ms(row.scheduled_from) === target.at;
  if (same && row.stage === "scheduled") return null;
  const body = { to: "scheduled", version: row.version, team_id: target.team_id, scheduled_from: from, scheduled_until: until };
  return target.technician_id ? { ...body, technician_id: target.technician_id } : body;
}

/** The row as it will look if the server agrees. */
export function hoped(row, body) {
  if (body.to === "open") return { ...row, stage: "open", team_id: null, technician_id: null, scheduled_from: null, scheduled_until: null };
  return { ...row, stage: body.to, team_id: body.team_id, technician_id: body.technician_id ?? null, scheduled_from: body.scheduled_from, scheduled_until: body.scheduled_until, late: false };
}

/** Rows in the order of a list: late first, then what is to come by time, then what ended. */
export function listed(rows) {
  const rank = (r) => (r.late ? 0 : ENDED.has(r.stage) ? 2 : 1);
  return [...rows].sort((a, b) => rank(a) - rank(b) || (ms(a.scheduled_from) ?? Infinity) - (ms(b.scheduled_from) ?? Infinity) || a.id - b.id);
}

/** Minutes as 5 h 30, below zero with its sign. */
export function minutes(value) {
  if (value === null || value === undefined) return "—";
  const n = Math.abs(value);
  const sign = value < 0 ? "−" : "";
  if (n < 60) return `${sign}${n}\u00a0min`;
  const rest = n % 60;
  return `${sign}${Math.floor(n / 60)}\u00a0h${rest ? `\u00a0${String(rest).padStart(2, "0")}` : ""}`;
}
