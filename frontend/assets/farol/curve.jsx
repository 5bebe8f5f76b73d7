// Business curves: a few lines over hours or days, with the values under the pointer and as a table.

import { useMemo, useState } from "react";
import { useCell } from "./cell.js";
import { running } from "./figures.js";
import { num } from "./format.js";
import { Icon } from "./icons.jsx";
import { clock, useLive } from "./live.js";
import { Plot, washed } from "./plot.jsx";
import { useFormat, useText } from "./texts.js";

/** series: [{ label, values, tone: "accent" | "second" | "third", dash, fill, width }]; x: labels, one per value. */
export function Curve({ x, series, label, mark = null, tableLabel, legend = true }) {
  const text = useText();
  const format = useFormat();
  const [asTable, setAsTable] = useState(false);
  const data = useMemo(() => [x.map((_, k) => k), ...series.map((s) => x.map((_, k) => s.values[k] ?? null))], [x, series]);
  const shape = series.map((s) => `${s.label}${s.tone}`).join("|");
  const options = (ink) => ({
    padding: [ink.size, ink.size * 1.8, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { size: 7 }, drag: { x: false, y: false } },
    scales: { x: { time: false }, y: { range: (_, min, max) => [Math.min(0, min ?? 0), Math.max(1, (max ?? 1) * 1.08)] } },
    axes: [
      {
        stroke: ink.text, font: ink.font, size: ink.size * 2.2, gap: ink.size * 0.4, grid: { show: false }, ticks: { show: false },
        space: ink.size * 4.5, incrs: [1, 2, 3, 4, 6, 7, 12], values: (_, at) => at.map((k) => x[k] ?? ""),
      },
      {
        stroke: ink.text, font: ink.font, size: ink.size * 6, gap: ink.size * 0.5, grid: { stroke: ink.faint, width: 1 }, ticks: { show: false },
        space: ink.size * 3.6, values: (_, at) => at.map((v) => format.brlShort(v)),
      },
    ],
    series: [{}, ...series.map((s) => ({
      label: s.label, stroke: ink[s.tone], width: (s.width ?? 1) * ink.stroke, dash: s.dash, points: { show: false }, spanGaps: false,
      fill: s.fill ? washed(ink[s.tone], 0.14) : undefined,
    }))],
    hooks: {
      draw: [(u) => {
        if (mark === null) return;
        const values = u.data[1];
        const [px, py] = [u.valToPos(mark, "x", true), u.valToPos(values[mark] ?? 0, "y", true)];
        u.ctx.save();
        u.ctx.fillStyle = ink.accent;
        u.ctx.beginPath();
        u.ctx.arc(px, py, ink.stroke * 2.6 * devicePixelRatio, 0, Math.PI * 2);
        u.ctx.fill();
        u.ctx.restore();
      }],
      setCursor: [(u) => {
        const tip = u.root.querySelector(".tip");
        const k = u.cursor.idx;
        if (k === null || k === undefined || u.cursor.left < 0) {
          tip.hidden = true;
          return;
        }
        tip.hidden = false;
        tip.replaceChildren(...tipLines(x[k], series, k, format));
        const right = u.cursor.left > u.over.clientWidth / 2;
        tip.style.left = right ? "" : `${u.over.offsetLeft + u.cursor.left + 12}px`;
        tip.style.right = right ? `${u.root.clientWidth - u.over.offsetLeft - u.cursor.left + 12}px` : "";
      }],
      init: [(u) => {
        const tip = document.createElement("div");
        tip.className = "tip";
        tip.hidden = true;
        u.root.appendChild(tip);
      }],
    },
  });
  return (
    <div className="curve">
      {legend && (
        <div className="legend">
          {series.map((s) => <span key={s.label} className={`legend-item tone-${s.tone} ${s.dash ? "is-dashed" : ""}`}>{s.label}</span>)}
          <button type="button" className="tool legend-table" aria-pressed={asTable} onClick={() => setAsTable(!asTable)} title={text("Show as a table")}>
            <Icon name="table" /><span className="sr">{text("Show as a table")}</span>
          </button>
        </div>
      )}
      {asTable ? (
        <div className="table-scroll curve-table" tabIndex={0}>
          <table className="table">
            <thead><tr><th scope="col">{tableLabel}</th>{series.map((s) => <th key={s.label} scope="col" className="numeric">{s.label}</th>)}</tr></thead>
            <tbody>{x.map((at, k) => <tr key={at}><td>{at}</td>{series.map((s) => <td key={s.label} className="numeric">{format.brl(s.values[k])}</td>)}</tr>)}</tbody>
          </table>
        </div>
      ) : <Plot className="curve-plot" options={options} data={data} deps={[shape, x, format, mark]} label={label} />}
    </div>
  );
}

function tipLines(head, series, k, format) {
  const line = (className, content) => {
    const element = document.createElement("div");
    element.className = className;
    element.textContent = content;
    return element;
  };
  return [line("tip-head", head), ...series.map((s) => line(`tip-line tone-${s.tone}`, `${s.label}: ${format.brl(s.values[k])}`))];
}

const HOURS = Array.from({ length: 25 }, (_, hour) => `${String(hour).padStart(2, "0")}h`);

/** A cumulative curve at the end of each hour, starting at zero; null after `until` hours. */
function dayCurve(hours, until) {
  return [0, ...running(hours)].map((value, k) => (k <= until ? value : null));
}

/** What came in, hour by hour, against the same weekday of last week and the same day of last month. */
export function DayCurve({ date, legend = true }) {
  const text = useText();
  const format = useFormat();
  const held = useLive("receivables.day", { date });
  const now = useCell(clock, 0);
  const hour = held?.is_today && now ? format.hour(now) : 23;
  const series = useMemo(() => [
    { label: text("Received"), values: dayCurve(held?.hours, hour + 1), tone: "accent", fill: true, width: 1.6 },
    { label: text("Last week"), values: dayCurve(held?.last_week_hours, 24), tone: "second" },
    { label: text("Last month"), values: dayCurve(held?.last_month_hours, 24), tone: "third", dash: [5, 4] },
  ], [held?.hours, held?.last_week_hours, held?.last_month_hours, hour, text]);
  return <Curve x={HOURS} series={series} legend={legend} mark={held?.is_today ? hour + 1 : null} label={text("Received by hour, cumulative")} tableLabel={text("Until")} />;
}

/** Expected (falls due) and received through the month, cumulative; received stops at today. */
export function MonthCurve({ month, legend = true }) {
  const text = useText();
  const format = useFormat();
  const held = useLive("receivables.month", { month });
  const now = useCell(clock, 0);
  const today = now ? format.isoDay(now) : null;
  const { x, series, mark } = useMemo(() => {
    const days = held?.days ?? [];
    const until = today === null ? days.length : days.filter((d) => d.day <= today).length;
    const received = running(days.map((d) => d.received));
    return {
      x: days.length > 0 ? days.map((d) => format.dayShort(d.day)) : Array.from({ length: 30 }, (_, k) => String(k + 1).padStart(2, "0")),
      series: [
        { label: text("Received"), values: received.map((v, k) => (k < until ? v : null)), tone: "accent", fill: true, width: 1.6 },
        { label: text("Expected"), values: running(days.map((d) => num(d.due))), tone: "second" },
      ],
      mark: until > 0 && until < days.length ? until - 1 : null,
    };
  }, [held?.days, today, format, text]);
  return <Curve x={x} series={series} legend={legend} mark={mark} label={text("Expected and received in the month, cumulative")} tableLabel={text("Day")} />;
}
