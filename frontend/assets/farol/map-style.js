// What the map of technicians looks like, and the features it is fed. Pure: colours and texts are passed in.

const FONT = ["Inter Variable"];
const NOTHING = { type: "FeatureCollection", features: [] };

/** A colour between two of `#rrggbb`: `share` of the first. */
export function mixed(one, other, share) {
  const part = (at) => Math.round(Number.parseInt(one.slice(at, at + 2), 16) * share + Number.parseInt(other.slice(at, at + 2), 16) * (1 - share));
  return `#${[1, 3, 5].map((at) => part(at).toString(16).padStart(2, "0")).join("")}`;
}

/** A GeoJSON source per layer of the provider, and ours: the track, the orders in hand, the technicians. */
function sources(base) {
  const given = Object.fromEntries(Object.entries(base).map(([name, data]) => [name, { type: "geojson", data }]));
  return {
    ...given,
    track: { type: "geojson", data: NOTHING },
    orders: { type: "geojson", data: NOTHING },
    // Few and large tiles: each one that is made again draws the whole map again. At this zoom a step is 2 m.
    technicians: { type: "geojson", data: NOTHING, maxzoom: 11, tolerance: 0 },
  };
}

/** A MapLibre style. `ink`: colours and the size of words in px; `base`: layer name -> GeoJSON. */
export function styleOf(ink, base) {
  const words = (id, source, size, extra = {}, paint = {}) => ({
    id, type: "symbol", source,
    layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": ink.size * size, ...extra },
    paint: { "text-color": ink.faintText, "text-halo-color": ink.ground, "text-halo-width": 1.5, ...paint },
  });
  const unit = ink.size / 12; // walls are read from afar
  return {
    version: 8,
    sources: sources(base),
    layers: [
      { id: "ground", type: "background", paint: { "background-color": ink.ground } },
      { id: "areas", type: "fill", source: "neighbourhoods", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": ink.area } },
      {
        id: "streets", type: "line", source: "streets", minzoom: 10, filter: ["!=", ["get", "main"], true],
        paint: { "line-color": ink.street, "line-width": ["interpolate", ["linear"], ["zoom"], 10, 0.4, 14, 1.6, 17, 6] },
      },
      {
        id: "avenues", type: "line", source: "streets", filter: ["==", ["get", "main"], true], layout: { "line-cap": "round" },
        paint: { "line-color": ink.avenue, "line-width": ["interpolate", ["linear"], ["zoom"], 9, 0.8, 14, 3, 17, 10] },
      },
      words("street-names", "streets", 0.85, { "symbol-placement": "line", "text-max-angle": 30 }),
      words("neighbourhood-names", "neighbourhoods", 1, { "text-letter-spacing": 0.06, "text-padding": 8 }, { "text-color": ink.text2 }),
      {
        id: "pops", type: "circle", source: "pops", minzoom: 11,
        paint: { "circle-radius": 4, "circle-color": ink.ground, "circle-stroke-width": 2, "circle-stroke-color": ink.text2 },
      },
      { ...words("pop-names", "pops", 0.9, { "text-anchor": "top", "text-offset": [0, 0.7] }), minzoom: 13 },
      { ...words("city-names", "cities", 1.35, { "text-anchor": "bottom", "text-offset": [0, -1.4] }, { "text-color": ink.text2 }), maxzoom: 13 },
      {
        id: "track", type: "line", source: "track", layout: { "line-cap": "round", "line-join": "round" },
        paint: { "line-color": ink.accent, "line-width": 3, "line-opacity": 0.85 },
      },
      {
        id: "orders", type: "circle", source: "orders",
        paint: { "circle-radius": 9 * unit, "circle-color": "transparent", "circle-stroke-width": 2, "circle-stroke-color": ["case", ["get", "late"], ink.warn, ink.text2] },
      },
      {
        id: "chosen", type: "circle", source: "technicians", filter: ["get", "selected"],
        paint: { "circle-radius": 22, "circle-color": ink.accent, "circle-opacity": 0.28, "circle-stroke-width": 2, "circle-stroke-color": ink.accent },
      },
      {
        id: "technicians", type: "circle", source: "technicians",
        paint: {
          // From afar they are dots, so that a whole crew can be told apart.
          "circle-radius": ["interpolate", ["linear"], ["zoom"], 10, ["case", ["get", "selected"], 8 * unit, 4 * unit], 13, ["case", ["get", "selected"], 9 * unit, 6.5 * unit]],
          "circle-color": ["case", ["get", "lost"], ink.ground, ["get", "late"], ink.warn, ["==", ["get", "state"], "free"], ink.text3, ink.text],
          "circle-stroke-width": ["case", ["get", "selected"], 3 * unit, 2 * unit],
          "circle-stroke-color": ["case", ["get", "selected"], ink.accent, ["get", "late"], ink.warn, ["get", "lost"], ink.text3, ink.ground],
        },
      },
      {
        id: "headings", type: "symbol", source: "technicians", minzoom: 11.5, filter: ["all", ["!", ["get", "lost"]], [">", ["get", "speed"], 3]],
        layout: { "icon-image": "heading", "icon-size": unit, "icon-rotate": ["get", "heading"], "icon-rotation-alignment": "map", "icon-allow-overlap": true, "icon-ignore-placement": true },
        paint: { "icon-color": ["case", ["get", "late"], ink.warn, ink.text] },
      },
      words("technician-names", "technicians", 1.05, {
        "text-field": ["get", "label"], "text-anchor": "top", "text-offset": ["case", ["get", "selected"], ["literal", [0, 1.8]], ["literal", [0, 0.9]]], "text-optional": true, "text-padding": 1,
        "symbol-sort-key": ["case", ["get", "selected"], 0, ["get", "late"], 1, 2],
      }, { "text-color": ["case", ["get", "late"], ink.warn, ink.text], "text-halo-width": 2 }),
    ],
  };
}

export const placed = (row) => row.latitude !== null && row.longitude !== null;

/** What the layers above read of a technician. `say(row)` words what is abnormal, empty when nothing is. */
export function propertiesOf(row, selected, say) {
  const words = say(row);
  const short = row.name.split(" ").slice(0, 2).join(" ");
  return {
    label: words ? `${short}\n${words}` : short, late: row.late, lost: row.signal !== "live", state: row.state,
    selected: row.id === selected, heading: row.heading_deg ?? 0, speed: row.heading_deg === null ? 0 : row.speed_kmh ?? 0,
  };
}

export function featureOf(row, selected, say) {
  return {
    type: "Feature", id: row.id, properties: propertiesOf(row, selected, say),
    geometry: { type: "Point", coordinates: [row.longitude, row.latitude] },
  };
}

/** The difference between two lists of rows as MapLibre's updateData takes it. Rows that are the same object are the same. */
export function changes(before, after, selected, say) {
  const held = new Map(before.map((row) => [row.id, row]));
  const [add, update] = [[], []];
  for (const row of after) {
    const old = held.get(row.id);
    held.delete(row.id);
    if (old === undefined) add.push(featureOf(row, selected, say));
    else if (old !== row) {
      const { geometry, properties } = featureOf(row, selected, say);
      update.push({ id: row.id, newGeometry: geometry, addOrUpdateProperties: Object.entries(properties).map(([key, value]) => ({ key, value })) });
    }
  }
  return { add, update, remove: [...held.keys()] };
}

/** The city where most of these rows are, null without any; of two the first by name. */
export function busiestCity(rows) {
  const counts = new Map();
  for (const row of rows) counts.set(row.city, (counts.get(row.city) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]?.[0] ?? null;
}

/** Changes when what `ordersOf` gives does. */
export function ordersKey(rows) {
  return rows.map((row) => `${row.order_id} ${row.order_latitude} ${row.order_longitude} ${row.late}`).join();
}

export function ordersOf(rows) {
  const features = rows.filter((row) => row.order_latitude !== null && row.order_longitude !== null).map((row) => ({
    type: "Feature", id: row.order_id, properties: { late: row.late },
    geometry: { type: "Point", coordinates: [row.order_longitude, row.order_latitude] },
  }));
  return { type: "FeatureCollection", features };
}

export function lineOf(points) {
  if (!points || points.length < 2) return NOTHING;
  return { type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: points.map(([, longitude, latitude]) => [longitude, latitude]) } };
}

/** [[west, south], [east, north]] of points [longitude, latitude], null without any. */
export function boundsOf(points) {
  if (points.length === 0) return null;
  const [lng, lat] = [points.map((p) => p[0]), points.map((p) => p[1])];
  return [[Math.min(...lng), Math.min(...lat)], [Math.max(...lng), Math.max(...lat)]];
}
