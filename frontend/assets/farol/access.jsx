// Who is online: sums, by NAS, city and plan, what began and ended each minute, many ends together. Desks and walls show the same ones.

import { useMemo, useState } from "react";
import uPlot from "uplot";
import { useCell } from "./cell.js";
import { perMinute } from "./figures.js";
import { Icon } from "./icons.jsx";
import { clock, useLive } from "./live.js";
import { Plot, washed } from "./plot.jsx";
import { useFormat, useText } from "./texts.js";

const PANEL = "access.online";

export function endName(how, text) {
  return {
    stop: text("ended by the NAS"), reload: text("NAS restarted"), lost: text("fell silent"), replaced: text("began again"),
  }[how] ?? how;
}

/** Online, silent, without a contract. What is silent asks for action only once it is more than a few. */
export function AccessFigures({ wall = false }) {
  const text = useText();
  const format = useFormat();
  const held = useLive(PANEL, {});
  const silent = held?.unknown ?? 0;
  const many = held && silent > Math.max(5, held.online * 0.02);
  const cell = (name, figure, className = "", under = null) => (
    <div className={`figure ${className}`} key={name}><span className="figure-name">{name}</span><span className="figure-value">{figure}</span>{under && !wall && <span className="figure-under">{under}</span>}</div>
  );
  return (
    <div className={`figures ${wall ? "figures-access-wall" : "figures-access"}`}>
      {cell(text("Online now"), format.integer(held?.online), "figure-lead", text("sessions that report"))}
      {cell(text("Silent"), <>{many && <Icon name="alert" />}{format.integer(held?.unknown)}</>, `${silent ? "" : "is-zero"} ${many ? "level-warn" : ""}`, text("not heard of for longer than usual"))}
      {cell(text("Without a contract"), format.integer(held?.unidentified), held?.unidentified ? "" : "is-zero", text("login that no contract has"))}
      {cell(text("NAS"), format.integer(held?.by_nas.length), "", text("{n} without sessions", { n: format.integer(held?.by_nas.filter((row) => row.online === 0).length) }))}
    </div>
  );
}

/** Bars of one scale: the longest is the fullest. `by` is `by_nas`, `by_city` or `by_plan`. */
export function AccessBars({ by, limit = 12 }) {
  const text = useText();
  const format = useFormat();
  const held = useLive(PANEL, {});
  if (held === undefined) return null;
  const rows = held[by];
  if (rows.length === 0) return <p className="empty">{by === "by_nas" ? text("No NAS yet. Add the first one under NAS.") : text("Nobody is online.")}</p>;
  const top = Math.max(1, ...rows.map((row) => row.online));
  return (
    <ol className="bars">
      {rows.slice(0, limit).map((row) => (
        <li key={row.id ?? "none"} className={row.unknown > row.online ? "level-warn" : ""}>
          <span className="bar-name">{row.unknown > row.online && <Icon name="alert" />}{row.name ?? text("without a plan")}</span>
          <span className="bar-extra">{row.unknown > 0 ? text("{n} silent", { n: format.integer(row.unknown) }) : ""}</span>
          <span className="bar-count">{format.integer(row.online)}</span>
          <span className="link-track"><span className="link-fill" style={{ width: `${(row.online / top) * 100}%` }} /></span>
        </li>
      ))}
      {rows.length > limit && <li className="bar-more">{text("and {n} more", { n: rows.length - limit })}</li>}
    </ol>
  );
}

