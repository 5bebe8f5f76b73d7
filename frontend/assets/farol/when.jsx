// Choosing what a desk looks at. Everything chosen is in the address, so it can be copied, kept and gone back to.

import { useEffect, useRef, useState } from "react";
import { put, useAddress } from "./address.js";
import { useCell } from "./cell.js";
import { Icon } from "./icons.jsx";
import { clock } from "./live.js";
import { useFormat, useText } from "./texts.js";

const TYPING_REST_MS = 300;

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

/** `future`: days to come may be chosen too. */
export function DayPicker({ future = false }) {
  const text = useText();
  const format = useFormat();
  const now = useCell(clock, 0);
  const [params, change] = useAddress();
  const today = now ? format.isoDay(now) : null;
  const chosen = params.get("date") ?? today;
  const go = (day) => change((next) => put(next, "date", day === today ? null : day), { push: true });
  return (
    <Steps names={[text("Day before"), text("Day after")]} back={() => chosen && go(moved(chosen, -1))} forward={chosen && (future || chosen < today) ? () => go(moved(chosen, 1)) : null}>
      <label className="day-field">
        <span aria-hidden="true">{chosen ? format.day(chosen) : "\u00a0"}</span>
        <input type="date" aria-label={text("Day")} value={chosen ?? ""} max={future ? undefined : today ?? undefined} onChange={(e) => go(e.target.value)} onClick={(e) => e.target.showPicker?.()} />
      </label>
      <button type="button" className="button" aria-pressed={!params.get("date")} onClick={() => go(null)}>{text("Today")}</button>
    </Steps>
  );
}

export function MonthPicker() {
  const text = useText();
  const format = useFormat();
  const now = useCell(clock, 0);
  const [params, change] = useAddress();
  const current = now ? format.isoDay(now).slice(0, 7) : null;
  const chosen = params.get("month") ?? current;
  const go = (month) => change((next) => put(next, "month", month === current ? null : month), { push: true });
  return (
    <Steps names={[text("Month before"), text("Month after")]} back={() => chosen && go(movedMonth(chosen, -1))} forward={chosen && chosen < current ? () => go(movedMonth(chosen, 1)) : null}>
      <span className="steps-name">{chosen ? format.monthLong(chosen) : "\u00a0"}</span>
      <button type="button" className="button" aria-pressed={!params.get("month")} onClick={() => go(null)}>{text("This month")}</button>
    </Steps>
  );
}

export function ViewTabs({ views }) {
  const [params, change] = useAddress();
  const chosen = params.get("view") ?? views[0][0];
  return (
    <div className="segments segments-views" role="group">
      {views.map(([name, label], at) => (
        <button key={name} type="button" aria-pressed={chosen === name} onClick={() => change((next) => put(next, "view", at === 0 ? null : name), { push: true })}>{label}</button>
      ))}
    </div>
  );
}

/**
 * What is searched for is `?q=` of the address (and `?status=` of links that name one). `onSearch` hears it on arrival,
 * whenever typing rests, and when the reader goes back.
 */
export function SearchBox({ placeholder, label, onSearch }) {
  const text = useText();
  const [params, change, here] = useAddress();
  const status = params.get("status") ?? "";
  const wanted = [status === "overdue" ? text("overdue") : status, params.get("q") ?? ""].filter(Boolean).join(" ");
  const [typed, setTyped] = useState(wanted);
  const timer = useRef(null);
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    if (!here) return;
    setTyped(wanted);
    onSearch(wanted);
  }, [here, wanted]);
  return (
    <label className="search">
      <Icon name="search" /><span className="sr">{label}</span>
      <input type="search" value={typed} placeholder={placeholder} maxLength={200} onChange={(e) => {
        const next = e.target.value;
        setTyped(next);
        clearTimeout(timer.current);
        timer.current = setTimeout(() => change((address) => {
          address.delete("status");
          put(address, "q", next.trim());
        }), TYPING_REST_MS);
      }} />
    </label>
  );
}
