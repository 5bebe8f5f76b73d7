// The time range of every traffic graph on the page, kept in the address: `?range=6h`, or `?from=...&to=...` after a zoom.

export const RANGES = { "1h": 3600, "6h": 21600, "24h": 86400, "7d": 604800 };

/** Reads the range from query parameters: { name, span } that follows now, or { from, to } in epoch seconds. */
export function readRange(params) {
  const [from, to] = [Number(params.get("from")), Number(params.get("to"))];
  if (from > 0 && to > from) return { name: null, from, to, span: to - from };
  const name = Object.hasOwn(RANGES, params.get("range") ?? "") ? params.get("range") : "1h";
  return { name, from: null, to: null, span: RANGES[name] };
}

/** Writes a range into query parameters, in place. */
export function writeRange(params, range) {
  for (const key of ["range", "from", "to"]) params.delete(key);
  if (range.name) params.set("range", range.name);
  else {
    params.set("from", String(Math.floor(range.from)));
    params.set("to", String(Math.ceil(range.to)));
  }
}

/** The edges of a range at a moment, epoch seconds. */
export function edges(range, nowS) {
  return range.from === null ? [nowS - range.span, nowS] : [range.from, range.to];
}

/** The ports of `?port=12,15`, at most six, each once. */
export function readPorts(params) {
  const ids = (params.get("port") ?? "").split(",").map(Number).filter((id) => Number.isInteger(id) && id > 0);
  return [...new Set(ids)].slice(0, 6);
}
