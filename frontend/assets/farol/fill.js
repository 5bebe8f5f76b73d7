// Values in texts. Pure.

const PLACE = /\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g;

/** `{n}` becomes the value of n; `{n|title|titles}` the first form when that value is one, else the second. */
export function fill(text, values) {
  return text.replace(PLACE, (place, name, one, many) => {
    if (!(name in values)) return place;
    const value = String(values[name]);
    return one === undefined ? value : value === "1" ? one : many;
  });
}
