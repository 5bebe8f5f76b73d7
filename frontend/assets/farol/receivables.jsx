// What came in and what is owed, as lists: by channel, the last payments, by days late. Desks and walls show the same ones.

import { Money } from "./box.jsx";
import { num } from "./format.js";
import { useLive } from "./live.js";
import { channelName } from "./table.jsx";
import { useFormat, useText } from "./texts.js";

const CHANNELS = ["pix", "boleto", "debit", "card", "counter"];

/** Received by channel: bars against the day's total, in a fixed order, so nothing jumps. */
export function Channels({ date }) {
  const text = useText();
  const format = useFormat();
  const held = useLive("receivables.day", { date });
  const total = num(held?.received) || 0;
  return (
    <ul className="channels">
      {CHANNELS.map((name) => {
        const amount = num(held?.[name]?.amount);
        const share = total > 0 && amount !== null ? amount / total : null;
        return (
          <li key={name}>
            <span className="channel-name">{channelName(name, text)}</span>
            <span className="channel-amount"><Money value={held?.[name]?.amount} /></span>
            <span className="channel-count">{held ? text("{n} payments", { n: format.integer(held[name].count) }) : "\u00a0"}</span>
            <span className="channel-share">{format.percent(share, 0)}</span>
            <span className="link-track"><span className="link-fill" style={{ width: `${(share ?? 0) * 100}%` }} /></span>
          </li>
        );
      })}
    </ul>
  );
}

/** The last settlements, newest first. Names are not for a wall everybody walks past: `names` is for desks. */
export function Latest({ limit, names = false }) {
  const text = useText();
  const format = useFormat();
  const rows = useLive("receivables.latest", {});
  if (rows === undefined) return <ol className="latest" style={{ "--rows": limit }} />;
  if (rows.length === 0) return <p className="empty">{text("No payment yet. The first one appears here as it arrives.")}</p>;
  return (
    <ol className="latest" style={{ "--rows": limit }}>
      {rows.slice(-limit).reverse().map((row) => (
        <li key={row.id} className="arrives">
          <time>{format.time(row.at)}</time>
          {names ? <span className="latest-who">{row.subscriber}</span> : <span className="latest-who">{row.city}</span>}
          <span className="latest-channel">{channelName(row.channel, text)}</span>
          <span className="latest-amount">{format.brl(row.amount)}</span>
        </li>
      ))}
    </ol>
  );
}

/** Open receivables by days late, as bars of one scale: the longest bar is the largest amount. */
export function Ageing({ month }) {
  const text = useText();
  const format = useFormat();
  const held = useLive("receivables.month", { month });
  const buckets = held?.ageing ?? [];
  const top = Math.max(1, ...buckets.map((b) => num(b.amount) ?? 0));
  const name = (b) => (b.late_from === 0 && b.late_to === 0 ? text("not due yet")
    : b.late_to === null ? text("over {n} days", { n: b.late_from - 1 }) : text("{from} to {to} days", { from: b.late_from, to: b.late_to }));
  if (held && buckets.length === 0) return <p className="empty">{text("Nothing is open.")}</p>;
  return (
    <ul className="ageing">
      {buckets.map((b) => (
        <li key={b.label} className={b.late_from > 0 ? "is-late" : ""}>
          <span className="ageing-name">{name(b)}</span>
          <span className="link-track"><span className="link-fill" style={{ width: `${((num(b.amount) ?? 0) / top) * 100}%` }} /></span>
          <span className="ageing-amount">{format.brl(b.amount)}</span>
          <span className="ageing-count">{format.integer(b.count)}</span>
          <span className="ageing-share">{format.percent(b.share)}</span>
        </li>
      ))}
    </ul>
  );
}
