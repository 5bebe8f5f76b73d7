// The dispatcher's board: teams down, hours across, orders as blocks; those that wait for a day in a tray beside it.
// A drop shows at once and counts only when the server has agreed: the live panel is the truth.

import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { put, useAddress } from "./address.js";
import { useCell } from "./cell.js";
import { Icon } from "./icons.jsx";
import { clock, useLive } from "./live.js";
import { OrderPanel } from "./order.jsx";
import { OrderOpening } from "./order_opening.jsx";
import { refusal, stageName, STAGE_SHAPE } from "./order_words.js";
import { axis, dropped, hoped, instantOf, lanes, lengthOf, minutes, movable, snapped, span, ticks, waits, wanted } from "./orders.js";
import { OrdersTable } from "./orders_table.jsx";
import { api, newKey } from "./session.js";
import { useFormat, useText } from "./texts.js";

const HOPE_MS = 4000; // the panel has said what holds long before
const DRAG_PX = 5;
const STEP_MS = 15 * 60000;

/** Technicians who could get an order. Without them the board still shows who has one. */
export function useTechnicians() {
  const [people, setPeople] = useState([]);
  useEffect(() => {
    const stop = new AbortController();
    api("/technicians?limit=500", { signal: stop.signal })
      .then((page) => setPeople(page.items.filter((p) => p.active !== false)))
      .catch((error) => console.info(`Technicians are not listed: ${error.message}`));
    return () => stop.abort();
  }, []);
  return people;
}

function useNarrow() {
  const [narrow, setNarrow] = useState(false);
  useEffect(() => {
    const media = window.matchMedia("(max-width: 760px)");
    const heard = () => setNarrow(media.matches);
    heard();
    media.addEventListener("change", heard);
    return () => media.removeEventListener("change", heard);
  }, []);
  return narrow;
}

/** Moves that were asked for and not yet seen on the panel: id -> the row as it will be. */
function useHopes(rows, text) {
  const [hopes, setHopes] = useState({});
  const [said, setSaid] = useState(null);
  const versions = useMemo(() => new Map((rows ?? []).map((r) => [r.id, r.version])), [rows]);
  const forget = useCallback((id) => setHopes((held) => Object.fromEntries(Object.entries(held).filter(([key]) => Number(key) !== id))), []);
  useEffect(() => {
    for (const row of Object.values(hopes)) if ((versions.get(row.id) ?? -1) > row.version) forget(row.id);
  }, [hopes, versions, forget]);
  const ask = useCallback(async (row, body) => {
    setHopes((held) => ({ ...held, [row.id]: hoped(row, body) }));
    setSaid(null);
    try {
      await api(`/service-orders/${row.id}/moves`, { method: "POST", body, key: newKey() });
      setSaid({ level: "ok", words: text("Order {n}: done.", { n: row.id }) });
      setTimeout(() => forget(row.id), HOPE_MS);
    } catch (error) {
      forget(row.id);
      setSaid({ level: "bad", words: `${text("Order {n}", { n: row.id })}: ${refusal(error, text)}` });
    }
  }, [forget, text]);
  return { hopes, ask, said, hush: () => setSaid(null) };
}

export function OrdersDesk() {
  const text = useText();
  const format = useFormat();
  const now = useCell(clock, 0);
  const [params, change] = useAddress();
  const date = params.get("date") ?? undefined;
  const rows = useLive("orders.board", { date });
  const status = useLive("orders.status", { date });
  const people = useTechnicians();
  const narrow = useNarrow();
  const { hopes, ask, said, hush } = useHopes(rows, text);
  const filter = Object.fromEntries(["team", "city", "kind", "stage"].map((name) => [name, params.get(name) ?? ""]));
  const seen = useMemo(() => (rows ?? []).map((r) => (hopes[r.id] ? { ...hopes[r.id], hope: true } : r)), [rows, hopes]);
  const shown = useMemo(() => seen.filter((r) => wanted(r, filter)), [seen, filter.team, filter.city, filter.kind, filter.stage]);
  const open = useCallback((id) => change((next) => { next.delete("new"); put(next, "order", id ? String(id) : null); }, { push: true }), [change]);
  const day = date ?? (now ? format.isoDay(now) : null);
  const chosen = Number(params.get("order")) || null;
  const table = narrow || params.get("view") === "table";
  return (
    <div className="orders">
      <OrderFigures status={status} chosen={filter.stage} choose={(stage) => change((next) => put(next, "stage", stage === filter.stage ? null : stage))} />
      <div className={`orders-main ${table ? "orders-listed" : ""}`}>
        {table
          ? <OrdersTable rows={shown} ready={rows !== undefined} date={day} filter={filter} open={open} />
          : <>
            <Tray rows={shown.filter(waits)} total={status?.waiting} open={open} />
            <Board rows={shown} teams={(status?.by_team ?? []).filter((team) => !filter.team || String(team.id) === filter.team)} people={people} day={day} now={now} ask={ask} open={open} chosen={chosen} ready={rows !== undefined} />
          </>}
        {chosen && <OrderPanel id={chosen} row={seen.find((r) => r.id === chosen)} teams={status?.by_team ?? []} people={people} close={() => open(null)} />}
        {!chosen && params.get("new") && <OrderOpening subscriber={params.get("subscriber")} close={() => change((next) => { next.delete("new"); next.delete("subscriber"); })} opened={open} />}
      </div>
      <p className={`orders-said ${said ? "" : "is-quiet"} ${said?.level === "bad" ? "level-bad" : ""}`} role={said?.level === "bad" ? "alert" : "status"}>
        {said && <><Icon name={said.level === "bad" ? "alert" : "check"} />{said.words} <button type="button" className="tool" onClick={hush}><Icon name="close" /><span className="sr">{text("Close")}</span></button></>}
      </p>
    </div>
  );
}

