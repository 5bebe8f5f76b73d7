// Choosing what a desk looks at. Everything chosen is in the address, so it can be copied, kept and gone back to.

import { useEffect, useRef, useState } from "react";
import { useSearchParams } from "react-router";
import { useCell } from "./cell.js";
import { Icon } from "./icons.jsx";
import { clock } from "./live.js";
import { useFormat, useText } from "./texts.js";

const TYPING_REST_MS = 300;

function useAddress() {
  const [params, setParams] = useSearchParams();
  const set = (name, value) => setParams((now) => {
    const next = new URLSearchParams(now);
    if (value) next.set(name, value);
    else next.delete(name);
    return next;
  }, { preventScrollReset: true });
  return [params, set];
}

function moved(day, days) {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86400000).toISOString().slice(0, 10);
}

function movedMonth(month, by) {
  const [year, index] = month.split("-").map(Number);
  return new Date(Date.UTC(year, index - 1 + by, 1)).toISOString().slice(0, 7);
}

function Steps({ back, forward, children, names }) {
  return (
    <div className="steps">
      <button type="button" className="tool" onClick={back} title={names[0]}><Icon name="back" /><span className="sr">{names[0]}</span></button>
      {children}
      <button type="button" className="tool" onClick={forward ?? undefined} disabled={!forward} title={names[1]}><Icon name="next" /><span className="sr">{names[1]}</span></button>
    </div>
  );
}

export function DayPicker() {
  const text = useText();
  const format = useFormat();
  const now = useCell(clock, 0);
  const [params, set] = useAddress();
  const today = now ? format.isoDay(now) : null;
  const chosen = params.get("date") ?? today;
  const go = (day) => set("date", day === today ? null : day);
  return (
    <Steps names={[text("Day before"), text("Day after")]} back={() => chosen && go(moved(chosen, -1))} forward={chosen && chosen < today ? () => go(moved(chosen, 1)) : null}>
      <input type="date" aria-label={text("Day")} value={chosen ?? ""} max={today ?? undefined} onChange={(e) => go(e.target.value)} />
      <button type="button" className="button" aria-pressed={!params.get("date")} onClick={() => set("date", null)}>{text("Today")}</button>
    </Steps>
  );
}

export function MonthPicker() {
  const text = useText();
  const format = useFormat();
  const now = useCell(clock, 0);
  const [params, set] = useAddress();
  const current = now ? format.isoDay(now).slice(0, 7) : null;
  const chosen = params.get("month") ?? current;
  const go = (month) => set("month", month === current ? null : month);
  return (
    <Steps names={[text("Month before"), text("Month after")]} back={() => chosen && go(movedMonth(chosen, -1))} forward={chosen && chosen < current ? () => go(movedMonth(chosen, 1)) : null}>
      <span className="steps-name">{chosen ? format.monthLong(chosen) : "\u00a0"}</span>
      <button type="button" className="button" aria-pressed={!params.get("month")} onClick={() => set("month", null)}>{text("This month")}</button>
    </Steps>
  );
}

export function ViewTabs({ views }) {
  const [params, set] = useAddress();
  const chosen = params.get("view") ?? views[0][0];
  return (
    <div className="segments segments-views" role="group">
      {views.map(([name, label], at) => (
        <button key={name} type="button" aria-pressed={chosen === name} onClick={() => set("view", at === 0 ? null : name)}>{label}</button>
      ))}
    </div>
  );
}

export function SearchBox({ value, placeholder, label, onSearch }) {
  const [typed, setTyped] = useState(value);
  const timer = useRef(null);
  useEffect(() => setTyped(value), [value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return (
    <label className="search">
      <Icon name="search" /><span className="sr">{label}</span>
      <input type="search" value={typed} placeholder={placeholder} onChange={(e) => {
        const next = e.target.value;
        setTyped(next);
        clearTimeout(timer.current);
        timer.current = setTimeout(() => onSearch(next), TYPING_REST_MS);
      }} />
    </label>
  );
}
