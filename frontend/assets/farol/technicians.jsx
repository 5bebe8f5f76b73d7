// Technicians in words: the state of each, the card of the chosen one, the figures and the late ones of a wall.

import { useEffect, useState } from "react";
import { useAddress } from "./address.js";
import { useCell } from "./cell.js";
import { Icon } from "./icons.jsx";
import { clock, useLive } from "./live.js";
import { api } from "./session.js";
import { TechnicianPhone } from "./technician_phone.jsx";
import { useFormat, useText } from "./texts.js";

const TRACK_MS = 30000;

export function workWord(state, text) {
  return { free: text("free"), en_route: text("on the way"), working: text("working"), paused: text("paused") }[state] ?? state;
}

/** What asks for action, in words; empty when nothing does. */
export function abnormal(row, text) {
  if (row.signal === "never") return text("no phone yet");
  if (row.signal === "lost") return row.late ? text("late, no signal") : text("no signal");
  return row.late ? text("running late") : "";
}

export function Work({ row }) {
  const text = useText();
  const words = abnormal(row, text);
  return (
    <span className={`status work ${row.late ? "level-warn" : ""}`}>
      {words && <Icon name={row.late ? "alert" : "question"} />}
      <span>{workWord(row.state, text)}{words && <b> · {words}</b>}</span>
    </span>
  );
}

/** The track of today of a technician, read again while it is looked at; null before. `error` in place of points. */
export function useTrack(id) {
  const [track, setTrack] = useState(null);
  useEffect(() => {
    setTrack(null);
    if (id === null) return undefined;
    const stop = new AbortController();
    let timer;
    const load = async () => {
      try {
        setTrack(await api(`/technicians/${id}/track`, { signal: stop.signal }));
      } catch (error) {
        if (stop.signal.aborted) return;
        setTrack((held) => held ?? { points: [], error });
      }
      timer = setTimeout(load, TRACK_MS);
    };
    load();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [id]);
  return track;
}

function Line({ name, children }) {
  return <><dt>{name}</dt><dd>{children}</dd></>;
}

/** The technician of `?technician=`: order in hand, next one, phone, kilometres of today. */
export function TechnicianCard() {
  const text = useText();
  const format = useFormat();
  const rows = useLive("technicians.map", {});
  const now = useCell(clock, 0);
  const [params, change] = useAddress();
  const id = Number(params.get("technician")) || null;
  const track = useTrack(id);
  if (id === null) return <p className="empty card-hint">{text("Choose a technician in the table or on the map to see the order in hand, the next one and the track of today.")}</p>;
  const row = rows?.find((each) => each.id === id);
  if (rows === undefined) return null;
  if (row === undefined) return <p className="empty">{text("No technician with this number is known to you.")} <button type="button" className="link" onClick={() => change((next) => next.delete("technician"))}>{text("Show all")}</button></p>;
  const ago = (at) => (at && now ? text("{span} ago", { span: format.span((now - Date.parse(at)) / 1000) }) : "—");
  return (
    <div className="technician-card">
      <div className="technician-head">
        <h3>{row.name}</h3><Work row={row} />
        <button type="button" className="tool" onClick={() => change((next) => next.delete("technician"))} title={text("Show all")}><Icon name="close" /><span className="sr">{text("Show all")}</span></button>
      </div>
      <dl>
        <Line name={text("Team")}>{row.team ?? "—"}, {row.city}</Line>
        <Line name={text("Order in hand")}>{row.order_id === null ? text("none") : <><b>{row.order_kind}</b> {text("no. {id}", { id: row.order_id })}<br />{row.order_address}{row.subscriber && <><br />{row.subscriber}</>}</>}</Line>
        {row.since && <Line name={text("Since")}>{format.time(row.since)}, {ago(row.since)}</Line>}
        <Line name={text("Next order")}>{row.next_id === null ? text("none") : <><b>{format.moment(row.next_at)}</b> {row.next_kind}<br />{row.next_address}</>}</Line>
        <Line name={text("Position")}>{row.at === null ? text("never heard of") : <>{ago(row.at)}{row.speed_kmh !== null && `, ${format.integer(row.speed_kmh)} km/h`}{row.accuracy_m !== null && `, ± ${format.integer(row.accuracy_m)} m`}</>}</Line>
        <Line name={text("Today")}>{track === null ? "…" : track.error ? text("The track could not be read.") : `${format.decimal(track.distance_km, 1)} km`}</Line>
        <Line name={text("Phone")}>{row.phone ? <a className="link" href={`tel:${row.phone}`}>{row.phone}</a> : "—"}{row.battery !== null && `, ${text("battery {share}", { share: format.percent(row.battery, 0) })}`}</Line>
      </dl>
      <TechnicianPhone key={id} id={id} />
    </div>
  );
}

const count = (rows, test) => (rows === undefined ? null : rows.filter(test).length);

/** How many are at what, for desks and walls. */
export function TechnicianFigures({ wall = false }) {
  const text = useText();
  const format = useFormat();
  const rows = useLive("technicians.map", {});
  const late = count(rows, (row) => row.late);
  const lost = count(rows, (row) => row.signal !== "live");
  const cell = (name, figure, className = "", icon = null) => (
    <div className={`figure ${className}`} key={name}><span className="figure-name">{name}</span><span className="figure-value">{icon && <Icon name={icon} />}{format.integer(figure)}</span></div>
  );
  return (
    <div className={`figures ${wall ? "figures-crew-wall" : "figures-crew"}`}>
      {cell(text("Working"), count(rows, (row) => row.state === "working"))}
      {cell(text("On the way"), count(rows, (row) => row.state === "en_route"))}
      {cell(text("Free"), count(rows, (row) => row.state === "free"))}
      {cell(text("Paused"), count(rows, (row) => row.state === "paused"))}
      {cell(text("Running late"), late, late ? "level-warn" : "is-zero", late ? "alert" : null)}
      {cell(text("No signal"), lost, lost ? "" : "is-zero", lost ? "question" : null)}
    </div>
  );
}

/** On a wall: who is late, then who is on the way, with where to. */
export function TechnicianList({ limit = 8 }) {
  const text = useText();
  const format = useFormat();
  const rows = useLive("technicians.map", {});
  if (rows === undefined) return null;
  if (rows.length === 0) return <p className="empty">{text("No technician yet. Add the first one on the page of technicians.")}</p>;
  const weight = (row) => (row.late ? 0 : row.signal === "lost" ? 1 : { en_route: 2, working: 3, paused: 4, free: 5 }[row.state]);
  const shown = [...rows].sort((a, b) => weight(a) - weight(b) || (a.name < b.name ? -1 : 1)).slice(0, limit);
  return (
    <ul className="crew">
      {shown.map((row) => (
        <li key={row.id}>
          <b>{row.name}</b><Work row={row} />
          <span className="crew-what">{row.order_kind ? `${row.order_kind}, ${row.order_address}` : row.next_kind ? text("next at {time}: {kind}", { time: format.time(row.next_at), kind: row.next_kind }) : row.city}</span>
        </li>
      ))}
      {rows.length > limit && <li className="trouble-more">{text("and {n} more", { n: rows.length - limit })}</li>}
    </ul>
  );
}
