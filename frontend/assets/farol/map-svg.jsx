// The map where WebGL is missing: the same streets and technicians as a plain drawing.

import { useMemo } from "react";
import { useAddress } from "./address.js";
import { useLive } from "./live.js";
import { boundsOf, placed } from "./map-style.js";
import { abnormal } from "./technicians.jsx";
import { useText } from "./texts.js";

const [WIDTH, HEIGHT, MARGIN] = [1000, 700, 60];

/** A projection of degrees to the drawing that keeps angles near its middle. */
function projection([[west, south], [east, north]]) {
  const squeeze = Math.cos(((south + north) / 2) * Math.PI / 180);
  const scale = Math.min((WIDTH - 2 * MARGIN) / Math.max((east - west) * squeeze, 0.004), (HEIGHT - 2 * MARGIN) / Math.max(north - south, 0.004));
  const [x0, y0] = [(west + east) / 2, (south + north) / 2];
  return ([longitude, latitude]) => [WIDTH / 2 + (longitude - x0) * squeeze * scale, HEIGHT / 2 - (latitude - y0) * scale];
}

export function SvgMap({ base }) {
  const text = useText();
  const rows = useLive("technicians.map", {});
  const [params, change] = useAddress();
  const selected = Number(params.get("technician")) || null;
  const on = (rows ?? []).filter(placed);
  const frame = useMemo(() => {
    const chosen = on.filter((row) => row.id === selected);
    const seen = (chosen.length > 0 ? on.filter((row) => row.city === chosen[0].city) : on).map((row) => [row.longitude, row.latitude]);
    return boundsOf(seen.length > 0 ? seen : base.cities.features.map((feature) => feature.geometry.coordinates));
  }, [base, selected, on.length]);
  const at = useMemo(() => projection(frame ?? [[-43, -21], [-42, -20]]), [frame]);
  const streets = useMemo(() => base.streets.features.filter((f) => f.geometry.type === "LineString")
    .map((f) => `M${f.geometry.coordinates.map((c) => at(c).map((n) => n.toFixed(1)).join(" ")).join("L")}`).join(""), [base, at]);
  return (
    <svg className="map-drawing" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={text("Map of technicians")}>
      <path className="map-streets" d={streets} />
      {base.cities.features.map((f) => {
        const [x, y] = at(f.geometry.coordinates);
        return <text key={f.properties.name} className="map-city" x={x} y={y - 24}>{f.properties.name}</text>;
      })}
      {on.map((row) => {
        const [x, y] = at([row.longitude, row.latitude]);
        const words = abnormal(row, text);
        return (
          <g key={row.id} className={`map-person ${row.late ? "is-late" : ""} ${row.signal === "live" ? "" : "is-lost"} ${row.id === selected ? "is-selected" : ""}`}
            transform={`translate(${x.toFixed(1)} ${y.toFixed(1)})`} onClick={() => change((next) => next.set("technician", String(row.id)))}>
            <circle r={row.id === selected ? 9 : 6.5} />
            <text y="22">{row.name.split(" ").slice(0, 2).join(" ")}{words ? ` (${words})` : ""}</text>
          </g>
        );
      })}
    </svg>
  );
}