/** The day by stage; each figure narrows the board to its orders. */
function OrderFigures({ status, chosen, choose }) {
  const text = useText();
  const format = useFormat();
  const counts = status?.counts;
  const under = counts ? counts.arrived + counts.started + counts.paused : null;
  const figures = [
    ["late", text("Late"), counts?.late, "alert"],
    ["scheduled", text("Scheduled"), counts?.scheduled, STAGE_SHAPE.scheduled],
    ["en_route", text("On the way"), counts?.en_route, STAGE_SHAPE.en_route],
    ["started", text("At work"), under, STAGE_SHAPE.started],
    ["done", text("Done"), counts?.done, STAGE_SHAPE.done],
    ["failed", text("Not carried out"), counts?.failed, STAGE_SHAPE.failed],
  ];
  const share = status?.arrivals ? status.in_time / status.arrivals : null;
  return (
    <div className="orders-figures">
      {figures.map(([stage, name, value, shape]) => (
        <button key={stage} type="button" aria-pressed={chosen === stage} className={`orders-figure ${stage === "late" && value > 0 ? "level-bad is-loud" : ""}`} onClick={() => choose(stage)}>
          <span className="orders-figure-name"><Icon name={shape} />{name}</span>
          <b>{value ?? "—"}</b>
        </button>
      ))}
      <span className="orders-figure"><span className="orders-figure-name">{text("Arrived in time")}</span><b>{format.percent(share, 0)}</b></span>
      <span className="orders-figure"><span className="orders-figure-name">{text("Capacity left")}</span><b>{minutes(status?.left_minutes)}</b></span>
    </div>
  );
}

export function OrdersTools() {
  const text = useText();
  const [params, change] = useAddress();
  const status = useLive("orders.status", { date: params.get("date") ?? undefined });
  const choice = (name, label, parts) => (
    <select key={name} aria-label={label} value={params.get(name) ?? ""} onChange={(e) => change((next) => put(next, name, e.target.value))}>
      <option value="">{label}</option>
      {parts.map((part) => <option key={part.id} value={String(part.id)}>{part.name}</option>)}
    </select>
  );
  return (
    <>
      {choice("team", text("All teams"), (status?.by_team ?? []).filter((team) => team.id !== 0))}
      {choice("city", text("All cities"), status?.by_city ?? [])}
      {choice("kind", text("All kinds"), status?.by_kind ?? [])}
      <button type="button" className="button" onClick={() => change((next) => { next.delete("order"); put(next, "new", "1"); }, { push: true })}><Icon name="pin" />{text("New order")}</button>
    </>
  );
}

function Tray({ rows, total, open }) {
  const text = useText();
  const format = useFormat();
  return (
    <section className="tray" data-drop="tray">
      <header><h2>{text("Waiting for a day")}</h2><b>{total ?? ""}</b></header>
      <ul>
        {rows.map((row) => (
          <li key={row.id}>
            <button type="button" className={`card ${row.hope ? "is-hope" : ""}`} data-order={row.id} onClick={() => open(row.id)}>
              <b>{row.kind}</b><span>{row.subscriber ?? row.location}</span>
              <small>{row.city} · {text("open since {at}", { at: format.moment(row.opened_at) })}</small>
            </button>
          </li>
        ))}
      </ul>
      {rows.length === 0 && <p className="empty">{text("Nothing waits. Drop an order here to take it from the day.")}</p>}
    </section>
  );
}

function label(row, text, format) {
  const stage = row.late ? `${stageName(row.stage, text)}, ${text("late")}` : stageName(row.stage, text);
  const when = row.scheduled_from ? `${format.time(row.scheduled_from)}–${format.time(row.scheduled_until)}` : text("without a day");
  return `${row.kind}, ${row.subscriber ?? row.location}, ${row.city}. ${when}. ${stage}. ${row.technician ?? row.team ?? ""}`;
}