/** Sessions that began (above) and ended (below) in each full minute of the last hour. */
export function AccessMinutes() {
  const text = useText();
  const format = useFormat();
  const held = useLive(PANEL, {});
  const now = useCell(clock, 0);
  const minute = Math.floor((now || 0) / 60000) * 60;
  const [asTable, setAsTable] = useState(false);
  const [t, started, ended] = useMemo(() => perMinute(held?.minutes ?? [], minute), [held?.minutes, minute]);
  const data = useMemo(() => [t, started, ended.map((n) => -n)], [t, started, ended]);
  const last = t.length - 1;
  const options = (ink) => ({
    padding: [ink.size, ink.size * 1.2, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
    scales: { x: { time: true, range: (_, from, to) => [from - 30, to + 30] }, y: { range: (_, low, high) => [Math.min(-5, (low ?? 0) * 1.12), Math.max(5, (high ?? 0) * 1.12)] } },
    axes: [
      {
        stroke: ink.text, font: ink.font, size: ink.size * 2.2, gap: ink.size * 0.4, grid: { show: false }, ticks: { show: false },
        space: ink.size * 6, values: (_, at) => at.map((s) => format.time(s * 1000)),
      },
      {
        stroke: ink.text, font: ink.font, size: ink.size * 4, gap: ink.size * 0.5, grid: { stroke: ink.faint, width: 1 }, ticks: { show: false },
        space: ink.size * 2.8, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000], values: (_, at) => at.map((v) => format.integer(Math.abs(v))),
      },
    ],
    series: [
      {},
      ...[["accent", "started"], ["second", "ended"]].map(([tone, label]) => ({
        label, stroke: ink[tone], width: 0, fill: washed(ink[tone], 0.85), paths: uPlot.paths.bars({ size: [0.72, 60] }), points: { show: false },
      })),
    ],
    hooks: {
      draw: [(u) => {
        const zero = Math.round(u.valToPos(0, "y", true));
        u.ctx.save();
        u.ctx.fillStyle = ink.line;
        u.ctx.fillRect(u.bbox.left, zero, u.bbox.width, devicePixelRatio);
        u.ctx.restore();
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
        tip.hidden = k === null || k === undefined || u.cursor.left < 0;
        if (tip.hidden) return;
        const line = (name, content) => Object.assign(document.createElement("div"), { className: name, textContent: content });
        tip.replaceChildren(
          line("tip-head", format.time(u.data[0][k] * 1000)),
          line("tip-line tone-accent", `${text("Came online")}: ${format.integer(u.data[1][k])}`),
          line("tip-line tone-second", `${text("Went offline")}: ${format.integer(-u.data[2][k])}`),
        );
        const right = u.cursor.left > u.over.clientWidth / 2;
        tip.style.left = right ? "" : `${u.over.offsetLeft + u.cursor.left + 12}px`;
        tip.style.right = right ? `${u.root.clientWidth - u.over.offsetLeft - u.cursor.left + 12}px` : "";
      }],
    },
  });
  return (
    <div className="curve">
      <div className="legend">
        <span className="legend-item tone-accent">{text("Came online")} <b>{held ? format.integer(started[last]) : "—"}</b></span>
        <span className="legend-item tone-second">{text("Went offline")} <b>{held ? format.integer(ended[last]) : "—"}</b></span>
        <span className="legend-extra">{text("in the last full minute")}</span>
        <button type="button" className="tool legend-table" aria-pressed={asTable} onClick={() => setAsTable(!asTable)} title={text("Show as a table")}>
          <Icon name="table" /><span className="sr">{text("Show as a table")}</span>
        </button>
      </div>
      {asTable ? (
        <div className="table-scroll curve-table" tabIndex={0}>
          <table className="table">
            <thead><tr><th scope="col">{text("Minute")}</th><th scope="col" className="numeric">{text("Came online")}</th><th scope="col" className="numeric">{text("Went offline")}</th></tr></thead>
            <tbody>{t.map((at, k) => <tr key={at}><td>{format.time(at * 1000)}</td><td className="numeric">{format.integer(started[k])}</td><td className="numeric">{format.integer(ended[k])}</td></tr>).reverse()}</tbody>
          </table>
        </div>
      ) : <Plot className="curve-plot" options={options} data={data} deps={[format, text]} label={text("Sessions that began, above the axis, and ended, below it, per minute")} />}
    </div>
  );
}

const RECENT_MS = 600000;

/** Many ends together, newest first. The last ten minutes are marked; older ones are history. */
export function Drops({ limit = 8 }) {
  const text = useText();
  const format = useFormat();
  const held = useLive(PANEL, {});
  const now = useCell(clock, 0);
  if (held === undefined) return null;
  if (held.drops.length === 0) return <p className="calm"><Icon name="ok" />{text("No drop in the last hour.")}</p>;
  return (
    <ol className="drops">
      {held.drops.slice(0, limit).map((drop) => {
        const recent = now > 0 && now - Date.parse(drop.at) < RECENT_MS;
        return (
          <li key={`${drop.at}/${drop.nas_id}`} className={recent ? "level-bad" : ""}>
            <span className="drop-count"><Icon name={recent ? "stop" : "down"} /><b>{format.integer(drop.sessions)}</b></span>
            <span className="drop-nas">{drop.nas}</span>
            <span className="drop-how">{endName(drop.how, text)}</span>
            <time>{format.time(drop.at)}{recent && <span> · {text("now")}</span>}</time>
          </li>
        );
      })}
      {held.drops.length > limit && <li className="drop-more">{text("and {n} more", { n: held.drops.length - limit })}</li>}
    </ol>
  );
}
