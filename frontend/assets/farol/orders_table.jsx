// The board as a table: everything on it in words, for narrow screens, screen readers and spreadsheets.

import { useState } from "react";
import { downloadCsv } from "./download.js";
import { Icon } from "./icons.jsx";
import { stageName, STAGE_SHAPE } from "./order_words.js";
import { listed } from "./orders.js";
import { useFormat, useText } from "./texts.js";

export function Stage({ row }) {
  const text = useText();
  return (
    <span className={`status ${row.late ? "level-bad" : ""}`}>
      <Icon name={row.late ? "alert" : STAGE_SHAPE[row.stage]} />{stageName(row.stage, text)}{row.late ? `, ${text("late")}` : ""}
    </span>
  );
}

export function OrdersTable({ rows, ready, date, filter, open }) {
  const text = useText();
  const format = useFormat();
  const [state, setState] = useState({ busy: false, failed: false });
  const download = async () => {
    setState({ busy: true, failed: false });
    const names = { team: "team_id", city: "city_id", kind: "kind_id" };
    const query = Object.entries(names).filter(([name]) => filter[name]).map(([name, key]) => `&${key}=${encodeURIComponent(filter[name])}`);
    if (filter.stage) query.push(filter.stage === "late" ? "&late=true" : `&stage=${encodeURIComponent(filter.stage)}`);
    try {
      await downloadCsv(`/service-orders?date=${date}${query.join("")}`, `service-orders-${date}.csv`);
      setState({ busy: false, failed: false });
    } catch (error) {
      console.info(`No CSV: ${error.message}`);
      setState({ busy: false, failed: true });
    }
  };
  const window_ = (r) => (r.scheduled_from ? `${format.moment(r.scheduled_from)}–${format.time(r.scheduled_until)}` : text("without a day"));
  return (
    <section className="box orders-table">
      <div className="list-head">
        <span>{text("{n} orders", { n: rows.length })}</span>
        <button type="button" className="button" onClick={download} disabled={state.busy || !date}><Icon name="export" />{state.busy ? text("Exporting…") : text("Export CSV")}</button>
      </div>
      {state.failed && <p className="box-problem" role="note"><Icon name="alert" />{text("The file could not be read. Try again in a moment.")}</p>}
      <div className="table-scroll" tabIndex={0}>
        <table className="table">
          <thead><tr>
            <th scope="col">{text("Stage")}</th><th scope="col">{text("Order")}</th><th scope="col" className="rank-2">{text("Window")}</th>
            <th scope="col" className="rank-2">{text("Team")}</th><th scope="col" className="rank-3">{text("City")}</th><th scope="col" className="rank-3">{text("Since")}</th>
          </tr></thead>
          <tbody>
            {listed(rows).map((r) => (
              <tr key={r.id} className="pickable" onClick={() => open(r.id)}>
                <td><Stage row={r} /></td>
                <td className="kind-name">
                  <button type="button" className="cell-main cell-open" onClick={(e) => { e.stopPropagation(); open(r.id); }}>{r.subscriber ?? r.location}</button>
                  <span className="cell-under">{r.kind} · {r.id}</span>
                  <span className="cell-under only-narrow">{window_(r)} · {r.technician ?? r.team ?? text("no team")}</span>
                </td>
                <td className="rank-2">{window_(r)}</td>
                <td className="rank-2"><span className="cell-main">{r.team ?? "—"}</span><span className="cell-under">{r.technician ?? ""}</span></td>
                <td className="rank-3">{r.city}</td><td className="rank-3 quiet">{format.moment(r.since)}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {ready && rows.length === 0 && <p className="empty">{text("No order fits. Choose another day, or take a filter away.")}</p>}
      </div>
    </section>
  );
}
