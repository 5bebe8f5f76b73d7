// Traffic of one port: in above the axis, out below, capacity and 95th percentile as lines. History comes from REST,
// the last hour and everything new from the live ring, straight into uPlot.

import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useAddress } from "./address.js";
import { useCell } from "./cell.js";
import { cadence, joinTraffic, percentile, withGaps } from "./figures.js";
import { instant, isoDay } from "./format.js";
import { Icon } from "./icons.jsx";
import { clock, subscribe, topicKey, useAge } from "./live.js";
import { Plot, washed } from "./plot.jsx";
import { edges, readRange, writeRange } from "./range.js";
import { api } from "./session.js";
import { useFormat, useText } from "./texts.js";

const RING_S = 3600;
const P95_MAX_STEP_S = 300; // a 95th percentile is never computed from averages wider than 5 minutes
const NOTHING_YET = { points: [], p95: null, wide: false, error: null, loading: false };

export function useRange() {
  const [params, change] = useAddress();
  const range = useMemo(() => readRange(params), [params]);
  const set = useCallback((next) => change((address) => writeRange(address, next), { push: true }), [change]);
  return [range, set];
}

function iso(seconds) {
  return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}

/** Stored points for a range, asked again as the window moves on. `error` is an ApiError or null. */
function useHistory(port, range, ringOnly) {
  const [history, setHistory] = useState(NOTHING_YET);
  useEffect(() => {
    if (ringOnly) {
      setHistory(NOTHING_YET);
      return undefined;
    }
    const stop = new AbortController();
    let timer;
    const load = async () => {
      const [from, to] = edges(range, (clock.get() || Date.now()) / 1000);
      try {
        const answer = await api(`/ports/${port}/traffic?from=${encodeURIComponent(iso(Math.floor(from)))}&to=${encodeURIComponent(iso(Math.ceil(to)))}`, { signal: stop.signal });
        const p95 = answer.p95_in_bps === null ? null : [answer.p95_in_bps, answer.p95_out_bps];
        setHistory({ ...NOTHING_YET, points: answer.points, p95, wide: answer.step === "1h" || answer.step === "1d" });
      } catch (error) {
        if (stop.signal.aborted) return;
        setHistory((held) => ({ ...held, error, loading: false }));
      }
      if (range.from === null && !stop.signal.aborted) timer = setTimeout(load, 60000);
    };
    setHistory((held) => ({ ...held, loading: true }));
    load();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [port, range.from, range.to, range.span, ringOnly]);
  return history;
}

function useRing(port) {
  const [ring, setRing] = useState(null);
  useEffect(() => subscribe(topicKey("traffic.port", { port }), (topic) => setRing(topic?.data ?? null)), [port]);
  return ring;
}

function highest(values) {
  return values.reduce((top, v) => (v !== null && v > top ? v : top), 0);
}

/**
 * How far a graph reaches above and below its axis, bit/s: one unit per pixel on both sides, each as high as it needs.
 * The capacity is on the scale from a quarter of its use on; below that the traffic would be a flat line under it.
 */
function scaleOf([peakIn, peakOut], capacity) {
  const reach = (peak) => (capacity && peak >= capacity * 0.25 ? Math.max(capacity, peak) * 1.16 : peak * 1.3);
  const [top, bottom] = [Math.max(reach(peakIn), 1000), Math.max(reach(peakOut), 1000)];
  return [Math.max(top, bottom * 0.25), Math.max(bottom, top * 0.25)];
}

/** A dashed line across the plot with its name above or below it, on a ground of its own so that curves do not cross it. */
function drawLine(u, value, colour, label, ink, above, side) {
  const [low, high] = [u.scales.y.min, u.scales.y.max];
  if (value < low || value > high) return;
  const y = Math.round(u.valToPos(value, "y", true));
  const { ctx, bbox } = u;
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.lineWidth = devicePixelRatio * (ink.stroke / 1.75);
  ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  if (label) {
    const [size, gap] = [ink.size * devicePixelRatio, 4 * devicePixelRatio];
    ctx.font = `${size}px ${ink.font.slice(ink.font.indexOf(" ") + 1)}`;
    const width = ctx.measureText(label).width;
    const x = side === "left" ? bbox.left + gap * 2 : bbox.left + bbox.width - width - gap * 2;
    const top = above ? y - size - gap * 1.5 : y + gap * 0.75;
    ctx.setLineDash([]);
    ctx.globalAlpha = 0.72;
    ctx.fillStyle = ink.ground;
    ctx.fillRect(x - gap, top, width + gap * 2, size + gap * 0.75);
    ctx.globalAlpha = 1;
    ctx.fillStyle = colour;
    ctx.textAlign = "left";
    ctx.textBaseline = "top";
    ctx.fillText(label, x, top + gap * 0.5);
  }
  ctx.restore();
}

function timeLabel(t, span, format) {
  if (span > 2 * 86400) return format.moment(t * 1000).slice(0, 5);
  return format.time(t * 1000, span <= 600);
}

/** `port`: id. `capacity`: bit/s or null. `compact`: a wall tile without table and buttons. `range`: see range.js. */
export function TrafficGraph({ port, capacity, range, onZoom, compact = false, title }) {
  const text = useText();
  const format = useFormat();
  const key = topicKey("traffic.port", { port });
  const ring = useRing(port);
  const { state } = useAge(key);
  const now = useCell(clock, 0);
  const nowS = Math.floor((now || Date.now()) / 1000);
  const [from, to] = edges(range, nowS);
  const ringOnly = range.from === null && range.span <= RING_S;
  const history = useHistory(port, range, ringOnly);
  const [asTable, setAsTable] = useState(false);
  const live = range.from === null || range.to > nowS - RING_S;

  const columns = useMemo(() => {
    const [t, i, o] = joinTraffic(history.points, live ? ring : null, range.from ?? nowS - range.span - 60);
    const kept = range.to === null ? t.length : t.filter((at) => at <= range.to).length;
    return [t.slice(0, kept), i.slice(0, kept), o.slice(0, kept)];
  }, [history.points, ring, live, range.from, range.to, range.span, Math.floor(nowS / 10)]);

  const step = cadence(columns[0]);
  const ringP95 = useMemo(() => (step !== null && step <= P95_MAX_STEP_S ? [percentile(columns[1], 0.95), percentile(columns[2], 0.95)] : null), [columns, step]);
  const p95 = ringOnly ? ringP95 : history.p95;
  const last = columns[0].length - 1;
  const peaks = useMemo(() => [highest(columns[1]), highest(columns[2])], [columns]);
  const peak = Math.max(...peaks);
  const known = columns[1].some((v) => v !== null) || columns[2].some((v) => v !== null);
  const data = useMemo(() => {
    const [t, i, o] = withGaps(columns, Math.max(30, (step ?? 60) * 3.5));
    return [t, i, o.map((v) => (v === null ? null : -v))];
  }, [columns, step]);

  // What the draw hooks need at the moment they run, without making the plot anew.
  const context = useRef({});
  const [top, bottom] = scaleOf(peaks, capacity);
  const withCapacity = Boolean(capacity) && top >= capacity;
  context.current = { capacity, p95, top, bottom, from, to, onZoom };

  const fit = useCallback((u) => {
    const held = context.current;
    u.batch(() => {
      u.setScale("x", { min: held.from, max: held.to });
      u.setScale("y", { min: -held.bottom, max: held.top });
    });
  }, []);

  const options = (ink) => ({
    padding: [ink.size * 0.8, ink.size * 1.8, 0, 0],
    legend: { show: false },
    cursor: { drag: { x: Boolean(onZoom), y: false, setScale: false }, sync: { key: "traffic" }, points: { size: 6 }, y: false },
    select: { show: true },
    scales: { x: { time: true, auto: false }, y: { auto: false } },
    axes: [
      {
        stroke: ink.text, font: ink.font, size: ink.size * 2.2, gap: ink.size * 0.4, grid: { stroke: ink.faint, width: 1 }, ticks: { show: false },
        space: ink.size * 6, values: (u, at) => at.map((t) => timeLabel(t, u.scales.x.max - u.scales.x.min, format)),
      },
      {
        stroke: ink.text, font: ink.font, size: ink.size * 6.2, gap: ink.size * 0.5, grid: { stroke: ink.faint, width: 1 }, ticks: { show: false },
        space: ink.size * 2.8, values: (_, at) => at.map((v) => (v === 0 ? "0" : format.bps(Math.abs(v)))),
      },
    ],
    series: [
      {},
      { label: "in", stroke: ink.accent, width: ink.stroke, fill: washed(ink.accent, 0.22), fillTo: 0, spanGaps: false, points: { show: false } },
      { label: "out", stroke: ink.second, width: ink.stroke, fill: washed(ink.second, 0.2), fillTo: 0, spanGaps: false, points: { show: false } },
    ],
    hooks: {
      draw: [(u) => {
        const { capacity: cap, p95: lines } = context.current;
        const zero = Math.round(u.valToPos(0, "y", true));
        u.ctx.save();
        u.ctx.fillStyle = ink.line;
        u.ctx.fillRect(u.bbox.left, zero, u.bbox.width, devicePixelRatio);
        u.ctx.restore();
        if (cap) {
          drawLine(u, cap, ink.strong, text("capacity {rate}", { rate: format.bps(cap) }), ink, true, "left");
          drawLine(u, -cap, ink.strong, "", ink, false, "left");
        }
        if (lines?.[0]) drawLine(u, lines[0], ink.text, `p95 ${format.bps(lines[0])}`, ink, true, "right");
        if (lines?.[1]) drawLine(u, -lines[1], ink.text, `p95 ${format.bps(lines[1])}`, ink, false, "right");
      }],
      setSelect: [(u) => {
        if (u.select.width < 8) return;
        const [left, right] = [u.posToVal(u.select.left, "x"), u.posToVal(u.select.left + u.select.width, "x")];
        u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        context.current.onZoom?.({ name: null, from: left, to: right, span: right - left });
      }],
      init: [(u) => {
        const tip = document.createElement("div");
        tip.className = "tip";
        tip.hidden = true;
        u.root.appendChild(tip);
      }],
      setCursor: [(u) => {
        const tip = u.root.querySelector(".tip");
        const k = u.cursor.idx;
        const known = k !== null && k !== undefined && u.cursor.left >= 0 && u.data[1][k] !== undefined;
        tip.hidden = !known;
        if (!known) return;
        const line = (name, content) => Object.assign(document.createElement("div"), { className: name, textContent: content });
        tip.replaceChildren(
          line("tip-head", format.moment(u.data[0][k] * 1000) + (step !== null && step < 60 ? `:${String(Math.floor(u.data[0][k] % 60)).padStart(2, "0")}` : "")),
          line("tip-line tone-accent", `${text("In")}: ${format.bps(u.data[1][k])}`),
          line("tip-line tone-second", `${text("Out")}: ${format.bps(u.data[2][k] === null ? null : -u.data[2][k])}`),
        );
        const right = u.cursor.left > u.over.clientWidth / 2;
        tip.style.left = right ? "" : `${u.over.offsetLeft + u.cursor.left + 12}px`;
        tip.style.right = right ? `${u.root.clientWidth - u.over.offsetLeft - u.cursor.left + 12}px` : "";
      }],
    },
  });

  return (
    <div className={`graph ${compact ? "graph-compact" : ""} ${state === "stale" && live ? "is-stale" : ""}`}>
      <div className="legend">
        <span className="legend-item tone-accent">{text("In")} <b>{format.bps(last < 0 ? null : columns[1][last])}</b></span>
        <span className="legend-item tone-second">{text("Out")} <b>{format.bps(last < 0 ? null : columns[2][last])}</b></span>
        {!compact && <span className="legend-extra">{text("peak {rate}", { rate: peak > 0 ? format.bps(peak) : "—" })}</span>}
        {!compact && <span className="legend-extra">{capacity ? (withCapacity ? null : text("capacity {rate} (above the scale)", { rate: format.bps(capacity) })) : text("no capacity set")}</span>}
        {!compact && history.wide && <span className="legend-extra">{text("no 95th percentile: the points are averages over more than 5 min")}</span>}
        {!compact && (
          <button type="button" className="tool legend-table" aria-pressed={asTable} onClick={() => setAsTable(!asTable)} title={text("Show as a table")}>
            <Icon name="table" /><span className="sr">{text("Show as a table")}</span>
          </button>
        )}
      </div>
      {history.error && (
        <p className="box-problem" role="note"><Icon name="alert" />
          {history.error.status === 404 ? text("This port does not exist, or your user may not see it.") : text("The history could not be read. It will be asked for again in a minute.")}
        </p>
      )}
      {asTable ? <PointsTable columns={columns} format={format} text={text} />
        : <Plot className="graph-plot" options={options} data={data} fit={fit} deps={[port, format, text, compact, Boolean(onZoom)]} label={text("Traffic of {name}: in above the axis, out below", { name: title ?? port })} />}
      {!known && ring !== null && !history.loading && !asTable && <p className="empty graph-empty">{text("No measurement in this range. The next poll draws the first point.")}</p>}
    </div>
  );
}

function PointsTable({ columns: [t, i, o], format, text }) {
  const rows = t.map((at, k) => [at, i[k], o[k]]).reverse().slice(0, 500);
  return (
    <div className="table-scroll graph-plot" tabIndex={0}>
      <table className="table">
        <thead><tr><th scope="col">{text("When")}</th><th scope="col" className="numeric">{text("In")}</th><th scope="col" className="numeric">{text("Out")}</th></tr></thead>
        <tbody>{rows.map(([at, a, b]) => <tr key={at}><td>{format.dayShort(isoDay(at * 1000, format.zone))} {format.time(at * 1000, true)}</td><td className="numeric">{format.bps(a)}</td><td className="numeric">{format.bps(b)}</td></tr>)}</tbody>
      </table>
    </div>
  );
}

export function RangeBar() {
  const text = useText();
  const format = useFormat();
  const [range, setRange] = useRange();
  return (
    <div className="segments" role="group" aria-label={text("Time range")}>
      {["1h", "6h", "24h", "7d"].map((name) => (
        <button key={name} type="button" aria-pressed={range.name === name} onClick={() => setRange({ name })}>{name.replace("h", " h").replace("d", " d")}</button>
      ))}
      {range.name === null && (
        <button type="button" aria-pressed onClick={() => setRange({ name: "1h" })} title={text("Back to now")}>
          {format.moment(instant(range.from))} – {format.moment(instant(range.to))}<Icon name="close" />
        </button>
      )}
    </div>
  );
}
