// Service orders from across the room: how many stand where, what is late, how far each team is.

import { useCell } from "./cell.js";
import { Icon } from "./icons.jsx";
import { clock, useLive } from "./live.js";
import { stageName, STAGE_SHAPE } from "./order_words.js";
import { minutes } from "./orders.js";
import { useFormat, useText } from "./texts.js";

const SHOWN = [
  ["scheduled", (text) => text("Scheduled")], ["en_route", (text) => text("On the way")], ["arrived", (text) => text("Order at the place")],
  ["started", (text) => text("Order in execution")], ["done", (text) => text("Done")], ["failed", (text) => text("Not carried out")],
];

export function WallStages() {
  const text = useText();
  const format = useFormat();
  const status = useLive("orders.status", {});
  const counts = status?.counts;
  const late = counts?.late ?? 0;
  const value = (stage) => (counts ? counts[stage] + (stage === "started" ? counts.paused : 0) : "—");
  return (
    <div className="wall-stages">
      <div className={`wall-stage ${late > 0 ? "level-bad is-loud" : ""}`}><span><Icon name="alert" />{text("Late")}</span><b>{counts ? late : "—"}</b></div>
      {SHOWN.map(([stage, name]) => <div key={stage} className={`wall-stage ${stage === "done" ? "is-lead" : ""}`}><span><Icon name={STAGE_SHAPE[stage]} />{name(text)}</span><b>{value(stage)}</b></div>)}
      <div className="wall-stage"><span>{text("Arrived in time")}</span><b>{format.percent(status?.arrivals ? status.in_time / status.arrivals : null, 0)}</b></div>
    </div>
  );
}

/** What is late, the longest first, and whose it is. Subscribers' names are not for a wall everybody walks past. */
export function WallLate({ limit = 6 }) {
  const text = useText();
  const format = useFormat();
  const now = useCell(clock, 0);
  const rows = useLive("orders.board", {});
  if (rows === undefined) return null;
  const late = rows.filter((r) => r.late).sort((a, b) => Date.parse(a.late_from) - Date.parse(b.late_from));
  if (late.length === 0) return <p className="calm"><Icon name="ok" />{text("Nothing is late.")}</p>;
  return (
    <ul className="wall-late">
      {late.slice(0, limit).map((r) => (
        <li key={r.id}>
          <b>{r.technician ?? r.team}</b><span>{r.kind} · {r.city}</span>
          <span className="wall-late-stage"><Icon name={STAGE_SHAPE[r.stage]} />{stageName(r.stage, text)}</span>
          <span className="level-bad wall-late-span"><Icon name="alert" />{now ? format.span((now - Date.parse(r.late_from)) / 1000) : "—"}</span>
        </li>
      ))}
      {late.length > limit && <li className="trouble-more">{text("and {n} more", { n: late.length - limit })}</li>}
    </ul>
  );
}

/** Each team's orders as one bar: done, at work, to come; and what still fits. */
export function WallTeams({ limit = 10 }) {
  const text = useText();
  const status = useLive("orders.status", {});
  const teams = (status?.by_team ?? []).filter((team) => team.id !== 0);
  const size = (team) => team.counts.scheduled + team.counts.en_route + team.counts.arrived + team.counts.started + team.counts.paused + team.counts.done + team.counts.failed;
  const most = Math.max(1, ...teams.map(size));
  return (
    <ol className="wall-teams">
      {teams.slice(0, limit).map((team) => {
        const c = team.counts;
        const parts = [["done", c.done], ["failed", c.failed], ["work", c.en_route + c.arrived + c.started + c.paused], ["plan", c.scheduled]];
        return (
          <li key={team.id}>
            <span className="wall-team-name">{team.name}</span>
            <span className="wall-team-bar" aria-hidden="true">{parts.map(([name, n]) => n > 0 && <i key={name} className={`part-${name}`} style={{ width: `${(n / most) * 100}%` }} />)}</span>
            <span className="wall-team-done">{text("{n} of {all}", { n: c.done, all: size(team) })}</span>
            <span className={`wall-team-late ${c.late > 0 ? "level-bad" : ""}`}>{c.late > 0 && <><Icon name="alert" />{text("{n} late", { n: c.late })}</>}</span>
            <span className={`wall-team-left ${team.left_minutes < 0 ? "level-warn" : ""}`}>{team.left_minutes < 0 ? text("{span} too much", { span: minutes(-team.left_minutes) }) : text("{span} left", { span: minutes(team.left_minutes) })}</span>
          </li>
        );
      })}
    </ol>
  );
}

const WIDTH = 480;
const HEIGHT = 150;

/** Orders done through the day against the plan, cumulative by the hour. */
export function OrdersCurve({ date }) {
  const text = useText();
  const format = useFormat();
  const now = useCell(clock, 0);
  const status = useLive("orders.status", { date });
  const sums = (hours) => (hours ?? []).reduce((all, n) => [...all, (all.at(-1) ?? 0) + n], []);
  const plan = sums(status?.plan_hours);
  const done = sums(status?.done_hours);
  const until = status?.is_today && now ? format.hour(now) : 23;
  const top = Math.max(1, plan.at(-1) ?? 0, done.at(-1) ?? 0);
  const path = (values, last) => values.slice(0, last + 1).map((n, k) => `${k ? "L" : "M0 "}${k ? "" : `${HEIGHT}L`}${(((k + 1) / 24) * WIDTH).toFixed(1)} ${(HEIGHT - (n / top) * (HEIGHT - 8)).toFixed(1)}`).join("");
  const words = text("{done} done of {plan} planned until now", { done: done[until] ?? 0, plan: plan[until] ?? 0 });
  return (
    <div className="orders-curve">
      <div className="legend">
        <span className="legend-item tone-accent">{text("Done")} <b>{done[until] ?? "—"}</b></span>
        <span className="legend-item is-dashed tone-third">{text("Planned until now")} <b>{plan[until] ?? "—"}</b></span>
      </div>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={words}>
        <path className="curve-plan" d={path(plan, 23)} /><path className="curve-done" d={path(done, until)} />
      </svg>
      <div className="orders-hours" aria-hidden="true">{[0, 6, 12, 18, 24].map((hour) => <span key={hour}>{`${String(hour).padStart(2, "0")}:00`}</span>)}</div>
    </div>
  );
}
