// A subscriber as it stands: each part is bound to `subscriber?id` and changes while the agent looks.

import { bucketName, channelOf, departmentOf, octets, standing, whyOffline } from "./agent_words.js";
import { Box, Money } from "./box.jsx";
import { useCell } from "./cell.js";
import { num } from "./format.js";
import { Icon } from "./icons.jsx";
import { clock } from "./live.js";
import { STAGE_SHAPE, stageName } from "./order_words.js";
import { channelName } from "./table.jsx";
import { useFormat, useText } from "./texts.js";

function Standing({ status }) {
  const text = useText();
  const { shape, level, label } = standing(status);
  return <span className={`status ${level}`}><Icon name={shape} />{label(text)}</span>;
}

export function WhoBox({ data, topic }) {
  const text = useText();
  const format = useFormat();
  const { who, addresses, contracts } = data;
  return (
    <Box topic={topic} title={text("Subscriber {code}", { code: who.code })} tools={<Standing status={who.status} />} className="agent-who">
      <p className="who-name">{who.name}</p>
      {who.trade_name && <p className="who-trade">{who.trade_name}</p>}
      <dl className="facts">
        <dt>{text("CPF or CNPJ")}</dt><dd>{who.document}</dd>
        <dt>{text("Phone")}</dt><dd>{who.phones.length ? who.phones.join(" · ") : "—"}</dd>
        <dt>{text("Customer since")}</dt><dd>{format.day(who.since)}</dd>
        <dt>{text("Falls due on day")}</dt><dd>{who.due_day}</dd>
        <dt>{text("Unit")}</dt><dd>{who.company} · {who.unit}</dd>
      </dl>
      {addresses.map((a, at) => (
        <p className="who-address" key={at}><b>{a.text}</b><span>{[a.neighbourhood, a.city].join(" · ")}</span>
          {(a.condominium || a.pole) && <span>{[a.condominium, a.pole && `${text("pole")} ${a.pole}`].filter(Boolean).join(" · ")}</span>}</p>
      ))}
      <h3>{text("Contracts")}</h3>
      {contracts.length === 0 && <p className="quiet">{text("No contract.")}</p>}
      {contracts.map((c) => (
        <div className="who-contract" key={c.id}>
          <p><b>{c.products.join(" + ") || text("without products")}</b><span>{format.brl(c.monthly)}</span></p>
          <p className="quiet">{text("signed on {day}", { day: format.day(c.signed_on) })} · {standing(c.status).label(text)}{c.logins.length > 0 && ` · ${c.logins.join(", ")}`}</p>
          {c.equipment.map((e) => <p className="quiet" key={e}>{e}</p>)}
        </div>
      ))}
    </Box>
  );
}

export function ConnectionBox({ data, topic }) {
  const text = useText();
  const format = useFormat();
  const now = useCell(clock, 0);
  const { connection } = data;
  const session = connection.sessions.find((s) => !s.unknown) ?? connection.sessions[0];
  const online = connection.offline === null;
  const end = connection.last_end;
  return (
    <Box topic={topic} title={text("Connection")} className="agent-connection">
      <p className={`connection-word ${online ? "" : "level-warn"}`}><Icon name={online ? "ok" : "alert"} /><b>{online ? text("Online") : text("Offline")}</b>
        {online && session && <span>{text("for {span}", { span: format.span((now - Date.parse(session.started_at)) / 1000) })}</span>}</p>
      {!online && <p className="connection-why">{whyOffline(connection, format, text)}</p>}
      {session && (
        <dl className="facts facts-two">
          <dt>{text("Login")}</dt><dd>{session.login}</dd><dt>{text("IP address")}</dt><dd>{session.address ?? "—"}</dd>
          <dt>{text("Concentrator")}</dt><dd>{session.nas}</dd><dt>{text("MAC address")}</dt><dd>{session.mac ?? "—"}</dd>
          <dt>{text("Download")}</dt><dd>{octets(session.out_octets, format)}</dd><dt>{text("Upload")}</dt><dd>{octets(session.in_octets, format)}</dd>
        </dl>
      )}
      {online && end && <p className="quiet">{text("Last drop: {at}, after {span}", { at: format.moment(end.ended_at), span: format.span((Date.parse(end.ended_at) - Date.parse(end.started_at)) / 1000) })}</p>}
    </Box>
  );
}

