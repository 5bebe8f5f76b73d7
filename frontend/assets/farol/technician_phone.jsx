// The phone of a technician: its token, how it is set up, and what it sent that was not believed.

import { useCallback, useEffect, useRef, useState } from "react";
import { useCell } from "./cell.js";
import { Icon } from "./icons.jsx";
import { refusal } from "./order_words.js";
import { may } from "./permission.js";
import { api, newKey, session } from "./session.js";
import { useFormat, useText } from "./texts.js";

const DROPS = {
  malformed: (text) => text("unreadable"), invalid: (text) => text("invalid by the phone itself"), mocked: (text) => text("invented by an application"),
  nowhere: (text) => text("at 0°, 0°"), inaccurate: (text) => text("less accurate than 100 m"), future: (text) => text("from the future"),
  too_old: (text) => text("older than seven days"), impossible: (text) => text("impossible speed"), too_fast: (text) => text("too many at once"),
  revoked: (text) => text("with a dismissed token"),
};

/** What a phone sent and was not believed, each with its last sample. */
function Drops({ drops }) {
  const text = useText();
  const format = useFormat();
  if (drops.length === 0) return <p className="quiet">{text("Every position of this phone was believed.")}</p>;
  return (
    <details className="gps-drops">
      <summary>{text("{n} {n|position|positions} not believed", { n: drops.reduce((sum, drop) => sum + drop.count, 0) })}</summary>
      <ul>{drops.map((drop) => (
        <li key={drop.reason}><b>{format.integer(drop.count)}</b> {DROPS[drop.reason]?.(text) ?? drop.reason}, {format.moment(drop.at)}<code>{drop.sample}</code></li>
      ))}</ul>
    </details>
  );
}

/** A value to type into a phone. Where the browser keeps the clipboard to itself (no https), it is marked for Ctrl-C. */
function Copied({ label, value }) {
  const text = useText();
  const [done, setDone] = useState(false);
  const field = useRef(null);
  const copy = async () => {
    field.current.select();
    try {
      await navigator.clipboard.writeText(value);
      setDone(true);
    } catch (error) {
      console.info(`Not copied, only marked: ${error.message}`);
    }
  };
  return (
    <div className="gps-value">
      <label>{label}<input ref={field} readOnly value={value} onFocus={(e) => e.target.select()} /></label>
      <button type="button" className="button" onClick={copy}><Icon name={done ? "check" : "export"} />{done ? text("Copied") : text("Copy")}<span className="sr">{label}</span></button>
    </div>
  );
}

/** The token, this once, and where it goes in the applications that Farol understands. */
function SetUp({ issued, done }) {
  const text = useText();
  const url = `${window.location.origin}${issued.path}`;
  return (
    <section className="gps-setup" aria-label={text("Set the phone up")}>
      <p><b>{text("Set the phone up")}</b> {text("The token is shown this once; whoever has it reports as this technician.")}</p>
      <Copied label={text("Server address (URL)")} value={url} />
      <Copied label={text("Token")} value={issued.token} />
      <ul>
        <li>{text("Traccar Client: the address as server URL, the token as device identifier.")}</li>
        <li>{text("OwnTracks: mode HTTP, the address as URL, any user name, the token as password.")}</li>
      </ul>
      <Copied label={text("OsmAnd: online tracking to")} value={`${url}?id=${issued.token}&lat={0}&lon={1}&timestamp={2}&hdop={3}&altitude={4}&speed={5}&bearing={6}`} />
      <button type="button" className="button" onClick={done}>{text("The phone is set up")}</button>
    </section>
  );
}

/** One technician for as long as it lives: a token must not stay on screen when another one is chosen. */
export function TechnicianPhone({ id }) {
  const text = useText();
  const format = useFormat();
  const { user } = useCell(session, { user: null });
  const [item, setItem] = useState(null);
  const [state, setState] = useState({ asking: null, busy: false, error: null, issued: null });
  const key = useRef(newKey());
  const load = useCallback((signal) => api(`/technicians/${id}`, { signal }).then(setItem).catch((error) => {
    if (!signal?.aborted) setState((held) => ({ ...held, error }));
  }), [id]);
  useEffect(() => {
    const stop = new AbortController();
    load(stop.signal);
    return () => stop.abort();
  }, [load]);
  const act = async (path) => {
    setState({ asking: null, busy: true, error: null, issued: null });
    try {
      const issued = await api(`/technicians/${id}/${path}`, { method: "POST", key: key.current });
      key.current = newKey();
      setState({ asking: null, busy: false, error: null, issued });
      await load();
    } catch (error) {
      setState({ asking: null, busy: false, error, issued: null });
    }
  };
  const ask = (asking) => setState({ asking, busy: false, error: null, issued: null });
  const failed = state.error && <p className="box-problem" role="alert"><Icon name="alert" />{refusal(state.error, text)}</p>;
  if (item === null) return failed;
  const has = item.token_since !== null;
  return (
    <div className="gps-phone">
      {has
        ? <p className="quiet">{text("Token in use since {moment}.", { moment: format.moment(item.token_since) })}</p>
        : <p className="quiet">{text("This technician's phone has no token: nothing it sends is taken.")}</p>}
      {has && <Drops drops={item.drops} />}
      {failed}
      {state.issued && <SetUp issued={state.issued} done={() => ask(null)} />}
      {may(user, "field", "write") && !state.issued && (state.asking === null
        ? <div className="gps-buttons">
          <button type="button" className="button" disabled={state.busy} onClick={() => (has ? ask("gps-token") : act("gps-token"))}>{text("Issue a token")}</button>
          {has && <button type="button" className="button" disabled={state.busy} onClick={() => ask("gps-token/revoke")}>{text("Revoke the token")}</button>}
        </div>
        : <div className="gps-buttons" role="group" aria-label={text("Are you sure?")} onKeyDown={(e) => e.key === "Escape" && ask(null)}>
          <p>{text("What the phone sends with its present token is refused from now on.")}</p>
          <button type="button" className="button" autoFocus onClick={() => act(state.asking)}>{state.asking === "gps-token" ? text("Issue a token") : text("Revoke the token")}</button>
          <button type="button" className="button" onClick={() => ask(null)}>{text("Cancel")}</button>
        </div>)}
    </div>
  );
}
