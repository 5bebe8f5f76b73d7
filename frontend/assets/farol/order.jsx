// One order: what is known, what may be done next, and its history. It reads again whenever the board shows a newer version.

import { useCallback, useEffect, useRef, useState } from "react";
import { Link } from "react-router";
import { Icon } from "./icons.jsx";
import { refusal, stageName, STAGE_SHAPE } from "./order_words.js";
import { OrderMove } from "./order_move.jsx";
import { Stage } from "./orders_table.jsx";
import { api } from "./session.js";
import { useFormat, useText } from "./texts.js";

function useDetail(id, version) {
  const [state, setState] = useState({ detail: null, error: null });
  const load = useCallback((signal) => api(`/service-orders/${id}`, { signal })
    .then((detail) => setState({ detail, error: null }))
    .catch((error) => { if (!signal?.aborted) setState((held) => ({ ...held, error })); }), [id]);
  useEffect(() => {
    const stop = new AbortController();
    load(stop.signal);
    return () => stop.abort();
  }, [load, version]);
  return { ...state, detail: state.detail?.order.id === id ? state.detail : null, load };
}

function Fact({ name, children }) {
  return <div className="order-fact"><dt>{name}</dt><dd>{children}</dd></div>;
}

export function OrderPanel({ id, row, teams, people, close }) {
  const text = useText();
  const format = useFormat();
  const { detail, error, load } = useDetail(id, row?.version);
  const [moving, setMoving] = useState(null);
  const panel = useRef(null);
  useEffect(() => { setMoving(null); panel.current?.focus(); }, [id]);
  const keys = (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    if (moving) setMoving(null);
    else close();
  };
  const order = detail?.order;
  return (
    <aside className="order" ref={panel} tabIndex={-1} onKeyDown={keys} aria-label={text("Order {n}", { n: id })}>
      <header className="order-head">
        <h2>{order ? order.kind : text("Order {n}", { n: id })}</h2><span className="quiet">{order?.number ?? ""}</span>
        <button type="button" className="tool" onClick={close} title={text("Close")}><Icon name="close" /><span className="sr">{text("Close")}</span></button>
      </header>
      {error && <p className="box-problem" role="note"><Icon name="alert" />{refusal(error, text)} <button type="button" className="link" onClick={() => load()}>{text("Try again")}</button></p>}
      {order && (
        <div className="order-body">
          <p className="order-stage"><Stage row={{ ...order, late: row ? row.late : order.late }} /><span className="quiet">{text("since {at}", { at: format.moment(order.stage_since) })}</span></p>
          {moving
            ? <OrderMove order={order} to={moving} teams={teams} people={people} cancel={() => setMoving(null)} moved={() => { setMoving(null); load(); }} missed={load} />
            : (
              <div className="order-ways">
                {detail.next.map((to) => <button key={to} type="button" className="button" onClick={() => setMoving(to)}><Icon name={STAGE_SHAPE[to]} />{to === "open" ? text("Take from the day") : stageName(to, text)}</button>)}
                {!["open", "done", "failed", "cancelled"].includes(order.stage) && <button type="button" className="button" onClick={() => setMoving(order.stage)}><Icon name="calendar" />{text("Change team or time")}</button>}
                {detail.next.length === 0 && <span className="quiet">{text("This order is over.")}</span>}
              </div>
            )}
          <dl className="order-facts">
            <Fact name={text("Subscriber")}>{order.subscriber ? <Link className="link-plain" to={`/subscribers?id=${order.subscriber_id}`}>{order.subscriber}</Link> : text("none: a task on the network")}</Fact>
            <Fact name={text("Where")}>{order.location}, {order.city}</Fact>
            <Fact name={text("Window")}>{order.scheduled_from ? `${format.moment(order.scheduled_from)}–${format.time(order.scheduled_until)}` : text("without a day")}</Fact>
            <Fact name={text("Team")}>{order.team ? `${order.team}${order.technician ? ` · ${order.technician}` : ""}` : text("no team")}</Fact>
            {order.description && <Fact name={text("What for")}>{order.description}</Fact>}
            {order.resolution && <Fact name={text("What was done")}>{order.resolution}</Fact>}
            {order.reason && <Fact name={text("Reason")}>{order.reason}</Fact>}
          </dl>
          <h3>{text("History")}</h3>
          <ol className="order-history">
            {[...detail.history].reverse().map((move) => (
              <li key={move.version}>
                <time>{format.moment(move.at)}</time>
                <span><b><Icon name={STAGE_SHAPE[move.after]} />{move.before === move.after ? text("Team or time changed") : stageName(move.after, text)}</b>
                  <small>{[move.technician ?? move.team, move.scheduled_from && move.before !== "en_route" && ["open", "scheduled"].includes(move.after) ? `${format.moment(move.scheduled_from)}–${format.time(move.scheduled_until)}` : null, move.reason, move.note, move.author && text("by {who}", { who: move.author })].filter(Boolean).join(" · ")}</small>
                </span>
              </li>
            ))}
          </ol>
        </div>
      )}
    </aside>
  );
}
