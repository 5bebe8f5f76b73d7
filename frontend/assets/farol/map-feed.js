// What moves on the map of technicians: rows as they come, a few repaints a second at most, and where the map looks.

import { subscribe, topicKey } from "./live.js";
import { boundsOf, busiestCity, changes, ordersKey, ordersOf, placed } from "./map-style.js";
import { paced } from "./pacing.js";

const CITY_MS = 12000;
const REPAINT_MS = 1000; // each change redraws the whole map twice: its shapes, then where words fit

const pointsOf = (rows) => rows.map((row) => [row.longitude, row.latitude]);

export function show(map, bounds, animate) {
  if (bounds) map.fitBounds(bounds, { padding: map.getContainer().clientWidth < 600 ? 36 : 60, maxZoom: 15, duration: animate ? 600 : 0 });
}

/** Where a desk begins: the city with most technicians; without any, all cities. */
export function beginning(base, on) {
  const city = busiestCity(on);
  return boundsOf(city === null ? base.cities.features.map((feature) => feature.geometry.coordinates) : pointsOf(on.filter((row) => row.city === city)));
}

/** On a wall the map goes from city to city, each as near as its technicians allow. */
function tour(map, held) {
  let at = -1;
  const next = () => {
    const cities = [...new Set(held.on.map((row) => row.city))].sort();
    if (cities.length === 0) return;
    at = (at + 1) % cities.length;
    show(map, boundsOf(pointsOf(held.on.filter((row) => row.city === cities[at]))), false);
    held.name(cities[at]);
  };
  const timer = setInterval(next, CITY_MS);
  next();
  return () => clearInterval(timer);
}

/** Feeds the layers from the panel until the function it returns is called. `held` is the map's own state. */
export function listen(map, held, wall) {
  let [stopTour, seen, rows, orders] = [null, false, [], ""];
  const [repaint, stop] = paced(() => {
    const on = rows.filter(placed);
    const changed = changes(held.on, on, held.selected, held.say);
    if (changed.add.length + changed.update.length + changed.remove.length > 0) map.getSource("technicians").updateData(changed);
    const key = ordersKey(rows);
    if (key !== orders) map.getSource("orders").setData(ordersOf(rows));
    [held.rows, held.on, orders] = [rows, on, key];
  }, REPAINT_MS);
  const unsubscribe = subscribe(topicKey("technicians.map", {}), (topic) => {
    if (!topic?.data) return;
    rows = topic.data;
    repaint();
    if (seen) return;
    seen = true;
    if (wall) stopTour = tour(map, held);
    else if (held.selected === null) show(map, beginning(held.base, held.on), false);
    held.chosen();
  });
  return () => {
    unsubscribe();
    stop();
    stopTour?.();
  };
}
