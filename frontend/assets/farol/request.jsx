// One request: what was asked for, its history, and what can be done with it.

import { useCallback, useEffect, useState } from "react";
import { Deadline } from "./deadline.jsx";
import { DEPARTMENTS, departmentName } from "./department.js";
import { Icon } from "./icons.jsx";
import { useCell } from "./cell.js";
import { CancelDialog, CloseDialog, ForwardDialog } from "./request-dialogs.jsx";
import { api, session } from "./session.js";
import { useFormat, useText } from "./texts.js";

const MOVES = {
  opened: (text) => text("opened"), taken: (text) => text("taken in hand"), released: (text) => text("released"),
  forwarded: (text) => text("forwarded"), closed: (text) => text("closed"), cancelled: (text) => text("cancelled"),
};

/** Why a step was refused, in words with what to try. */
export function words(error, text, format) {
  const { taken_by: holder, taken_at: since, ended_by: ender } = error.body ?? {};
  if (error.status === 0) return text("The server did not answer. Check the connection and try again.");
  if (error.status === 403) return text("Your user may not do this. Ask whoever manages users.");
  if (error.status === 404) return text("There is no such request, or it is not of your cities.");
  if (holder) return text("{name} has it in hand since {at}. Talk to them, or choose another one.", { name: holder, at: format.moment(since) });
  if (ender) return text("{name} has ended it already.", { name: ender });
  if (error.status === 409) return text("Somebody was faster. What you see now is how it stands.");
  if (error.status === 422) return text("The server did not accept this. Check what you wrote.");
  return text("The server could not do this. Try again in a moment.");
}

/** The request with its history from REST, asked again whenever its live row changes. */
function useDetail(id, row) {
  const [held, setHeld] = useState({ detail: null, error: null });
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    const stop = new AbortController();
    api(`/requests/${encodeURIComponent(id)}`, { signal: stop.signal })
      .then((detail) => setHeld({ detail, error: null }))
      .catch((error) => { if (!stop.signal.aborted) setHeld((before) => ({ ...before, error })); });
    return () => stop.abort();
  }, [id, row, asked]);
  return [held, useCallback(() => setAsked((n) => n + 1), [])];
}

export function RequestDetail({ id, row, wanted, heard, close }) {
  const text = useText();
  const format = useFormat();
  const { user } = useCell(session, { user: null });
  const [{ detail, error }, again] = useDetail(id, row);
  const [dialog, setDialog] = useState(null);
  const [refusal, setRefusal] = useState(null);
  const [busy, setBusy] = useState(false);
  const request = detail?.request;
  const open = request?.status === "open";
  const mine = open && request.taken_by_id === user?.id;

  const send = useCallback(async (step, body) => {
    setBusy(true);
    setRefusal(null);
    try {
      await api(`/requests/${id}/${step}`, { method: "POST", body });
      setDialog(null);
    } catch (reason) {
      setDialog(null);
      setRefusal(reason);
    }
    setBusy(false);
    again();
  }, [id, again]);

  useEffect(() => {
    if (!wanted || !detail) return;
    heard();
    if (!open || busy) return;
    if (wanted === "t") send("take");
    else if (wanted === "r") send("release");
    else setDialog({ f: "forward", c: "close", x: "cancel" }[wanted]);
  }, [wanted, detail]);

  if (error && !detail) return <p className="box-problem" role="alert"><Icon name="alert" />{words(error, text, format)}</p>;
  if (!detail) return <p className="empty">{text("Looking…")}</p>;
  return (
    <article className="request">
      <header className="request-head">
        <h3>{request.kind}</h3>
        <button type="button" className="tool" onClick={close} title={text("Close this view (Esc)")}><Icon name="close" /><span className="sr">{text("Close this view (Esc)")}</span></button>
      </header>
      <dl className="request-facts">
        <div><dt>{text("Subscriber")}</dt><dd>{request.subscriber}<span className="cell-under">{request.city}</span></dd></div>
        <div><dt>{text("Protocol")}</dt><dd className="numeric-text">{request.protocol ?? "—"}</dd></div>
        <div><dt>{text("Deadline")}</dt><dd>{open && row ? <Deadline days={row.days_left} /> : MOVES[request.status]?.(text) ?? text("open")}<span className="cell-under">{format.day(request.due_on)}</span></dd></div>
        <div><dt>{text("In hand of")}</dt><dd>{request.taken_by ?? text("free")}<span className="cell-under">{request.taken_at ? text("since {at}", { at: format.moment(request.taken_at) }) : departmentName(request.department, text)}</span></dd></div>
      </dl>
      {request.description && <p className="request-words">{request.description}</p>}
      {refusal && <p className="box-problem" role="alert"><Icon name="alert" />{words(refusal, text, format)}</p>}
      {open && (
        <div className="request-steps">
          {mine
            ? <button type="button" className="button" disabled={busy} onClick={() => send("release")}>{text("Release")}<kbd>R</kbd></button>
            : <button type="button" className="button" disabled={busy} onClick={() => send("take")}>{text("Take")}<kbd>T</kbd></button>}
          <button type="button" className="button" disabled={busy} onClick={() => setDialog("forward")}>{text("Forward")}<kbd>F</kbd></button>
          <button type="button" className="button" disabled={busy} onClick={() => setDialog("close")}>{text("Conclude")}<kbd>C</kbd></button>
          <button type="button" className="button" disabled={busy} onClick={() => setDialog("cancel")}>{text("Cancel it")}<kbd>X</kbd></button>
        </div>
      )}
      <h4>{text("History")}</h4>
      <ol className="request-history">
        {[...detail.history].reverse().map((move) => (
          <li key={move.id}>
            <time>{format.moment(move.at)}</time>
            <span><b>{MOVES[move.kind](text)}</b>{move.kind === "forwarded" && ` → ${departmentName(move.department, text)}`}<span className="quiet"> · {move.author ?? text("a program")}</span></span>
            {move.note && <span className="request-note">{move.note}</span>}
          </li>
        ))}
      </ol>
      {dialog === "forward" && <ForwardDialog busy={busy} departments={DEPARTMENTS.filter((d) => d !== request.department)} send={(body) => send("forward", body)} close={() => setDialog(null)} />}
      {dialog === "close" && <CloseDialog busy={busy} send={(body) => send("close", body)} close={() => setDialog(null)} />}
      {dialog === "cancel" && <CancelDialog busy={busy} send={(body) => send("cancel", body)} close={() => setDialog(null)} />}
    </article>
  );
}
