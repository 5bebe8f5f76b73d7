// The traffic desk's choosing: a device, its ports, and the graphs of the chosen ones, all over the same range.

import { useEffect, useMemo, useState } from "react";
import { Link } from "react-router";
import { useAddress } from "./address.js";
import { useCell } from "./cell.js";
import { Box, Status, STATUS_SHAPE } from "./box.jsx";
import { num } from "./format.js";
import { Icon } from "./icons.jsx";
import { clock, topicKey, useLive } from "./live.js";
import { rowOrder } from "./protocol.js";
import { readPorts } from "./range.js";
import { api } from "./session.js";
import { useFormat, useText } from "./texts.js";
import { RangeBar, TrafficGraph, useRange } from "./traffic.jsx";

/** Answers of GET, once per address while the component lives. */
function useAnswer(path) {
  const [answer, setAnswer] = useState({ value: null, error: null });
  useEffect(() => {
    setAnswer({ value: null, error: null });
    if (path === null) return undefined;
    const stop = new AbortController();
    api(path, { signal: stop.signal })
      .then((value) => setAnswer({ value, error: null }))
      .catch((error) => !stop.signal.aborted && setAnswer({ value: null, error }));
    return () => stop.abort();
  }, [path]);
  return answer;
}

/** What is known of a port: from the live list of busy ports when it is there, else from REST. */
function usePort(id, top) {
  const busy = top?.find((row) => row.id === id);
  const { value } = useAnswer(busy ? null : `/ports/${id}`);
  if (busy) return { device: busy.device, name: busy.name, alias: busy.alias, capacity: busy.capacity_bps };
  if (value) return { device: null, name: value.name, alias: value.alias, capacity: value.capacity_bps ?? value.speed_bps };
  return null;
}

function PortBox({ id, top, range, setRange, only, close }) {
  const text = useText();
  const port = usePort(id, top);
  const name = port ? [port.device, port.name].filter(Boolean).join(" · ") : text("Port {id}", { id });
  const tools = only ? null : <button type="button" className="tool" onClick={close} title={text("Close this graph")}><Icon name="close" /><span className="sr">{text("Close this graph")}</span></button>;
  return (
    <Box topic={topicKey("traffic.port", { port: id })} title={name} note={port?.alias} className="port-box" tools={tools}>
      <TrafficGraph port={id} title={name} capacity={port?.capacity ?? null} range={range} onZoom={setRange} />
    </Box>
  );
}

/** The graphs of `?port=`, or of the busiest port when the address names none; chosen once, so it does not jump. */
export function PortGraphs() {
  const text = useText();
  const [params, change] = useAddress();
  const [range, setRange] = useRange();
  const top = useLive("traffic.top", { limit: 50 });
  const [first, setFirst] = useState(null);
  useEffect(() => {
    if (first === null && top?.length > 0) setFirst(top[0].id);
  }, [first, top]);
  const asked = readPorts(params);
  const ids = asked.length > 0 ? asked : first === null ? [] : [first];
  const close = (id) => change((next) => next.set("port", ids.filter((other) => other !== id).join(",")));
  return (
    <div className="graphs">
      <div className="graphs-head"><RangeBar /><span className="hint">{text("Drag over a graph to zoom in.")}</span></div>
      {ids.map((id) => <PortBox key={id} id={id} top={top} range={range} setRange={setRange} only={ids.length === 1} close={() => close(id)} />)}
      {ids.length === 0 && top !== undefined && (
        <p className="empty box">{text("No port has been measured yet. Add a device, let it be discovered, and its ports appear here with the first two polls.")}</p>
      )}
    </div>
  );
}

/** Ports of `?device=`: choose one to see it, or add it to the ones already on screen. */
export function DevicePorts() {
  const text = useText();
  const format = useFormat();
  const [params, change] = useAddress();
  const devices = useLive("devices.health", {});
  const top = useLive("traffic.top", { limit: 50 });
  const [first, setFirst] = useState(null);
  useEffect(() => {
    if (first === null && top?.length > 0) setFirst(top[0].device_id);
  }, [first, top]);
  const named = Number(params.get("device")) || null;
  const device = named ?? first;
  const { value, error } = useAnswer(device === null ? null : `/devices/${device}/ports?limit=500`);
  const [filter, setFilter] = useState("");
  const chosen = readPorts(params);
  const ports = useMemo(() => {
    const wanted = filter.toLowerCase();
    return (value?.items ?? []).filter((p) => !wanted || `${p.name} ${p.alias}`.toLowerCase().includes(wanted));
  }, [value, filter]);
  const rows = devices ?? [];
  return (
    <div className="device-ports">
      <div className="table-tools">
        <select value={device ?? ""} aria-label={text("Device")} onChange={(e) => change((next) => (e.target.value ? next.set("device", e.target.value) : next.delete("device")))}>
          {device === null && <option value="">{text("Choose a device")}</option>}
          {[...rows].sort((a, b) => (a.name < b.name ? -1 : 1)).map((d) => <option key={d.id} value={d.id}>{d.name}</option>)}
        </select>
        <input type="search" value={filter} onChange={(e) => setFilter(e.target.value)} placeholder={text("Filter ports")} aria-label={text("Filter ports")} disabled={device === null} />
      </div>
      {error && <p className="box-problem"><Icon name="alert" />{error.status === 404 ? text("This device does not exist, or your user may not see it.") : text("The ports could not be read. Try again in a moment.")}</p>}
      <ul className="ports">
        {ports.map((p) => {
          const shown = chosen.includes(p.id);
          return (
            <li key={p.id} className={shown ? "picked" : ""}>
              <button type="button" className="port" onClick={() => change((next) => next.set("port", String(p.id)))}>
                <span className="port-name">{p.name}</span><span className="port-alias">{p.alias || "\u00a0"}</span>
                <span className="port-speed">{num(p.capacity_bps ?? p.speed_bps) ? format.bps(p.capacity_bps ?? p.speed_bps) : "—"}</span>
                <Status value={p.oper === "up" || p.oper === "down" ? p.oper : "unknown"} />
              </button>
              <button type="button" className="tool" disabled={shown || chosen.length >= 6} title={text("Show beside the others")} onClick={() => change((next) => next.set("port", [...chosen, p.id].join(",")))}>
                <Icon name="pin" /><span className="sr">{text("Show beside the others")}</span>
              </button>
            </li>
          );
        })}
      </ul>
      {device === null && devices !== undefined && <p className="empty">{text("Choose a device to list its ports, then a port to draw it.")}</p>}
      {device !== null && value && ports.length === 0 && <p className="empty">{filter ? text("No port has “{words}”.", { words: filter }) : text("This device has no ports yet. Discovery lists them within a minute.")}</p>}
    </div>
  );
}

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
      {cell(text("In now"), format.bps(sum("in_bps")), "figure-lead", ofAll)}
      {cell(text("Out now"), format.bps(sum("out_bps")), "figure-lead", ofAll)}
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
  if (bad.length === 0) return <p className="calm"><Icon name="ok" />{text("All {n} devices answer.", { n: rows.length })}</p>;
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
