// The network at a glance: sums, every device, those that do not answer, the fullest links. Desks and walls show the same ones.

import { useMemo } from "react";
import { Link } from "react-router";
import { Status, STATUS_SHAPE } from "./box.jsx";
import { useCell } from "./cell.js";
import { num } from "./format.js";
import { Icon } from "./icons.jsx";
import { clock, useLive } from "./live.js";
import { rowOrder } from "./protocol.js";
import { useFormat, useText } from "./texts.js";

/** How many devices answer, and what crosses the network now. A sum says of how many devices it is. */
export function NetworkFigures({ wall = false }) {
  const text = useText();
  const format = useFormat();
  const rows = useLive("devices.health", {});
  const count = (status) => (rows === undefined ? null : rows.filter((d) => d.status === status).length);
  const measured = (rows ?? []).filter((d) => num(d.in_bps) !== null);
  const sum = (field) => (measured.length === 0 ? null : measured.reduce((total, d) => total + d[field], 0));
  const quiet = (n) => (n ? "" : "is-zero");
  const cell = (name, figure, className = "", under = null) => (
    <div className={`figure ${className}`} key={name}><span className="figure-name">{name}</span><span className="figure-value">{figure}</span>{under && <span className="figure-under">{under}</span>}</div>
  );
  const ofAll = rows === undefined ? "" : text("{n} of {all} devices", { n: measured.length, all: rows.length });
  return (
    <div className={`figures ${wall ? "figures-wall" : "figures-network"}`}>
      {cell(text("Into the ports"), format.bps(sum("in_bps")), "figure-lead", ofAll)}
      {cell(text("Out of the ports"), format.bps(sum("out_bps")), "figure-lead", ofAll)}
      {cell(text("Devices up"), format.integer(count("up")))}
      {cell(text("Suspect"), <>{count("suspect") > 0 && <Icon name="alert" />}{format.integer(count("suspect"))}</>, `${quiet(count("suspect"))} ${count("suspect") ? "level-warn" : ""}`)}
      {cell(text("Down"), <>{count("down") > 0 && <Icon name="stop" />}{format.integer(count("down"))}</>, `${quiet(count("down"))} ${count("down") ? "level-bad" : ""}`)}
    </div>
  );
}

const MAP_LIMIT = 120;

/** Every device as a cell that is grey while all is well: what is wrong is seen from afar, and where, without reading. */
export function DeviceMap() {
  const text = useText();
  const rows = useLive("devices.health", {});
  const cities = useMemo(() => {
    const found = new Map();
    for (const row of [...(rows ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (!found.has(row.city)) found.set(row.city, []);
      found.get(row.city).push(row);
    }
    return [...found].sort(([a], [b]) => a.localeCompare(b));
  }, [rows]);
  if (rows === undefined || rows.length === 0) return null;
  const all = rows.length <= MAP_LIMIT;
  return (
    <ul className="device-map">
      {cities.map(([city, devices]) => {
        const shown = all ? devices : devices.filter((d) => d.status !== "up").slice(0, MAP_LIMIT / cities.length);
        return (
          <li key={city}>
            <span className="device-city">{city}<span>{text("{n} of {all} up", { n: devices.filter((d) => d.status === "up").length, all: devices.length })}</span></span>
            <span className="device-cells">
              {shown.map((d) => (
                <Link key={d.id} to={`/traffic?device=${d.id}`} className={`device-cell device-${d.status}`} title={d.name}>
                  {d.status !== "up" && <Icon name={STATUS_SHAPE[d.status]} />}<span>{d.name}</span>
                </Link>
              ))}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

/** Devices that do not answer, worst first, each with since when; a sentence when all do. */
export function Troubles({ limit = 6 }) {
  const text = useText();
  const format = useFormat();
  const rows = useLive("devices.health", {});
  const now = useCell(clock, 0);
  const bad = (rows ?? []).filter((d) => d.status === "down" || d.status === "suspect");
  if (rows === undefined) return null;
  if (rows.length === 0) return <p className="empty">{text("No device is being polled yet. Add the first one with POST /api/v1/devices.")}</p>;
  if (bad.length === 0) return <p className="calm"><Icon name="ok" />{text("All devices answer ({n}).", { n: rows.length })}</p>;
  return (
    <ul className="troubles">
      {bad.slice(0, limit).map((d) => (
        <li key={d.id}>
          <Status value={d.status} />
          <Link to={`/traffic?device=${d.id}`} className="trouble-name">{d.name}</Link>
          <span className="trouble-city">{d.city}</span>
          <span className="trouble-since">{now ? format.span((now - Date.parse(d.since)) / 1000) : "—"}</span>
        </li>
      ))}
      {bad.length > limit && <li className="trouble-more">{text("and {n} more", { n: bad.length - limit })}</li>}
    </ul>
  );
}

/** Fullest first; a link without a known capacity follows, by its rate. */
const byShare = rowOrder(["-utilisation", "-busiest_bps"], "id");

/** The fullest of the busiest links as bars against their capacity: the name, the rate, the share. */
export function BusyLinks({ limit = 6, wall = false }) {
  const text = useText();
  const format = useFormat();
  const rows = useLive("traffic.top", { limit: 50 });
  if (rows === undefined) return null;
  if (rows.length === 0) return <p className="empty">{text("No port has a recent measurement.")}</p>;
  const top = rows[0].busiest_bps || 1;
  return (
    <ol className={`links ${wall ? "links-wall" : ""}`}>
      {[...rows].sort(byShare).slice(0, limit).map((p) => {
        const share = num(p.utilisation);
        const level = share !== null && share >= 0.95 ? "level-bad" : share !== null && share >= 0.8 ? "level-warn" : "";
        return (
          <li key={p.id} className={level}>
            <Link to={`/traffic?port=${p.id}`} className="link-name"><b>{p.alias || p.name}</b><span>{p.device} · {p.name}</span></Link>
            <span className="link-rate">{format.bps(p.busiest_bps)}</span>
            <span className="link-share">{level && <Icon name={level === "level-bad" ? "stop" : "alert"} />}{share === null ? "" : text("{share} of capacity", { share: format.percent(share, 0) })}</span>
            <span className="link-track"><span className="link-fill" style={{ width: `${Math.min(100, (share ?? p.busiest_bps / top) * 100)}%` }} /></span>
          </li>
        );
      })}
    </ol>
  );
}
