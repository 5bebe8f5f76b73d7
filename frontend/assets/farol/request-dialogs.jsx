// What has to be said when a request is forwarded, closed or cancelled. Ctrl-Enter sends, Escape leaves all as it was.

import { useEffect, useRef, useState } from "react";
import { departmentName } from "./department.js";
import { Icon } from "./icons.jsx";
import { api } from "./session.js";
import { useText } from "./texts.js";

const LONGEST = 4000;

function Dialog({ title, action, ready, busy, send, close, children }) {
  const text = useText();
  const dialog = useRef(null);
  useEffect(() => dialog.current?.showModal(), []);
  const submit = (event) => {
    event.preventDefault();
    if (ready && !busy) send();
  };
  return (
    <dialog ref={dialog} className="ask" aria-label={title} onClose={close} onClick={(e) => e.target === dialog.current && close()}>
      <form onSubmit={submit} onKeyDown={(e) => e.key === "Enter" && (e.ctrlKey || e.metaKey) && submit(e)}>
        <h3>{title}</h3>
        {children}
        <div className="ask-buttons">
          <button type="button" className="button" onClick={close}>{text("Leave as it is")}<kbd>Esc</kbd></button>
          <button type="submit" className="button button-lead" disabled={!ready || busy}>{action}<kbd>Ctrl ⏎</kbd></button>
        </div>
      </form>
    </dialog>
  );
}

function Words({ label, value, change, needed = false, focus = false }) {
  return (
    <label className="ask-field">{label}
      <textarea rows={4} maxLength={LONGEST} required={needed} autoFocus={focus} value={value} onChange={(e) => change(e.target.value)} />
    </label>
  );
}

export function ForwardDialog({ departments, busy, send, close }) {
  const text = useText();
  const [department, setDepartment] = useState(departments[0]);
  const [note, setNote] = useState("");
  return (
    <Dialog title={text("Forward to another department")} action={text("Forward")} ready busy={busy} close={close} send={() => send({ department, note })}>
      <div className="segments" role="group" aria-label={text("Department")}>
        {departments.map((name) => <button key={name} type="button" aria-pressed={department === name} onClick={() => setDepartment(name)}>{departmentName(name, text)}</button>)}
      </div>
      <Words label={text("What they should know (optional)")} value={note} change={setNote} focus />
    </Dialog>
  );
}

export function CloseDialog({ busy, send, close }) {
  const text = useText();
  const [result, setResult] = useState("");
  return (
    <Dialog title={text("Close with a result")} action={text("Close the request")} ready={result.trim() !== ""} busy={busy} close={close} send={() => send({ result })}>
      <Words label={text("How was it answered?")} value={result} change={setResult} needed focus />
    </Dialog>
  );
}

export function CancelDialog({ busy, send, close }) {
  const text = useText();
  const [reasons, setReasons] = useState(null);
  const [reason, setReason] = useState("");
  const [note, setNote] = useState("");
  const [lost, setLost] = useState(false);
  useEffect(() => {
    const stop = new AbortController();
    api("/cancellation-reasons?applies_to=request", { signal: stop.signal })
      .then((answer) => setReasons(answer.items))
      .catch(() => { if (!stop.signal.aborted) setLost(true); });
    return () => stop.abort();
  }, []);
  return (
    <Dialog title={text("Cancel for a reason")} action={text("Cancel the request")} ready={reason !== ""} busy={busy} close={close} send={() => send({ reason_id: Number(reason), note })}>
      {lost && <p className="box-problem" role="alert"><Icon name="alert" />{text("The reasons did not arrive. Close this and try again.")}</p>}
      <label className="ask-field">{text("Reason")}
        <select value={reason} autoFocus onChange={(e) => setReason(e.target.value)}>
          <option value="" disabled>{text("Choose one")}</option>
          {(reasons ?? []).map((each) => <option key={each.id} value={each.id}>{each.text}</option>)}
        </select>
      </label>
      <Words label={text("Note (optional)")} value={note} change={setNote} />
    </Dialog>
  );
}
