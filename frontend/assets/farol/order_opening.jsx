// Opening an order: for a subscriber, whose place and address are known, or as a task on the network.

import { useEffect, useRef, useState } from "react";
import { Icon } from "./icons.jsx";
import { refusal } from "./order_words.js";
import { api, newKey } from "./session.js";
import { useText } from "./texts.js";

function useChoices() {
  const [choices, setChoices] = useState({ kinds: [], companies: [], units: [], cities: [], error: null });
  useEffect(() => {
    const stop = new AbortController();
    const ask = (path) => api(path, { signal: stop.signal }).then((list) => list.items);
    Promise.all(["/order-kinds", "/companies", "/business-units", "/cities"].map(ask))
      .then(([kinds, companies, units, cities]) => setChoices({ kinds, companies, units, cities, error: null }))
      .catch((error) => { if (!stop.signal.aborted) setChoices((held) => ({ ...held, error })); });
    return () => stop.abort();
  }, []);
  return choices;
}

export function OrderOpening({ subscriber, close, opened }) {
  const text = useText();
  const { kinds, companies, units, cities, error } = useChoices();
  const [asked, setAsked] = useState({ for: "subscriber", subscriber: subscriber ?? "", kind: "", unit: "", city: "", location: "", description: "" });
  const [state, setState] = useState({ busy: false, error: null });
  const key = useRef(newKey());
  const first = useRef(null);
  useEffect(() => first.current?.focus(), []);
  const set = (name) => (event) => {
    key.current = newKey();
    setAsked((held) => ({ ...held, [name]: event.target.value }));
  };
  const network = asked.for === "network";
  const unit = units.find((u) => String(u.id) === asked.unit);
  const named = (kind) => (companies.length > 1 ? `${kind.name} · ${companies.find((c) => c.id === kind.company_id)?.name ?? ""}` : kind.name);
  const send = async (event) => {
    event.preventDefault();
    const body = { kind_id: Number(asked.kind), location: asked.location, description: asked.description };
    if (network) Object.assign(body, { company_id: unit?.company_id, business_unit_id: unit?.id, city_id: Number(asked.city) });
    else body.subscriber_id = Number(asked.subscriber);
    setState({ busy: true, error: null });
    try {
      const order = await api("/service-orders", { method: "POST", body, key: key.current });
      opened(order.id);
    } catch (problem) {
      setState({ busy: false, error: problem });
    }
  };
  const offered = network && unit ? kinds.filter((kind) => kind.company_id === unit.company_id) : kinds;
  const failed = state.error ?? error;
  return (
    <aside className="order" aria-label={text("New order")} onKeyDown={(e) => { if (e.key === "Escape") close(); }}>
      <header className="order-head">
        <h2>{text("New order")}</h2>
        <button type="button" className="tool" onClick={close} title={text("Close")}><Icon name="close" /><span className="sr">{text("Close")}</span></button>
      </header>
      <form className="order-move order-body" onSubmit={send}>
        <div className="segments" role="group">
          <button type="button" aria-pressed={!network} onClick={() => setAsked((held) => ({ ...held, for: "subscriber" }))}>{text("Visit")}</button>
          <button type="button" aria-pressed={network} onClick={() => setAsked((held) => ({ ...held, for: "network" }))}>{text("Task on the network")}</button>
        </div>
        {network
          ? <>
            <label>{text("Business unit")}<select ref={first} value={asked.unit} onChange={set("unit")} required><option value="">{text("Choose")}</option>{units.map((u) => <option key={u.id} value={String(u.id)}>{companies.find((c) => c.id === u.company_id)?.name ?? ""} · {u.name}</option>)}</select></label>
            <label>{text("City")}<select value={asked.city} onChange={set("city")} required><option value="">{text("Choose")}</option>{cities.map((c) => <option key={c.id} value={String(c.id)}>{c.name}</option>)}</select></label>
          </>
          : <label>{text("Subscriber's number")}<input ref={first} inputMode="numeric" pattern="[0-9]{1,15}" value={asked.subscriber} onChange={set("subscriber")} required /></label>}
        <label>{text("Kind")}<select value={asked.kind} onChange={set("kind")} required><option value="">{text("Choose")}</option>{offered.map((kind) => <option key={kind.id} value={String(kind.id)}>{named(kind)}</option>)}</select></label>
        <label>{network ? text("Where") : text("Where, if not at the installation address")}<input maxLength={300} value={asked.location} onChange={set("location")} required={network} /></label>
        <label>{text("What for")}<textarea rows={3} maxLength={2000} value={asked.description} onChange={set("description")} /></label>
        {failed && <p className="box-problem" role="alert"><Icon name="alert" />{refusal(failed, text)}</p>}
        <div className="order-buttons">
          <button type="submit" className="button button-do" disabled={state.busy}>{state.busy ? text("Sending…") : text("Open the order")}</button>
          <button type="button" className="button" onClick={close}>{text("Cancel")}</button>
        </div>
      </form>
    </aside>
  );
}