export function DebtsBox({ data, topic }) {
  const text = useText();
  const format = useFormat();
  const { debts, payments } = data;
  const top = Math.max(1, ...debts.buckets.map((b) => num(b.amount)));
  const late = num(debts.overdue) > 0;
  return (
    <Box topic={topic} title={text("Debts")} className="agent-debts">
      <div className="debts-head">
        <div className={`figure ${late ? "level-warn" : ""}`}><span className="figure-name">{late && <Icon name="alert" />}{text("Overdue")}</span><span className="figure-value"><Money value={debts.overdue} /></span></div>
        <div className="figure"><span className="figure-name">{text("Open in all")}</span><span className="figure-value"><Money value={debts.total} /></span></div>
        {num(debts.credit) > 0 && <div className="figure"><span className="figure-name">{text("Credit")}</span><span className="figure-value"><Money value={debts.credit} /></span></div>}
      </div>
      <ul className="debts-buckets">
        {debts.buckets.map((b) => (
          <li key={b.bucket} className={b.count === 0 ? "is-none" : b.bucket === "not_due" ? "" : "is-late"}>
            <span>{bucketName(b.bucket, text)}</span>
            <span className="link-track"><span className="link-fill" style={{ width: `${(num(b.amount) / top) * 100}%` }} /></span>
            <span className="numeric">{b.count ? format.brl(b.amount) : "—"}</span><span className="numeric quiet">{b.count || ""}</span>
          </li>
        ))}
      </ul>
      <div className="debts-lists">
        <section><h3>{text("Open receivables")}</h3>
          {debts.receivables.length === 0 ? <p className="calm"><Icon name="ok" />{text("Owes nothing.")}</p> : (
            <ul className="lines">{debts.receivables.map((r) => (
              <li key={r.id}><span>{format.day(r.due_on)}</span><span className={r.days_late > 0 ? "level-warn" : "quiet"}>{r.days_late > 0 ? text("{n} days late", { n: r.days_late }) : r.days_late === 0 ? text("today") : text("in {n} days", { n: -r.days_late })}</span><b className="numeric">{format.brl(r.open)}</b></li>
            ))}</ul>
          )}
        </section>
        <section><h3>{text("Last payments")}</h3>
          {payments.length === 0 ? <p className="quiet">{text("None yet.")}</p> : (
            <ul className="lines">{payments.map((p) => <li key={p.id} className="arrives"><span>{format.day(p.paid_on)}</span><span className="quiet">{channelName(p.channel, text)}</span><b className="numeric">{format.brl(p.amount)}</b></li>)}</ul>
          )}
        </section>
      </div>
    </Box>
  );
}

export function WorkBox({ data, topic, tools }) {
  const text = useText();
  const format = useFormat();
  const { orders, requests } = data;
  return (
    <Box topic={topic} title={text("Orders and requests")} tools={tools} className="agent-work">
      {orders.length + requests.length === 0 && <p className="empty">{text("Nothing is under way for this subscriber.")}</p>}
      <ul className="cards">
        {orders.map((o) => (
          <li key={`o${o.id}`} className={o.late ? "is-late" : ""}>
            <p><b>{o.kind}</b><span className={`status ${o.late ? "level-warn" : ""}`}><Icon name={o.late ? "alert" : STAGE_SHAPE[o.stage]} />{stageName(o.stage, text)}{o.late ? ` · ${text("late")}` : ""}</span></p>
            <p className="quiet">{text("order {n}", { n: o.id })} · {o.scheduled_from ? `${format.moment(o.scheduled_from)} – ${format.time(o.scheduled_until)}` : text("no time yet")}{o.team && ` · ${o.team}`}{o.technician && ` · ${o.technician}`}</p>
          </li>
        ))}
        {requests.map((r) => (
          <li key={`r${r.id}`} className={r.late ? "is-late" : ""}>
            <p><b>{r.kind}</b><span className={`status ${r.late ? "level-warn" : ""}`}>{r.late && <Icon name="alert" />}{text("by {day}", { day: format.dayShort(r.due_on) })}</span></p>
            <p className="quiet">{departmentOf(r.department, text)} · {r.taken_by ? text("with {who}", { who: r.taken_by }) : text("nobody has it yet")}{r.protocol && ` · ${r.protocol}`}</p>
          </li>
        ))}
      </ul>
    </Box>
  );
}

export function NotesBox({ data, topic, tools }) {
  const text = useText();
  const format = useFormat();
  return (
    <Box topic={topic} title={text("Notes")} tools={tools} className="agent-notes">
      {data.notes.length === 0 && <p className="empty">{text("No note yet. Write what the next agent should know.")}</p>}
      <ul className="cards">{data.notes.map((n) => <li key={n.id}><p className="note-text">{n.text}</p><p className="quiet">{format.moment(n.at)}{n.author && ` · ${n.author}`}</p></li>)}</ul>
    </Box>
  );
}

export function ContactsBox({ data, topic }) {
  const text = useText();
  const format = useFormat();
  return (
    <Box topic={topic} title={text("Last contacts")} className="agent-contacts">
      {data.contacts.length === 0 && <p className="empty">{text("The first contact of this subscriber.")}</p>}
      <ul className="lines">{data.contacts.map((c) => (
        <li key={c.id}><span>{format.moment(c.started_at)}</span><span className="contact-what">{c.ended_at ? (c.summary ?? channelOf(c.channel, text)) : <b>{text("open now")}</b>}{c.agent && <span className="quiet"> · {c.agent}</span>}</span><span className="quiet numeric">{c.protocol}</span></li>
      ))}</ul>
    </Box>
  );
}
