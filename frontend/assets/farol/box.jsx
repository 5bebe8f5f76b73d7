// A panel on screen: its title, its age once that matters, its hatch when it is stale. It is never blank and never moves.

import { useEffect, useState } from "react";
import { Link } from "react-router";
import { useCell } from "./cell.js";
import { dayTrend } from "./figures.js";
import { num } from "./format.js";
import { Icon } from "./icons.jsx";
import { clock, useAge, useLive, useTopic } from "./live.js";
import { useFormat, useText } from "./texts.js";

const PATIENCE_MS = 8000;

function useImpatience(waiting) {
  const [late, setLate] = useState(false);
  useEffect(() => {
    setLate(false);
    if (!waiting) return undefined;
    const timer = setTimeout(() => setLate(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [waiting]);
  return late;
}

/** Why a panel has nothing to show, in words with what to try. */
function explain(error, text) {
  switch (error.code) {
    case "forbidden": return text("Your user may not see this. Ask whoever manages users.");
    case "bad_params": return text("The address of this page asks for something that does not exist. Check the link.");
    case "unknown_topic": return text("This server does not have this panel. Reload the page.");
    case "too_many": return text("Too many panels are open. Close some tabs.");
    default: return text("The server could not compute this. It will try again by itself.");
  }
}

export function Age({ topic }) {
  const text = useText();
  const format = useFormat();
  const { ms, state } = useAge(topic);
  if (state !== "late" && state !== "stale") return null;
  const ago = text("{span} ago", { span: format.span(ms / 1000) });
  return (
    <span className={`age age-${state}`}>
      {state === "stale" && <Icon name="alert" />}{state === "stale" ? text("stale, {ago}", { ago }) : ago}
    </span>
  );
}

export function Box({ topic, title, href, note, className = "", tools, children }) {
  const text = useText();
  const held = useTopic(topic);
  const { state } = useAge(topic);
  const waiting = Boolean(topic) && held?.data === undefined;
  const late = useImpatience(waiting && !held?.error);
  const problem = held?.error ? explain(held.error, text) : waiting && late ? text("No answer yet. Waiting for the server.") : null;
  return (
    <section className={`box ${className} ${waiting ? "is-waiting" : ""} ${state === "stale" ? "is-stale" : ""}`} aria-busy={waiting}>
      <header className="box-head">
        <h2>{href ? <Link to={href}>{title}<Icon name="next" /></Link> : title}</h2>
        {note && <span className="box-note">{note}</span>}
        <span className="box-tools">{topic && <Age topic={topic} />}{tools}</span>
      </header>
      {problem && <p className="box-problem" role="note"><Icon name="alert" />{problem}</p>}
      <div className="box-body">{children}</div>
    </section>
  );
}

/** Money with its cents and sign set smaller, so that the figure itself is what is read from afar. */
export function Money({ value, className = "" }) {
  const format = useFormat();
  const whole = format.brl(value);
  const cut = whole.match(/^(\D*?)([\d.,]*\d)([.,]\d{2})$/);
  if (!cut) return <span className={`money ${className}`}>{whole}</span>;
  return (
    <span className={`money ${className}`} aria-label={whole}>
      <span aria-hidden="true" className="tick" key={whole}>
        <span className="money-sign">{cut[1].trim()}</span>{cut[2]}<span className="money-cents">{cut[3]}</span>
      </span>
    </span>
  );
}

/** An arrow, a signed percentage and what it is held against. Direction is shape and word; it has no colour. */
export function Change({ ratio, against }) {
  const text = useText();
  const format = useFormat();
  if (ratio === null || ratio === undefined) {
    return <span className="change change-none"><Icon name="level" /><b>{text("no basis")}</b> <span>{against}</span></span>;
  }
  const rounded = Math.round(ratio * 1000) / 1000;
  const shape = rounded > 0 ? "up" : rounded < 0 ? "down" : "level";
  const sign = rounded > 0 ? "+" : rounded < 0 ? "−" : "";
  return <span className="change"><Icon name={shape} /><b>{sign}{format.percent(Math.abs(rounded))}</b> <span>{against}</span></span>;
}

/** Received today against another day, over the hours both have finished. `other` names the field with that day's hours. */
export function DayTrend({ date, other }) {
  const text = useText();
  const format = useFormat();
  const now = useCell(clock, 0);
  const held = useLive("receivables.day", { date });
  const hour = held?.is_today && now ? format.hour(now) : null;
  const trend = held ? dayTrend(held.hours, held[other], hour) : null;
  const named = other === "last_week_hours" ? text("same weekday, last week") : text("same day, last month");
  const until = hour === null ? "" : ` · ${text("until {hour}:00", { hour: String(hour).padStart(2, "0") })}`;
  return <Change ratio={trend?.ratio ?? null} against={`${named}${until}`} />;
}

const STATUS = {
  up: { shape: "ok", label: (text) => text("up"), level: "" },
  unknown: { shape: "question", label: (text) => text("unknown"), level: "level-note" },
  suspect: { shape: "alert", label: (text) => text("suspect"), level: "level-warn" },
  down: { shape: "stop", label: (text) => text("down"), level: "level-bad" },
};

export const STATUS_SHAPE = Object.fromEntries(Object.entries(STATUS).map(([name, { shape }]) => [name, shape]));

export function Status({ value }) {
  const text = useText();
  const known = STATUS[value] ?? STATUS.unknown;
  return <span className={`status ${known.level}`}><Icon name={known.shape} />{known.label(text)}</span>;
}

/** Share of capacity: a bar with its figure; amber from 80 %, red from 95 %, with the word. */
export function Utilisation({ value }) {
  const text = useText();
  const format = useFormat();
  const share = num(value);
  const level = share === null ? "" : share >= 0.95 ? "level-bad" : share >= 0.8 ? "level-warn" : "";
  return (
    <span className={`utilisation ${level}`}>
      <span className="utilisation-track"><span className="utilisation-fill" style={{ width: `${Math.min(100, (share ?? 0) * 100)}%` }} /></span>
      <span className="utilisation-figure">{share === null ? text("no capacity set") : format.percent(share, 0)}</span>
      {level && <Icon name={level === "level-bad" ? "stop" : "alert"} />}
    </span>
  );
}

/** The last values as a line with its end marked; a gap where nothing was measured. */
export function Spark({ values, label }) {
  const known = (values ?? []).map(num);
  const top = Math.max(1, ...known.filter((v) => v !== null));
  const width = 100;
  const height = 24;
  const x = (k) => (known.length < 2 ? width : (k / (known.length - 1)) * width);
  const y = (v) => height - 2 - (v / top) * (height - 4);
  let path = "";
  known.forEach((v, k) => {
    if (v === null) return;
    path += `${k === 0 || known[k - 1] === null ? "M" : "L"}${x(k).toFixed(1)} ${y(v).toFixed(1)}`;
  });
  return <svg className="spark" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img" aria-label={label ?? ""}><path d={path} /></svg>;
}
