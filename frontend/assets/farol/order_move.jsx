// What a move needs, asked for where it is needed; what the server says no to, in words.

import { useEffect, useRef, useState } from "react";
import { Icon } from "./icons.jsx";
import { refusal, stageName, STAGE_SHAPE } from "./order_words.js";
import { instantOf } from "./orders.js";
import { api, newKey } from "./session.js";
import { useFormat, useText } from "./texts.js";

const PLANNED = new Set(["scheduled", "en_route", "arrived", "started", "paused"]);

function useReasons(needed) {
  const [reasons, setReasons] = useState([]);
  useEffect(() => {
    if (!needed) return;
    api("/order-reasons").then((list) => setReasons(list.items)).catch((error) => console.info(`No reasons: ${error.message}`));
  }, [needed]);
  return reasons;
}

/** Day and hours of the order's window, or the next whole hour of today. */
function suggested(order, format) {
  const from = order.scheduled_from ? Date.parse(order.scheduled_from) : Math.ceil(Date.now() / 3600000) * 3600000;
  const until = order.scheduled_until ? Date.parse(order.scheduled_until) : from + 2 * 3600000;
  return { day: format.isoDay(from), from: format.time(from), until: format.time(until) };
}

export function OrderMove({ order, to, teams, people, cancel, moved, missed }) {
  const text = useText();
  const format = useFormat();
  const replans = to === order.stage || (to === "scheduled" && ["open", "paused", "failed"].includes(order.stage));
  const needsReason = to === "failed" || to === "cancelled";
  const reasons = useReasons(needsReason);
  const [asked, setAsked] = useState(() => ({ ...suggested(order, format), team: String(order.team_id ?? ""), technician: String(order.technician_id ?? ""), reason: "", resolution: "", note: "" }));
  const [state, setState] = useState({ busy: false, error: null });
  const key = useRef(newKey());
  const first = useRef(null);
  useEffect(() => first.current?.focus(), []);
  const set = (name) => (event) => {
    key.current = newKey();
    setAsked((held) => ({ ...held, [name]: event.target.value, ...(name === "team" ? { technician: "" } : {}) }));
  };
  const send = async (event) => {
    event.preventDefault();
    const body = { to, version: order.version, note: asked.note };
    if (replans && PLANNED.has(to)) {
      if (asked.team) body.team_id = Number(asked.team);
      if (asked.technician) body.technician_id = Number(asked.technician);
      const from = instantOf(asked.day, asked.from, format.zone);
      let until = instantOf(asked.day, asked.until, format.zone);
      if (until <= from && asked.until < asked.from) until += 86400000; // a window over midnight
      if (Number.isFinite(from)) body.scheduled_from = new Date(from).toISOString();
      if (Number.isFinite(until)) body.scheduled_until = new Date(until).toISOString();
    }
    if (needsReason && asked.reason) body.reason = Number(asked.reason);
    if (to === "done") body.resolution = asked.resolution;
    setState({ busy: true, error: null });
    try {
      await api(`/service-orders/${order.id}/moves`, { method: "POST", body, key: key.current });
      moved();
    } catch (error) {
      setState({ busy: false, error });
      if (error.status === 409) missed();
    }
  };
  const crew = people.filter((p) => String(p.team_id) === asked.team);
  const choices = teams.filter((team) => team.id !== 0);
  return (
    <form className="order-move" onSubmit={send}>
      <h3><Icon name={STAGE_SHAPE[to]} />{to === order.stage ? text("Change team or time") : to === "open" ? text("Take from the day") : stageName(to, text)}</h3>
      {replans && PLANNED.has(to) && (
        <>
          <label>{text("Team")}<select ref={first} value={asked.team} onChange={set("team")} required><option value="">{text("Choose")}</option>{choices.map((team) => <option key={team.id} value={String(team.id)}>{team.name}</option>)}</select></label>
          <label>{text("Technician")}<select value={asked.technician} onChange={set("technician")}><option value="">{text("nobody yet")}</option>{crew.map((p) => <option key={p.id} value={String(p.id)}>{p.name}</option>)}</select></label>
          <div className="order-when">
            <label>{text("Day")}<input type="date" value={asked.day} onChange={set("day")} required /></label>
            <label>{text("From")}<input type="time" value={asked.from} onChange={set("from")} required /></label>
            <label>{text("Until")}<input type="time" value={asked.until} onChange={set("until")} required /></label>
          </div>
        </>
      )}
      {needsReason && <label>{text("Reason")}<select ref={first} value={asked.reason} onChange={set("reason")} required><option value="">{text("Choose")}</option>{reasons.map((r) => <option key={r.id} value={String(r.id)}>{r.text}</option>)}</select></label>}
      {to === "done" && <label>{text("What was done")}<textarea ref={first} rows={2} maxLength={2000} value={asked.resolution} onChange={set("resolution")} required /></label>}
      <label>{text("Note")}<input type="text" maxLength={2000} value={asked.note} onChange={set("note")} /></label>
      {state.error && <p className="box-problem" role="alert"><Icon name="alert" />{refusal(state.error, text)}</p>}
      <div className="order-buttons">
        <button type="submit" className="button button-do" disabled={state.busy}>{state.busy ? text("Sending…") : text("Confirm")}</button>
        <button type="button" className="button" onClick={cancel}>{text("Cancel")}</button>
      </div>
    </form>
  );
}
