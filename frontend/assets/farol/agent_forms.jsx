// What an agent writes from the screen: a note, a request, an order, the end of a contact.

import { useEffect, useRef, useState } from "react";
import { departmentOf } from "./agent_words.js";
import { Icon } from "./icons.jsx";
import { refusal } from "./order_words.js";
import { api, newKey } from "./session.js";
import { useFormat, useText } from "./texts.js";

/** A dialog with a form: `send(values)` writes, closes when it is written, and says in words why it is not. */
export function Form({ title, act, close, send, children }) {
  const text = useText();
  const dialog = useRef(null);
  const key = useRef(newKey());
  const [state, setState] = useState({ busy: false, error: null });
  useEffect(() => dialog.current?.showModal(), []);
  const submit = async (event) => {
    event.preventDefault();
    setState({ busy: true, error: null });
    try {
      await send(key.current);
      close();
    } catch (error) {
      key.current = newKey();
      setState({ busy: false, error });
    }
  };
  return (
    <dialog ref={dialog} className="agent-dialog" onClose={close} aria-label={title}>
      <form onSubmit={submit} onKeyDown={(e) => { if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) e.currentTarget.requestSubmit(); }}>
        <h2>{title}</h2>
        {children}
        {state.error && <p className="box-problem" role="alert"><Icon name="alert" />{refusal(state.error, text)}</p>}
        <div className="agent-dialog-buttons">
          <span className="hint"><kbd>Ctrl Enter</kbd></span>
          <button type="button" className="button" onClick={close}>{text("Cancel")}</button>
          <button type="submit" className="button button-lead" disabled={state.busy}>{state.busy ? text("Sending…") : act}</button>
        </div>
      </form>
    </dialog>
  );
}

function useKinds(path, companyId) {
  const [kinds, setKinds] = useState([]);
  useEffect(() => {
    const stop = new AbortController();
    api(path, { signal: stop.signal })
      .then((list) => setKinds(list.items.filter((kind) => kind.company_id === companyId)))
      .catch((error) => console.info(`${path}: ${error.message}`));
    return () => stop.abort();
  }, [path, companyId]);
  return kinds;
}

export function NoteForm({ id, protocol, close }) {
  const text = useText();
  const [words, setWords] = useState("");
  return (
    <Form title={text("New note")} act={text("Write the note")} close={close} send={(key) => api(`/subscribers/${id}/notes`, { method: "POST", body: { text: words, protocol: protocol || null }, key })}>
      <label>{text("What the next agent should know")}<textarea autoFocus rows={5} maxLength={4000} required value={words} onChange={(e) => setWords(e.target.value)} /></label>
    </Form>
  );
}

export function RequestForm({ protocol, who, close }) {
  const text = useText();
  const format = useFormat();
  const kinds = useKinds("/request-kinds", who.company_id);
  const [asked, setAsked] = useState({ kind: "", words: "" });
  const kind = kinds.find((each) => String(each.id) === asked.kind);
  const send = (key) => api(`/contacts/${protocol}/requests`, { method: "POST", body: { kind_id: Number(asked.kind), description: asked.words }, key });
  return (
    <Form title={text("New request")} act={text("Open the request")} close={close} send={send}>
      <label>{text("What is asked for")}<select autoFocus required value={asked.kind} onChange={(e) => setAsked({ ...asked, kind: e.target.value })}>
        <option value="">{text("Choose")}</option>{kinds.map((each) => <option key={each.id} value={String(each.id)}>{each.name}</option>)}
      </select></label>
      <p className="agent-promise">{kind
        ? text("{department} answers within {n} days, by {day}.", { department: departmentOf(kind.department, text), n: kind.deadline_days, day: format.day(format.isoDay(Date.now() + kind.deadline_days * 864e5)) })
        : text("The kind says who answers, and by when.")}</p>
      <label>{text("In the caller's words")}<textarea rows={4} maxLength={4000} value={asked.words} onChange={(e) => setAsked({ ...asked, words: e.target.value })} /></label>
    </Form>
  );
}

export function OrderForm({ id, who, close }) {
  const text = useText();
  const kinds = useKinds("/order-kinds", who.company_id);
  const [asked, setAsked] = useState({ kind: "", words: "" });
  const send = (key) => api("/service-orders", { method: "POST", body: { kind_id: Number(asked.kind), subscriber_id: id, description: asked.words }, key });
  return (
    <Form title={text("New order")} act={text("Open the order")} close={close} send={send}>
      <label>{text("Kind")}<select autoFocus required value={asked.kind} onChange={(e) => setAsked({ ...asked, kind: e.target.value })}>
        <option value="">{text("Choose")}</option>{kinds.map((each) => <option key={each.id} value={String(each.id)}>{each.name}</option>)}
      </select></label>
      <p className="agent-promise">{text("It waits on the dispatchers' board for a team and a time.")}</p>
      <label>{text("What for")}<textarea rows={4} maxLength={2000} value={asked.words} onChange={(e) => setAsked({ ...asked, words: e.target.value })} /></label>
    </Form>
  );
}

export function EndForm({ protocol, close, ended }) {
  const text = useText();
  const [words, setWords] = useState("");
  const send = async (key) => {
    await api(`/contacts/${protocol}/end`, { method: "POST", body: { summary: words || null }, key });
    ended();
  };
  return (
    <Form title={text("End the contact {protocol}", { protocol })} act={text("End the contact")} close={close} send={send}>
      <label>{text("In one line: what it was about")}<input autoFocus maxLength={500} value={words} onChange={(e) => setWords(e.target.value)} /></label>
    </Form>
  );
}
