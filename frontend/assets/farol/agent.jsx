// The agent's desk: the protocol first, then one box to find who calls, then everything about them at once.

import { useCallback, useEffect, useRef, useState } from "react";
import { put, useAddress } from "./address.js";
import { EndForm, NoteForm, OrderForm, RequestForm } from "./agent_forms.jsx";
import { ConnectionBox, ContactsBox, DebtsBox, NotesBox, WhoBox, WorkBox } from "./agent_screen.jsx";
import { AgentSearch } from "./agent_search.jsx";
import { CHANNELS, channelOf } from "./agent_words.js";
import { useCell } from "./cell.js";
import { Icon } from "./icons.jsx";
import { topicKey, useLive, useTopic } from "./live.js";
import { may } from "./permission.js";
import { api, session } from "./session.js";
import { useFormat, useText } from "./texts.js";

function typing(target) {
  return target.isContentEditable || ["INPUT", "SELECT", "TEXTAREA"].includes(target.tagName) || target.closest?.("dialog");
}

/** A protocol as it is read out: 2026 11 000 042. */
function spoken(protocol) {
  return [protocol.slice(0, 4), protocol.slice(4, 6), ...(protocol.slice(6).match(/.{1,3}/g) ?? [])].join("\u2009");
}

function Protocol({ protocol, since }) {
  const text = useText();
  const format = useFormat();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(protocol);
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  return (
    <div className="agent-protocol">
      <span className="figure-name">{text("Protocol")}{since && ` · ${text("since {time}", { time: format.time(since) })}`}</span>
      <span className="protocol-number"><b aria-label={protocol}>{spoken(protocol)}</b>
        <button type="button" className="tool" onClick={copy} title={text("Copy the protocol")}><Icon name={copied ? "check" : "copy"} /><span className="sr">{copied ? text("Copied") : text("Copy the protocol")}</span></button></span>
    </div>
  );
}

function Start({ started }) {
  const text = useText();
  const [channel, setChannel] = useState("phone");
  const [companies, setCompanies] = useState([]);
  const [company, setCompany] = useState("");
  const [state, setState] = useState({ busy: false, error: null });
  useEffect(() => {
    const stop = new AbortController();
    api("/companies", { signal: stop.signal }).then((list) => {
      setCompanies(list.items);
      setCompany(String(list.items[0]?.id ?? ""));
    }).catch(() => setCompanies([]));
    return () => stop.abort();
  }, []);
  const start = async () => {
    setState({ busy: true, error: null });
    try {
      started(await api("/contacts", { method: "POST", body: { channel, company_id: company ? Number(company) : null }, key: crypto.randomUUID() }));
    } catch (error) {
      setState({ busy: false, error });
    }
  };
  return (
    <div className="agent-start">
      {companies.length > 1 && <select value={company} onChange={(e) => setCompany(e.target.value)} aria-label={text("Company")}>{companies.map((c) => <option key={c.id} value={String(c.id)}>{c.name}</option>)}</select>}
      <select value={channel} onChange={(e) => setChannel(e.target.value)} aria-label={text("How they reached us")}>{CHANNELS.map((c) => <option key={c} value={c}>{channelOf(c, text)}</option>)}</select>
      <button type="button" className="button button-lead" data-key="c" onClick={start} disabled={state.busy}>{text("Start contact")}<kbd>C</kbd></button>
      {state.error && <span className="level-warn" role="alert"><Icon name="alert" />{state.error.detail ?? text("The server did not answer. Check the connection and try again.")}</span>}
    </div>
  );
}

/** Who else is at this screen. Watching the topic is what shows oneself to them. */
function Others({ id }) {
  const text = useText();
  const { user } = useCell(session, { user: null });
  const rows = useLive("subscriber.presence", { id });
  const others = (rows ?? []).filter((each) => each.id !== user?.id);
  if (others.length === 0) return null;
  return <p className="agent-others" role="status"><Icon name="people" />{text("Also here: {names}", { names: others.map((each) => each.name).join(", ") })}</p>;
}

function useContact(protocol) {
  const [contact, setContact] = useState(null);
  useEffect(() => {
    if (!protocol) { setContact(null); return undefined; }
    const stop = new AbortController();
    api(`/contacts/${encodeURIComponent(protocol)}`, { signal: stop.signal }).then((held) => setContact(held.contact)).catch((error) => { if (!stop.signal.aborted) setContact({ protocol, error }); });
    return () => stop.abort();
  }, [protocol]);
  return [contact, setContact];
}

function Tool({ label, hint, onClick, disabled, title, icon = "pin" }) {
  return <button type="button" className="button agent-tool" data-key={hint.toLowerCase()} onClick={onClick} disabled={disabled} title={title}><Icon name={icon} />{label}<kbd>{hint}</kbd></button>;
}

