// The traffic desk's choosing: a device, its ports, and the graphs of the chosen ones, all over the same range.

import { useEffect, useMemo, useState } from "react";
import { useAddress } from "./address.js";
import { Box, Status } from "./box.jsx";
import { num } from "./format.js";
import { Icon } from "./icons.jsx";
import { topicKey, useLive } from "./live.js";
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
