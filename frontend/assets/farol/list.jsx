// The list of receivables: pages by cursor from REST, narrowed by what `ReceivablesFilter` (Python) understood.

import { Icon } from "./icons.jsx";
import { PAGE, narrowed, problem, usePages } from "./pages.js";
import { useFormat, useText } from "./texts.js";

const WORDS = {
  open: (text) => text("open"), paid: (text) => text("paid"), renegotiated: (text) => text("renegotiated"), cancelled: (text) => text("cancelled"),
  annulled: (text) => text("annulled"), gifted: (text) => text("gifted"), cut: (text) => text("cut"),
};

export function ReceivablesList({ narrow, ready = true, today }) {
  const text = useText();
  const format = useFormat();
  const { items, next, loading, error, load, download, exporting } = usePages("/receivables", narrowed(narrow ?? {}), ready);
  return (
    <div className="list">
      <div className="list-head">
        <span>{loading && items.length === 0 ? text("Reading…") : next ? text("{n} shown, there are more", { n: items.length }) : text("{n} receivables", { n: items.length })}</span>
        <button type="button" className="button" onClick={download} disabled={exporting}><Icon name="export" />{exporting ? text("Exporting…") : text("Export CSV")}</button>
      </div>
      {error && <p className="box-problem" role="note"><Icon name="alert" />{problem(error, text)} <button type="button" className="link" onClick={() => load(null)}>{text("Try again")}</button></p>}
      <div className="table-scroll list-scroll" tabIndex={0}>
        <table className="table">
          <thead><tr>
            <th scope="col" className="rank-3">{text("Number")}</th><th scope="col">{text("Subscriber")}</th><th scope="col" className="rank-2">{text("Due")}</th>
            <th scope="col" className="numeric">{text("Amount")}</th><th scope="col" className="numeric rank-2">{text("Still owed")}</th><th scope="col">{text("Status")}</th>
          </tr></thead>
          <tbody>
            {items.map((r) => {
              const late = r.status === "open" && today && r.due_on < today;
              return (
                <tr key={r.id}>
                  <td className="rank-3 quiet">{r.number}</td><td className="kind-name"><span className="cell-main">{r.subscriber}</span><span className="cell-under only-narrow">{format.day(r.due_on)}</span></td><td className="rank-2">{format.day(r.due_on)}</td>
                  <td className="numeric">{format.brl(r.amount)}</td><td className="numeric rank-2">{format.brl(r.open)}</td>
                  <td><span className={`status ${late ? "level-warn" : ""}`}>{late && <Icon name="alert" />}{late ? text("overdue") : WORDS[r.status]?.(text) ?? r.status}</span></td>
                </tr>
              );
            })}
          </tbody>
        </table>
        {!loading && !error && items.length === 0 && <p className="empty">{text("No receivable fits. Take a word away, or widen the dates.")}</p>}
      </div>
      {next && <button type="button" className="button list-more" disabled={loading} onClick={() => load(next)}>{loading ? text("Reading…") : text("Show {n} more", { n: PAGE })}</button>}
    </div>
  );
}
