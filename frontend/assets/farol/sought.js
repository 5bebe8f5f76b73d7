// What somebody typed to find a session, understood; and clock times of the provider's zone as instants. Pure.

const DIGITS = /^[0-9a-f]{12}$/;
const MAC = /^(?:[0-9a-f]{2}[:\-. ]){5}[0-9a-f]{2}$|^(?:[0-9a-f]{4}[.:\- ]){2}[0-9a-f]{4}$|^[0-9a-f]{6}[-:.][0-9a-f]{6}$|^[0-9a-f]{12}$/;
const V4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const V6 = /^(?=(?:[^:]*:){2})[0-9a-f:]+(?:\d{1,3}(?:\.\d{1,3}){3})?$/;

/** { kind: "mac" | "address" | "login", value }, or null for nothing. An address that cannot be is left to the server to refuse. */
export function understand(typed) {
  const value = typed.trim();
  const lower = value.toLowerCase();
  if (!value) return null;
  if (MAC.test(lower)) return { kind: "mac", value: lower.replace(/[:\-. ]/g, "") };
  if (V4.test(value) || V6.test(lower)) return { kind: "address", value: lower };
  return { kind: "login", value: lower };
}

/** A MAC address as people read it; what is none stays as it came. */
export function macText(value) {
  return DIGITS.test(value ?? "") ? value.toUpperCase().match(/../g).join(":") : value;
}

const formats = new Map();

/** The clock of a zone at an instant (ms), as `2026-11-24T21:14:05`: the value of a datetime-local field. */
export function wallTime(ms, timeZone) {
  if (!formats.has(timeZone)) {
    formats.set(timeZone, new Intl.DateTimeFormat("en-GB", {
      timeZone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
    }));
  }
  const part = Object.fromEntries(formats.get(timeZone).formatToParts(ms).map((p) => [p.type, p.value]));
  return `${part.year}-${part.month}-${part.day}T${part.hour}:${part.minute}:${part.second}`;
}

/** The instant (ms) at which the clock of a zone says so; null for what is no time. Of an hour that comes twice, the first. */
export function ofWallTime(text, timeZone) {
  const asUtc = Date.parse(`${text}Z`);
  if (Number.isNaN(asUtc)) return null;
  const offset = (ms) => Date.parse(`${wallTime(ms, timeZone)}Z`) - ms;
  const early = asUtc - offset(asUtc - 86400000);
  return Date.parse(`${wallTime(early, timeZone)}Z`) === asUtc ? early : asUtc - offset(asUtc);
}
