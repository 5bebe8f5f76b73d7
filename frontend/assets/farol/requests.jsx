// The list of a department's open requests, the oldest deadline first, worked through by keyboard. The chosen one is
// `?request=`, so its address can be sent to somebody.

import { useEffect, useMemo, useRef, useState } from "react";
import { put, useAddress } from "./address.js";
import { deadlineGroup } from "./deadline.jsx";
import { useDepartment } from "./department.js";
import { Icon } from "./icons.jsx";
import { useCell } from "./cell.js";
import { useLive } from "./live.js";
import { RequestDetail } from "./request.jsx";
import { session } from "./session.js";
import { DataTable } from "./table.jsx";
import { useFormat, useText } from "./texts.js";

function typing(target) {
  return target.isContentEditable || ["INPUT", "SELECT", "TEXTAREA"].includes(target.tagName);
}

/** Rows as the table shows them, narrowed by what the address says. */
function useRows(rows) {
  const text = useText();
  const format = useFormat();
  const [params] = useAddress();
  const { user } = useCell(session, { user: null });
  const [kind, due, mine] = [params.get("kind"), params.get("due"), params.get("mine") === "1"];
  return useMemo(() => rows?.filter((row) => (!kind || row.kind === kind)
    && (!due || deadlineGroup(row.days_left) === due)
    && (!mine || row.taken_by_id === user?.id))
    .map((row) => ({
      ...row,
      hands: row.taken_by ?? text("free"),
      since: row.taken_at ? text("since {at}", { at: format.moment(row.taken_at) }) : "",
      where: `${row.city} · ${row.protocol ?? "—"}`,
    })), [rows, kind, due, mine, user, text, format]);
}

/** j, k and the arrows walk through what is listed, in its order on screen. */
function walk(list, step) {
  const rows = [...(list?.querySelectorAll("tr.pickable") ?? [])];
  if (rows.length === 0) return;
  const at = rows.findIndex((row) => row.classList.contains("picked"));
  const next = rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + step))];
  next.click();
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

/** The page's own keys win over the shortcuts of the whole desk, which are in the palette as well. */
function useKeys(press) {
  const held = useRef(press);
  held.current = press;
  useEffect(() => {
    const listen = (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
      if (!held.current(event.key)) return;
      event.preventDefault();
      event.stopPropagation();
    };
    window.addEventListener("keydown", listen, { capture: true });
    return () => window.removeEventListener("keydown", listen, { capture: true });
  }, []);
}

export function FollowUp() {
  const text = useText();
  const [params, change] = useAddress();
  const department = useDepartment();
  const all = useLive("followup", { department });
  const rows = useRows(all);
  const list = useRef(null);
  const detail = useRef(null);
  const [wanted, setWanted] = useState(null); // which dialog was asked for by key
  const chosen = params.get("request") ?? "";
  const mine = params.get("mine") === "1";
  const narrowed = ["kind", "due", "mine"].some((name) => params.get(name));
  const row = all?.find((each) => String(each.id) === chosen);

  useKeys((key) => {
    const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[key];
    if (step) walk(list.current, step);
    else if (key === "m") change((next) => put(next, "mine", mine ? null : "1"));
    else if (key === "Escape" && chosen) change((next) => next.delete("request"));
    else if (key === "Enter" && chosen && !document.activeElement?.closest("button, a")) detail.current?.focus();
    else if (chosen && "trfcx".includes(key)) setWanted(key);
    else return false;
    return true;
  });

  const columns = useMemo(() => [
    { field: "days_left", header: text("Deadline"), kind: "deadline", rank: 1 },
    { field: "kind", header: text("Request"), kind: "text", under: "description", rank: 1 },
    { field: "subscriber", header: text("Subscriber"), kind: "text", under: "where", rank: 2 },
    { field: "opened_at", header: text("Opened"), kind: "moment", rank: 3 },
    { field: "hands", header: text("In hand of"), kind: "text", under: "since", rank: 1 },
  ], [text]);
  const empty = narrowed ? text("No open request fits. Take the filters away to see them all.") : text("Nothing is open in this department. What is asked for appears here.");
  return (
    <div className={`followup ${chosen ? "has-chosen" : ""}`}>
      <div className="followup-list" ref={list}>
        <div className="followup-tools">
          <button type="button" className="button" aria-pressed={mine} onClick={() => change((next) => put(next, "mine", mine ? null : "1"))}>{text("Only mine")}</button>
          {narrowed && (
            <button type="button" className="button" onClick={() => change((next) => ["kind", "due", "mine"].forEach((name) => next.delete(name)))}>
              <Icon name="close" />{text("All of them")}
            </button>
          )}
          <span className="hint"><kbd>J</kbd> <kbd>K</kbd> {text("walk")} · <kbd>T</kbd> {text("take")} · <kbd>R</kbd> {text("release")} · <kbd>F</kbd> {text("forward")} · <kbd>C</kbd> {text("close")} · <kbd>M</kbd> {text("mine")}</span>
        </div>
        <DataTable rows={rows} columns={columns} name={`followup-${department || "commercial"}`} empty={empty} select="request" tools />
      </div>
      <aside className="followup-detail" ref={detail} tabIndex={-1} aria-label={text("The chosen request")}>
        {chosen
          ? <RequestDetail key={chosen} id={chosen} row={row} wanted={wanted} heard={() => setWanted(null)} close={() => change((next) => next.delete("request"))} />
          : <p className="empty">{text("Choose a request to see its history and work on it.")}</p>}
      </aside>
    </div>
  );
}