function Block({ row, scale, depth, depths, chosen, lifted, ...handlers }) {
  const text = useText();
  const format = useFormat();
  const { left, width } = span(row, scale);
  const style = { left: `${left * 100}%`, width: `${width * 100}%`, top: `${(depth / depths) * 100}%`, height: `${100 / depths}%` };
  const classes = ["block", `block-${row.stage}`, row.late && "is-late", row.hope && "is-hope", chosen && "is-chosen", lifted && "is-lifted"].filter(Boolean).join(" ");
  return (
    <button type="button" className={classes} style={style} data-order={row.id} title={label(row, text, format)} aria-label={label(row, text, format)} {...handlers}>
      <Icon name={row.late ? "alert" : STAGE_SHAPE[row.stage]} />
      {row.late && <b>{text("late")}</b>}
      <span>{row.subscriber ?? row.location}</span>
    </button>
  );
}

/** What is dragged by the pointer, or lifted and moved by keys; where it would land. */
function useCarrying({ rows, groups, scale, ask, text, format }) {
  const [carried, setCarried] = useState(null); // { row, target, x, y, keys }
  const press = useRef(null);
  const flat = groups.flatMap(({ team, lanes: inner }) => inner.map((lane) => ({ team_id: team.id, technician_id: lane.technician_id, key: lane.key, name: lane.name || team.name })));
  const drop = (held) => {
    const body = held.target === undefined ? null : dropped(held.row, held.target);
    if (body) ask(held.row, body);
    setCarried(null);
  };
  const land = (event, row, grip) => {
    const spot = document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-drop]");
    if (!spot) return undefined;
    if (spot.dataset.drop === "tray") return null;
    const place = flat.find((lane) => lane.key === spot.dataset.drop);
    const edge = spot.getBoundingClientRect();
    return { ...place, at: snapped((event.clientX - grip - edge.left) / edge.width, scale) };
  };
  const onPointerDown = (event) => {
    const id = Number(event.target.closest?.("[data-order]")?.dataset.order);
    const row = rows.find((r) => r.id === id);
    if (!row || event.button !== 0 || !movable(row) || !scale) return;
    const block = event.target.closest(".block");
    press.current = { row, x: event.clientX, y: event.clientY, grip: block ? event.clientX - block.getBoundingClientRect().left : 0, moving: false };
  };
  useEffect(() => {
    const move = (event) => {
      const held = press.current;
      if (!held) return;
      if (!held.moving && Math.hypot(event.clientX - held.x, event.clientY - held.y) < DRAG_PX) return;
      held.moving = true;
      held.target = land(event, held.row, held.grip);
      setCarried({ row: held.row, target: held.target, x: event.clientX, y: event.clientY });
    };
    const up = () => {
      const held = press.current;
      press.current = null;
      if (!held?.moving) return;
      drop(held);
      // The click that ends a drag opens nothing.
      window.addEventListener("click", (e) => { e.stopPropagation(); e.preventDefault(); }, { capture: true, once: true });
      setTimeout(() => setCarried(null), 0);
    };
    const cancel = (event) => {
      if (event.key !== "Escape" || !press.current) return;
      press.current = null;
      setCarried(null);
    };
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", up);
    window.addEventListener("keydown", cancel);
    return () => {
      window.removeEventListener("pointermove", move);
      window.removeEventListener("pointerup", up);
      window.removeEventListener("keydown", cancel);
    };
  });
  const onKeyDown = (event) => {
    const id = Number(event.target.closest?.("[data-order]")?.dataset.order);
    const row = rows.find((r) => r.id === id);
    if (!row) return;
    if (!carried) {
      if (event.key !== " " || !movable(row) || flat.length === 0 || !scale) return;
      event.preventDefault();
      const start = flat.find((lane) => lane.team_id === row.team_id && lane.technician_id === row.technician_id) ?? flat[0];
      const at = row.scheduled_from ? Date.parse(row.scheduled_from) : snapped(0.5, scale);
      setCarried({ row, keys: true, target: { ...start, at } });
      return;
    }
    if (!carried.keys) return;
    const index = flat.findIndex((lane) => lane.key === carried.target?.key);
    const to = {
      ArrowLeft: () => ({ ...carried.target, at: carried.target.at - STEP_MS }), ArrowRight: () => ({ ...carried.target, at: carried.target.at + STEP_MS }),
      ArrowUp: () => ({ ...carried.target, ...flat[Math.max(0, index - 1)] }), ArrowDown: () => ({ ...carried.target, ...flat[Math.min(flat.length - 1, index + 1)] }),
    }[event.key];
    if (to && carried.target) setCarried({ ...carried, target: to() });
    else if (event.key === "Enter" || event.key === " ") drop(carried);
    else if (event.key === "Delete" || event.key === "Backspace") drop({ ...carried, target: null });
    else if (event.key === "Escape") setCarried(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const words = carried?.target ? text("{who}, {from} to {until}", { who: carried.target.name, from: format.time(carried.target.at), until: format.time(carried.target.at + lengthOf(carried.row)) }) : "";
  return { carried, words, onPointerDown, onKeyDown, onBlur: () => carried?.keys && setCarried(null) };
}

function Board({ rows, teams, people, day, now, ask, open, chosen, ready }) {
  const text = useText();
  const format = useFormat();
  const start = day ? instantOf(day, "00:00", format.zone) : 0;
  const end = start + 86400000;
  const minute = Math.floor(now / 60000) * 60000;
  // Until the server's clock is known no place on the axis is an instant: nothing can be carried.
  const known = useMemo(() => (day ? axis(rows, start, end, minute) : null), [day, rows, start, end, minute]);
  const scale = known ?? { from: 0, to: 1 };
  const groups = useMemo(() => lanes(rows, teams, people), [rows, teams, people]);
  const { carried, words, ...handlers } = useCarrying({ rows, groups, scale: known, ask, text, format });
  const at = (instant) => `${((instant - scale.from) / (scale.to - scale.from)) * 100}%`;
  const marks = known ? ticks(known) : [];
  // The tray lies outside of this component, and its cards are carried too.
  const root = useRef(null);
  const listening = useRef(handlers);
  listening.current = handlers;
  useEffect(() => {
    const frame = root.current?.closest(".orders-main");
    const down = (event) => listening.current.onPointerDown(event);
    const keys = (event) => listening.current.onKeyDown(event);
    frame?.addEventListener("pointerdown", down);
    frame?.addEventListener("keydown", keys);
    return () => {
      frame?.removeEventListener("pointerdown", down);
      frame?.removeEventListener("keydown", keys);
    };
  }, []);
  return (
    <section className={`gantt ${carried ? "is-carrying" : ""}`} ref={root}>
      <div className="gantt-head">
        <span className="gantt-corner">{text("Team")}</span>
        <div className="gantt-axis">{marks.map((mark) => <time key={mark} style={{ left: at(mark) }}>{format.time(mark)}</time>)}
          {now > scale.from && now < scale.to && <span className="gantt-clock" style={{ left: at(now) }}>{format.time(now)}</span>}
        </div>
      </div>
      <div className="gantt-body">
        {groups.map(({ team, lanes: inner }) => (
          <div className="gantt-team" key={team.id}>
            <div className="gantt-name">
              <b>{team.name}</b>
              <span className={team.left_minutes < 0 ? "level-warn" : ""}>{team.left_minutes < 0 && <Icon name="alert" />}
                {team.left_minutes < 0 ? text("{span} too much", { span: minutes(-team.left_minutes) }) : text("{span} left", { span: minutes(team.left_minutes) })}
              </span>
            </div>
            <div className="gantt-lanes">
              {inner.map((lane) => (
                <div className="gantt-lane" key={lane.key} style={{ "--depth": lane.depth }}>
                  <span className="gantt-who">{lane.name || (inner.length > 1 || lane.placed.length > 0 ? text("nobody yet") : "")}</span>
                  <div className={`gantt-track ${carried?.target?.key === lane.key ? "is-target" : ""}`} data-drop={lane.key}>
                    {marks.map((mark) => <i key={mark} style={{ left: at(mark) }} />)}
                    {known && lane.placed.map(({ row, depth }) => (
                      <Block key={row.id} row={row} scale={scale} depth={depth} depths={lane.depth} chosen={row.id === chosen} lifted={carried?.row.id === row.id} onClick={() => open(row.id)} onBlur={handlers.onBlur} />
                    ))}
                    {carried?.target?.key === lane.key && (
                      <span className="landing" style={{ left: at(carried.target.at), width: `${(lengthOf(carried.row) / (scale.to - scale.from)) * 100}%` }}>{format.time(carried.target.at)}</span>
                    )}
                  </div>
                </div>
              ))}
            </div>
          </div>
        ))}
        {ready && groups.length === 0 && <p className="empty">{text("There is no team yet. Add one with POST /api/v1/teams, and it appears here.")}</p>}
        {now > scale.from && now < scale.to && <span className="gantt-now" style={{ "--at": (now - scale.from) / (scale.to - scale.from) }} />}
      </div>
      <p className="gantt-hint"><span className="sr" role="status">{words}</span>
        {carried ? words || text("Drop it on a team, or in the tray.") : text("Drag an order, or choose it with Tab, lift it with Space, move it with the arrows and put it down with Enter.")}
      </p>
    </section>
  );
}

