// The list of receivables: pages by cursor from REST, narrowed by what `ReceivablesFilter` (Python) understood.

import { useCallback, useEffect, useRef, useState } from "react";
import { Icon } from "./icons.jsx";
import { api } from "./session.js";
import { useFormat, useText } from "./texts.js";

const PAGE = 50;
const WORDS = {
  open: (text) => text("open"), paid: (text) => text("paid"), renegotiated: (text) => text("renegotiated"), cancelled: (text) => text("cancelled"),
  annulled: (text) => text("annulled"), gifted: (text) => text("gifted"), cut: (text) => text("cut"),
};

function query(narrow) {
  return Object.entries(narrow).filter(([, value]) => value).map(([k, v]) => `&${k}=${encodeURIComponent(v)}`).join("");
}

/** A refused filter is the person's to correct; anything else is ours to say. */
function words(error, text) {
  if (error.status === 403) return text("Your user may not see this. Ask whoever manages users.");
  if (error.status === 0) return text("The server did not answer. Check the connection and try again.");
  return error.detail ?? text("The list could not be read. Try again in a moment.");
}

export function ReceivablesList({ narrow, ready = true, today }) {
  const text = useText();
  const format = useFormat();
  const [state, setState] = useState({ items: [], next: null, loading: true, error: null });
  const turn = useRef(0);
  const wanted = query(narrow ?? {});

  const load = useCallback(async (cursor) => {
    const mine = ++turn.current;
    setState((held) => ({ ...held, items: cursor ? held.items : [], loading: true, error: null }));
    try {
      const page = await api(`/receivables?limit=${PAGE}${wanted}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`);
      if (mine !== turn.current) return;
      setState((held) => ({ items: cursor ? [...held.items, ...page.items] : page.items, next: page.next, loading: false, error: null }));
    } catch (error) {
      if (mine === turn.current) setState((held) => ({ ...held, loading: false, error }));
    }
  }, [wanted]);

  useEffect(() => {
    if (ready) load(null);
  }, [ready, load]);

  const [exporting, setExporting] = useState(false);
  const download = async () => {
    setExporting(true);
    try {
      const response = await fetch(`/api/v1/receivables?${wanted.slice(1)}`, { headers: { Accept: "text/csv" }, credentials: "same-origin" });
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      const link = document.createElement("a");
      link.href = URL.createObjectURL(await response.blob());
      link.download = "receivables.csv";
      link.click();
      URL.revokeObjectURL(link.href);
    } catch (error) {
      setState((held) => ({ ...held, error }));
    } finally {
      setExporting(false);
    }
  };

  const { items, next, loading, error } = state;
  return (
    <div className="list">
      <div className="list-head">
        <span>{loading && items.length === 0 ? text("Reading…") : next ? text("{n} shown, there are more", { n: items.length }) : text("{n} receivables", { n: items.length })}</span>
        <button type="button" className="button" onClick={download} disabled={exporting}><Icon name="export" />{exporting ? text("Exporting…") : text("Export CSV")}</button>
      </div>
      {error && <p className="box-problem" role="note"><Icon name="alert" />{words(error, text)} <button type="button" className="link" onClick={() => load(null)}>{text("Try again")}</button></p>}
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
