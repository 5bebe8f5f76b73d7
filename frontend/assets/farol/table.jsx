// One table for every panel: columns are declared in Python (frontend/table.py); sorting, filtering and export happen here.

import { memo, useCallback, useMemo, useState } from "react";
import { useAddress } from "./address.js";
import { useCell } from "./cell.js";
import { Deadline, deadlineWords } from "./deadline.jsx";
import { Spark, Status, Utilisation } from "./box.jsx";
import { Icon } from "./icons.jsx";
import { clock } from "./live.js";
import { rowOrder } from "./protocol.js";
import { abnormal, Work, workWord } from "./technicians.jsx";
import { useFormat, useText } from "./texts.js";

/** The age of an instant, renewed each second. */
function Ago({ at }) {
  const text = useText();
  const format = useFormat();
  const now = useCell(clock, 0);
  return at && now ? text("{span} ago", { span: format.span((now - Date.parse(at)) / 1000) }) : "—";
}

export function channelName(channel, text) {
  return {
    boleto: text("Bank slip"), pix: text("Pix"), debit: text("Direct debit"), counter: text("Counter"), card: text("Card"),
  }[channel] ?? channel;
}

const NUMERIC = new Set(["brl", "extra", "bps", "integer", "ms", "span", "percent"]);

/** A cell as text: what is shown, filtered on and exported. */
function cellText(row, column, format, text) {
  const value = row[column.field];
  switch (column.kind) {
    case "brl": return format.brl(value);
    case "extra": return Number(value) === 0 ? "" : format.brl(value); // what is usually nothing says nothing
    case "bps": return format.bps(value);
    case "integer": return format.integer(value);
    case "ms": return format.ms(value);
    case "span": return format.span(value);
    case "percent": return format.percent(value);
    case "work": return [workWord(value, text), abnormal(row, text)].filter(Boolean).join(", ");
    case "ago":
    case "moment": return format.moment(value);
    case "time": return format.time(value, true);
    case "day": return format.day(value);
    case "channel": return channelName(value, text);
    case "deadline": return deadlineWords(value, text);
    case "status": return { up: text("up"), suspect: text("suspect"), down: text("down"), unknown: text("unknown") }[value] ?? value;
    case "utilisation": return format.percent(value, 0);
    default: return value === null || value === undefined || value === "" ? "—" : String(value);
  }
}

function Cell({ row, column, format, text }) {
  if (column.kind === "status") return <Status value={row[column.field]} />;
  if (column.kind === "work") return <Work row={row} />;
  if (column.kind === "ago") return <Ago at={row[column.field]} />;
  if (column.kind === "deadline") return <Deadline days={row[column.field]} />;
  if (column.kind === "utilisation") return <Utilisation value={row[column.field]} />;
  if (column.kind === "spark") return <Spark values={row[column.field]} label={column.header} />;
  const shown = cellText(row, column, format, text);
  return column.under ? <><span className="cell-main">{shown}</span><span className="cell-under">{row[column.under] || "\u00a0"}</span></> : shown;
}

function exportCsv(name, columns, rows, format, text) {
  // A cell that starts like a formula would be run by a spreadsheet (OWASP, CSV injection).
  const quote = (value) => `"${String(value).replace(/^(?=[=+@\t\r-])/, "'").replaceAll('"', '""')}"`;
  const kept = columns.filter((c) => c.kind !== "spark");
  const lines = [kept.map((c) => quote(c.header)), ...rows.map((row) => kept.map((c) => quote(cellText(row, c, format, text))))];
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([`\ufeff${lines.map((l) => l.join(";")).join("\r\n")}\r\n`], { type: "text/csv" }));
  link.download = `${name}.csv`;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** Drawn again only when the row is another object: a panel that changes twice a second keeps most of its rows. */
const Row = memo(function Row({ row, columns, pick, picked, format, text }) {
  const open = pick ? { tabIndex: 0, onClick: () => pick(row), onKeyDown: (e) => e.key === "Enter" && pick(row) } : {};
  return (
    <tr {...open} className={`${pick ? "pickable" : ""} ${picked ? "picked" : ""}`}>
      {columns.map((c) => (
        <td key={c.field} className={`${NUMERIC.has(c.kind) ? "numeric" : ""} kind-${c.kind} ${c.rank > 1 ? `rank-${c.rank}` : ""}`}>
          <Cell row={row} column={c} format={format} text={text} />
        </td>
      ))}
    </tr>
  );
});

/** `select` names a query parameter that a click on a row sets to the row's key: a deep link, not hidden state. */
export function DataTable({ rows, columns, name, rowKey = "id", limit = null, empty, select = null, tools = false, newestFirst = false }) {
  const text = useText();
  const format = useFormat();
  const [sort, setSort] = useState(null);
  const [filter, setFilter] = useState("");
  const [params, change] = useAddress();
  const kinds = useMemo(() => columns, [JSON.stringify(columns)]); // pages make them anew whenever they render
  const found = useMemo(() => {
    let kept = rows ?? [];
    if (newestFirst) kept = [...kept].reverse();
    if (filter) {
      const wanted = filter.toLowerCase();
      kept = kept.filter((row) => kinds.some((c) => cellText(row, c, format, text).toLowerCase().includes(wanted)
        || (c.under && String(row[c.under] ?? "").toLowerCase().includes(wanted))));
    }
    if (sort) kept = [...kept].sort(rowOrder([sort], rowKey));
    return limit === null ? kept : kept.slice(0, limit);
  }, [rows, filter, sort, limit, kinds, format, text, rowKey, newestFirst]);
  const chosen = select ? (params.get(select) ?? "").split(",") : [];
  const press = (column) => {
    const first = NUMERIC.has(column.kind) || column.kind === "utilisation" ? `-${column.field}` : column.field;
    const second = first[0] === "-" ? column.field : `-${column.field}`;
    setSort(sort === first ? second : sort === second ? null : first);
  };
  const pick = useCallback((row) => change((next) => next.set(select, String(row[rowKey]))), [change, select, rowKey]);
  return (
    <>
      {tools && (
        <div className="table-tools">
          <input type="search" value={filter} onChange={(e) => setFilter(e.target.value)} placeholder={text("Filter")} aria-label={text("Filter")} />
          <button type="button" className="tool" onClick={() => exportCsv(name, columns, found, format, text)} title={text("Export what is shown (CSV)")}>
            <Icon name="export" /><span className="sr">{text("Export what is shown (CSV)")}</span>
          </button>
        </div>
      )}
      <div className="table-scroll" tabIndex={0}>
        <table className="table">
          <thead>
            <tr>{columns.map((c) => {
              const by = sort === c.field ? "ascending" : sort === `-${c.field}` ? "descending" : "none";
              return (
                <th key={c.field} scope="col" aria-sort={by} className={`${NUMERIC.has(c.kind) ? "numeric" : ""} ${c.rank > 1 ? `rank-${c.rank}` : ""}`}>
                  {c.kind === "spark" ? c.header : <button type="button" onClick={() => press(c)}>{c.header}{by !== "none" && <Icon name={by === "ascending" ? "up" : "down"} />}</button>}
                </th>
              );
            })}</tr>
          </thead>
          <tbody>
            {found.map((row) => {
              const key = String(row[rowKey]);
              return <Row key={key} row={row} columns={kinds} pick={select ? pick : null} picked={chosen.includes(key)} format={format} text={text} />;
            })}
          </tbody>
        </table>
        {rows && found.length === 0 && <p className="empty">{filter ? text("No row has “{words}”. Clear the filter to see them all.", { words: filter }) : empty}</p>}
      </div>
    </>
  );
}
