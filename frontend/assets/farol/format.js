// Numbers, money, rates, dates and durations as people read them. Pure: language and time zone are passed in.

export const NOTHING = "—";
const NBSP = "\u00a0";
const cache = new Map();

function cached(key, make) {
  let made = cache.get(key);
  if (!made) cache.set(key, (made = make()));
  return made;
}

function numberFormat(lang, options) {
  return cached(`n|${lang}|${JSON.stringify(options)}`, () => new Intl.NumberFormat(lang, options));
}

function dateFormat(lang, timeZone, options) {
  return cached(`d|${lang}|${timeZone}|${JSON.stringify(options)}`,
    () => new Intl.DateTimeFormat(lang, { timeZone, ...options }));
}

/** A finite number, or null: the wire carries numbers, REST carries decimal strings, and null means unknown. */
export function num(value) {
  if (value === null || value === undefined || value === "") return null;
  const n = Number(value);
  return Number.isFinite(n) ? n : null;
}

/** R$ 1.234,56 */
export function brl(value, lang) {
  const n = num(value);
  if (n === null) return NOTHING;
  const text = numberFormat(lang, { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(Math.abs(n));
  return `${n < 0 ? "−" : ""}R$${NBSP}${text}`;
}

/** R$ 1,2 mi: for axes and small places where cents do not matter. */
export function brlShort(value, lang) {
  const n = num(value);
  if (n === null) return NOTHING;
  return `R$${NBSP}${numberFormat(lang, { notation: "compact", maximumFractionDigits: 1 }).format(n)}`;
}

export function integer(value, lang) {
  const n = num(value);
  return n === null ? NOTHING : numberFormat(lang, { maximumFractionDigits: 0 }).format(n);
}

export function decimal(value, lang, digits = 1) {
  const n = num(value);
  return n === null ? NOTHING
    : numberFormat(lang, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(n);
}

/** 0.1234 -> 12,3 % */
export function percent(value, lang, digits = 1) {
  const n = num(value);
  return n === null ? NOTHING : `${decimal(n * 100, lang, digits)}${NBSP}%`;
}

const RATE_UNITS = ["b/s", "kb/s", "Mb/s", "Gb/s", "Tb/s"];

/** 1,2 Gb/s; three significant digits at most, so that a column of rates keeps its width. */
export function bps(value, lang) {
  const n = num(value);
  if (n === null) return NOTHING;
  let unit = 0;
  let scaled = Math.abs(n);
  while (scaled >= 999.5 && unit < RATE_UNITS.length - 1) {
    scaled /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || scaled >= 99.95 ? 0 : scaled >= 9.995 ? 1 : 2;
  return `${n < 0 ? "−" : ""}${decimal(scaled, lang, digits)}${NBSP}${RATE_UNITS[unit]}`;
}

const VOLUME_UNITS = ["B", "kB", "MB", "GB", "TB", "PB"];

/** 1,2 GB: octets, in thousands as rates are. */
export function volume(value, lang) {
  const n = num(value);
  if (n === null) return NOTHING;
  let unit = 0;
  let scaled = n;
  while (scaled >= 999.5 && unit < VOLUME_UNITS.length - 1) {
    scaled /= 1000;
    unit += 1;
  }
  return `${decimal(scaled, lang, unit === 0 || scaled >= 99.95 ? 0 : 1)}${NBSP}${VOLUME_UNITS[unit]}`;
}

/** 24/11 08:15 */
export function moment(value, lang, timeZone) {
  const at = instant(value);
  if (at === null) return NOTHING;
  const parts = dateFormat(lang, timeZone, { day: "2-digit", month: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  return parts.format(at).replace(",", "");
}

/** 08:15, or 08:15:09 with seconds. */
export function timeOfDay(value, lang, timeZone, seconds = false) {
  const at = instant(value);
  if (at === null) return NOTHING;
  return dateFormat(lang, timeZone, {
    hour: "2-digit", minute: "2-digit", hourCycle: "h23", ...(seconds ? { second: "2-digit" } : {}),
  }).format(at);
}

/** A calendar day (`2026-11-24`) as 24/11/2026; a day has no time zone. */
export function day(value, lang) {
  const at = calendar(value);
  return at === null ? NOTHING : dateFormat(lang, "UTC", { day: "2-digit", month: "2-digit", year: "numeric" }).format(at);
}

export function dayShort(value, lang) {
  const at = calendar(value);
  return at === null ? NOTHING : dateFormat(lang, "UTC", { day: "2-digit", month: "2-digit" }).format(at);
}

/** terça-feira, 24 de novembro */
export function dayLong(value, lang) {
  const at = calendar(value);
  return at === null ? NOTHING : dateFormat(lang, "UTC", { weekday: "long", day: "numeric", month: "long" }).format(at);
}

export function monthLong(value, lang) {
  const at = calendar(value ? `${String(value).slice(0, 7)}-01` : value);
  return at === null ? NOTHING : dateFormat(lang, "UTC", { month: "long", year: "numeric" }).format(at);
}

/** Seconds as the two largest units: 14 s, 3 min, 2 h 05, 4 d 3 h. */
export function span(seconds) {
  const n = num(seconds);
  if (n === null) return NOTHING;
  const s = Math.max(0, Math.floor(n));
  if (s < 60) return `${s}${NBSP}s`;
  if (s < 3600) return `${Math.floor(s / 60)}${NBSP}min`;
  if (s < 86400) return `${Math.floor(s / 3600)}${NBSP}h${NBSP}${String(Math.floor((s % 3600) / 60)).padStart(2, "0")}`;
  return `${Math.floor(s / 86400)}${NBSP}d${NBSP}${Math.floor((s % 86400) / 3600)}${NBSP}h`;
}

/** An instant in ms from ISO text, epoch seconds or epoch ms; null when it is none of them. */
export function instant(value) {
  if (value === null || value === undefined || value === "") return null;
  if (typeof value === "number") return value < 1e11 ? value * 1000 : value;
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : at;
}

function calendar(value) {
  if (!value) return null;
  const at = Date.parse(`${String(value).slice(0, 10)}T00:00:00Z`);
  return Number.isNaN(at) ? null : at;
}

/** The calendar day of an instant in a time zone, as `2026-11-24`. */
export function isoDay(ms, timeZone) {
  const parts = Object.fromEntries(dateFormat("en-GB", timeZone, { year: "numeric", month: "2-digit", day: "2-digit" })
    .formatToParts(ms).map((p) => [p.type, p.value]));
  return `${parts.year}-${parts.month}-${parts.day}`;
}

/** Hour of the day, 0 to 23, of an instant in a time zone. */
export function hourOf(ms, timeZone) {
  return Number(dateFormat("en-GB", timeZone, { hour: "2-digit", hourCycle: "h23" }).format(ms));
}