export function AgentDesk() {
  const text = useText();
  const [params, change, here] = useAddress();
  const { user } = useCell(session, { user: null });
  const protocol = params.get("protocol") ?? "";
  const id = Number(params.get("subscriber")) || 0;
  const [contact, setContact] = useContact(protocol);
  const [form, setForm] = useState(null);
  const [trouble, setTrouble] = useState(null);
  const box = useRef(null);
  const topic = id ? topicKey("subscriber", { id }) : "";
  const held = useTopic(topic);
  const data = held?.data;
  const open = Boolean(contact && !contact.ended_at && !contact.error);
  const close = useCallback(() => setForm(null), []);

  const identify = useCallback(async (who, subscriber) => {
    try {
      setContact(await api(`/contacts/${who}/subscriber`, { method: "POST", body: { subscriber_id: subscriber } }));
      setTrouble(null);
    } catch (error) {
      setTrouble(error.detail ?? text("The server did not answer. Check the connection and try again."));
    }
  }, [setContact, text]);
  const choose = useCallback((item) => {
    change((next) => put(next, "subscriber", String(item.id)), { push: true });
    if (open) identify(protocol, item.id);
  }, [change, identify, open, protocol]);
  const started = useCallback((made) => {
    setContact(made);
    setTrouble(null);
    change((next) => { put(next, "protocol", made.protocol); put(next, "subscriber", ""); });
    setTimeout(() => box.current?.focus(), 0);
  }, [change, setContact]);

  useEffect(() => {
    const press = (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
      if (event.key === "/") {
        event.preventDefault();
        box.current?.focus();
        return;
      }
      const button = document.querySelector(`.agent [data-key="${CSS.escape(event.key.toLowerCase())}"]:not(:disabled)`);
      if (button) { event.preventDefault(); button.click(); }
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, []);

  const who = data?.who;
  const writes = may(user, "care", "write");
  return (
    <div className="agent">
      <div className="agent-bar">
        {open ? <Protocol protocol={protocol} since={contact.started_at} /> : writes && here ? <Start started={started} /> : null}
        <AgentSearch choose={choose} chosen={Boolean(id)} boxRef={box} />
        {id > 0 && <Others id={id} />}
        {open && <Tool label={text("End contact")} hint="E" icon="check" onClick={() => setForm("end")} />}
      </div>
      {trouble && <p className="box-problem" role="alert"><Icon name="alert" />{trouble}</p>}
      {contact?.error && <p className="box-problem" role="alert"><Icon name="alert" />{contact.error.detail ?? text("This contact could not be read.")}</p>}
      {!id && <div className="agent-empty">
        <p><b>{open ? text("Tell the caller the protocol, then find who it is.") : text("Start a contact: the protocol comes first.")}</b></p>
        <p>{text("The box understands a name, a CPF or CNPJ, a phone in any notation or its last digits, an address, a condominium, a pole, a tag, a serial number, a login, an IP or MAC address, a protocol.")}</p>
        <p className="hint"><kbd>C</kbd> {text("starts a contact")} · <kbd>/</kbd> {text("goes to the box")} · <kbd>↑</kbd> <kbd>↓</kbd> <kbd>Enter</kbd> {text("choose")}</p>
      </div>}
      {id > 0 && held?.error && <p className="box-problem" role="note"><Icon name="alert" />{held.error.message}</p>}
      {id > 0 && data && !who && <div className="agent-empty"><p><b>{text("No subscriber with this number is known to you.")}</b></p><p>{text("Check the link, or look for them in the box above.")}</p></div>}
      {who && (
        <div className="agent-screen">
          <WhoBox data={data} topic={topic} />
          <div className="agent-column"><ConnectionBox data={data} topic={topic} /><DebtsBox data={data} topic={topic} /></div>
          <div className="agent-column">
            <WorkBox data={data} topic={topic} tools={<>
              {writes && <Tool label={text("Request")} hint="R" onClick={() => setForm("request")} disabled={!open} title={open ? "" : text("A request belongs to a contact: start one first.")} />}
              {may(user, "orders", "open") && <Tool label={text("Order")} hint="O" onClick={() => setForm("order")} />}
            </>} />
            <NotesBox data={data} topic={topic} tools={writes && <Tool label={text("New note")} hint="N" onClick={() => setForm("note")} />} />
            <ContactsBox data={data} topic={topic} />
          </div>
        </div>
      )}
      {form === "note" && who && <NoteForm id={id} protocol={open ? protocol : null} close={close} />}
      {form === "request" && who && <RequestForm protocol={protocol} who={who} close={close} />}
      {form === "order" && who && <OrderForm id={id} who={who} close={close} />}
      {form === "end" && <EndForm protocol={protocol} close={close} ended={() => { setContact(null); change((next) => put(next, "protocol", "")); }} />}
    </div>
  );
}
