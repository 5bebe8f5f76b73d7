// The home page's answers about people: who is offline, what is late in the field, what a department owes an answer.

import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { useCell } from "./cell.js";
import { deadlineLevel, deadlineWords } from "./deadline.jsx";
import { DEPARTMENTS, departmentName } from "./department.js";
import { Icon } from "./icons.jsx";
import { clock, useLive } from "./live.js";
import { useFormat, useText } from "./texts.js";

const ENDS = {
  stop: (text) => text("ended by the equipment"), reload: (text) => text("NAS restarted"),
  lost: (text) => text("went silent"), replaced: (text) => text("began anew"),
};

/** The last drops of many sessions together, newest first: the reason that most calls of the next minutes have. */
export function LastDrops({ limit = 2 }) {
  const text = useText();
  const format = useFormat();
  const held = useLive("access.online", {});
  if (held === undefined) return null;
  if (held.drops.length === 0) return <p className="calm"><Icon name="ok" />{text("No drop in the last hour.")}</p>;
  return (
    <ul className="glance">
      {held.drops.slice(0, limit).map((drop) => (
        <li key={`${drop.at}${drop.nas_id}`} className="level-warn">
          <Icon name="alert" /><span className="glance-what">{drop.nas}<span className="cell-under">{ENDS[drop.how](text)}</span></span>
          <span className="glance-figure">{text("{n} sessions", { n: format.integer(drop.sessions) })}<span className="cell-under">{format.time(drop.at)}</span></span>
        </li>
      ))}
    </ul>
  );
}

/** Those who should be online and are not, the last to go first, each a door to their sessions. */
export function Offline({ limit = 4 }) {
  const text = useText();
  const format = useFormat();
  const held = useLive("access.offline", {});
  const now = useCell(clock, 0);
  if (held === undefined) return null;
  if (held.recent.length === 0) return <p className="calm"><Icon name="ok" />{text("Nobody went offline in the last day.")}</p>;
  return (
    <ul className="glance">
      {held.recent.slice(0, limit).map((row) => (
        <li key={row.contract_id}>
          <Link className="glance-what" to={`/access?view=sessions&q=${encodeURIComponent(row.login)}`}>{row.subscriber}<span className="cell-under">{row.city} · {ENDS[row.ended](text)}</span></Link>
          <span className="glance-figure">{now ? format.span(Math.max(0, now - Date.parse(row.since)) / 1000) : "—"}</span>
        </li>
      ))}
    </ul>
  );
}

/** A door for the one who is on the phone: login, address or MAC, answered on the page of access. */
export function AccessDoor() {
  const text = useText();
  const navigate = useNavigate();
  const [typed, setTyped] = useState("");
  const go = (event) => {
    event.preventDefault();
    navigate(typed.trim() ? `/access?view=sessions&q=${encodeURIComponent(typed.trim())}` : "/access?view=sessions");
  };
  return (
    <form className="search search-small" role="search" onSubmit={go}>
      <Icon name="search" />
      <input type="search" value={typed} maxLength={200} onChange={(e) => setTyped(e.target.value)} placeholder={text("Login, address or MAC")} aria-label={text("Login, address or MAC")} />
    </form>
  );
}

/** Orders that are late now, the latest window first; a sentence when none is. */
export function LateOrders({ limit = 4 }) {
  const text = useText();
  const format = useFormat();
  const rows = useLive("orders.board", {});
  const now = useCell(clock, 0);
  if (rows === undefined) return null;
  const late = rows.filter((order) => order.late);
  if (late.length === 0) return <p className="calm"><Icon name="ok" />{text("Nothing is late in the field.")}</p>;
  return (
    <ul className="glance">
      {late.slice(0, limit).map((order) => (
        <li key={order.id} className="level-bad">
          <Icon name="stop" />
          <Link className="glance-what" to={`/orders?order=${order.id}`}>{order.subscriber ?? order.location}<span className="cell-under">{order.kind} · {order.technician ?? order.team ?? text("nobody yet")}</span></Link>
          <span className="glance-figure">{now && order.late_from ? format.span(Math.max(0, now - Date.parse(order.late_from)) / 1000) : "—"}</span>
        </li>
      ))}
      {late.length > limit && <li className="glance-more">{text("and {n} more", { n: late.length - limit })}</li>}
    </ul>
  );
}

function Department({ name }) {
  const text = useText();
  const format = useFormat();
  const held = useLive("followup.summary", { department: name });
  const oldest = held?.oldest_days_left ?? null;
  return (
    <li className={held?.overdue > 0 ? "level-bad" : ""}>
      <Link className="glance-what" to={name === DEPARTMENTS[0] ? "/followup" : `/followup?department=${name}`}>
        {departmentName(name, text)}
        <span className={`cell-under ${oldest === null ? "" : deadlineLevel(oldest)}`}>{oldest === null ? text("Nothing is open.") : text("oldest: {deadline}", { deadline: deadlineWords(oldest, text) })}</span>
      </Link>
      <span className="glance-figure">
        {text("{n} open", { n: format.integer(held?.open) })}
        <span className="cell-under">{held?.overdue > 0 ? <><Icon name="stop" />{text("{n} past the deadline", { n: held.overdue })}</> : text("{n} free", { n: format.integer(held?.free) })}</span>
      </span>
    </li>
  );
}

/** Each department's open requests, and how many of them are late. */
export function Departments() {
  return <ul className="glance glance-departments">{DEPARTMENTS.map((name) => <Department key={name} name={name} />)}</ul>;
}
