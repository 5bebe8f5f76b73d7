// The NAS whose accounting is heard, with what is online on each; and a form to add one, for who may.

import { useEffect, useState } from "react";
import { useCell } from "./cell.js";
import { Icon } from "./icons.jsx";
import { useLive } from "./live.js";
import { PAGE, problem, usePages } from "./pages.js";
import { may } from "./permission.js";
import { api, session } from "./session.js";
import { useFormat, useText } from "./texts.js";

const VENDORS = ["mikrotik", "huawei", "juniper", "cisco", "nokia", "zte", "accel-ppp", "ruckus"];
const BLANK = { name: "", address: "", secret: "", vendor: "mikrotik", city_id: "", company_id: "" };

function usePlaces() {
  const [places, setPlaces] = useState({ companies: [], cities: [] });
  useEffect(() => {
    const stop = new AbortController();
    Promise.all(["/companies", "/cities"].map((path) => api(path, { signal: stop.signal })))
      .then(([companies, cities]) => setPlaces({ companies: companies.items, cities: cities.items }))
      .catch((error) => stop.signal.aborted || console.info(`The places could not be read: ${error.message}`));
    return () => stop.abort();
  }, []);
  return places;
}

export function NasList() {
  const text = useText();
  const format = useFormat();
  const { user } = useCell(session, { user: null });
  const places = usePlaces();
  const counts = new Map((useLive("access.online", {})?.by_nas ?? []).map((row) => [row.id, row]));
  const { items, next, loading, error, load, download, exporting } = usePages("/nas", "");
  const city = (id) => places.cities.find((c) => c.id === id)?.name ?? "—";
  return (
    <>
      {may(user, "access", "write") && <NewNas places={places} added={() => load(null)} />}
      <div className="list">
        <div className="list-head">
          <span>{loading && items.length === 0 ? text("Reading…") : text("{n} NAS", { n: items.length })}</span>
          <button type="button" className="button" onClick={download} disabled={exporting}><Icon name="export" />{exporting ? text("Exporting…") : text("Export CSV")}</button>
        </div>
        {error && <p className="box-problem" role="note"><Icon name="alert" />{problem(error, text)} <button type="button" className="link" onClick={() => load(null)}>{text("Try again")}</button></p>}
        <div className="table-scroll list-scroll" tabIndex={0}>
          <table className="table">
            <thead><tr>
              <th scope="col">{text("Name")}</th><th scope="col">{text("Address")}</th><th scope="col" className="rank-2">{text("Vendor")}</th><th scope="col" className="rank-2">{text("City")}</th>
              <th scope="col" className="rank-3">{text("Last restart")}</th><th scope="col" className="numeric rank-2">{text("Silent")}</th><th scope="col" className="numeric">{text("Online now")}</th>
            </tr></thead>
            <tbody>
              {items.map((nas) => (
                <tr key={nas.id}>
                  <td className="kind-name">{nas.name}</td><td>{nas.address}</td><td className="rank-2">{nas.vendor === "other" ? text("other") : nas.vendor}</td><td className="rank-2">{city(nas.city_id)}</td>
                  <td className="rank-3"><time>{nas.reloaded_at ? format.moment(nas.reloaded_at) : "—"}</time></td>
                  <td className="numeric rank-2">{format.integer(counts.get(nas.id)?.unknown)}</td><td className="numeric">{format.integer(counts.get(nas.id)?.online)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {!loading && !error && items.length === 0 && <p className="empty">{text("No NAS yet. Add the address from which the first one sends, and the secret it shares with Farol; its accounting goes to UDP port 1813 of the collector.")}</p>}
        </div>
        {next && <button type="button" className="button list-more" disabled={loading} onClick={() => load(next)}>{loading ? text("Reading…") : text("Show {n} more", { n: PAGE })}</button>}
      </div>
    </>
  );
}

function NewNas({ places, added }) {
  const text = useText();
  const [open, setOpen] = useState(false);
  const [asked, setAsked] = useState(BLANK);
  const [state, setState] = useState({ sending: false, error: null, done: null });
  const field = (name) => ({ name, value: asked[name], onChange: (e) => setAsked({ ...asked, [name]: e.target.value }) });
  const send = async (event) => {
    event.preventDefault();
    setState({ sending: true, error: null, done: null });
    try {
      const company = asked.company_id ? Number(asked.company_id) : places.companies.length === 1 ? places.companies[0].id : null;
      await api("/nas", { method: "POST", body: { ...asked, city_id: Number(asked.city_id), company_id: company } });
      setState({ sending: false, error: null, done: asked.name });
      setAsked({ ...BLANK, company_id: asked.company_id, city_id: asked.city_id });
      added();
    } catch (error) {
      setState({ sending: false, error, done: null });
    }
  };
  if (!open) return <div><button type="button" className="button" onClick={() => setOpen(true)}><Icon name="pin" />{text("Add a NAS")}</button></div>;
  return (
    <form className="new-nas" onSubmit={send}>
      <label>{text("Name")}<input autoFocus required maxLength={200} {...field("name")} /></label>
      <label>{text("Address or network")}<input required maxLength={60} placeholder="10.0.0.1" {...field("address")} /></label>
      <label>{text("Shared secret")}<input required type="password" autoComplete="new-password" maxLength={128} {...field("secret")} /></label>
      <label>{text("Vendor")}<select {...field("vendor")}>{VENDORS.map((name) => <option key={name} value={name}>{name}</option>)}<option value="other">{text("other")}</option></select></label>
      {places.companies.length > 1 && <label>{text("Company")}<select required {...field("company_id")}><option value="">—</option>{places.companies.map((c) => <option key={c.id} value={c.id}>{c.name}</option>)}</select></label>}
      <label>{text("City")}<select required {...field("city_id")}><option value="">—</option>{places.cities.map((c) => <option key={c.id} value={c.id}>{c.name}</option>)}</select></label>
      <span className="new-nas-ends">
        <button type="submit" className="button button-lead" disabled={state.sending}>{state.sending ? text("Saving…") : text("Add")}</button>
        <button type="button" className="button" onClick={() => setOpen(false)}>{text("Close")}</button>
      </span>
      {state.error && <p className="box-problem" role="alert"><Icon name="alert" />{problem(state.error, text)}</p>}
      {state.done && <p className="calm" role="status"><Icon name="ok" />{text("{name} was added. Its accounting is believed within seconds.", { name: state.done })}</p>}
    </form>
  );
}
