// Finding a session: one box for login, address and MAC, and the instant at which it was. What is asked stands in the address.

import { useMemo } from "react";
import { endName } from "./access.jsx";
import { put, useAddress } from "./address.js";
import { Icon } from "./icons.jsx";
import { PAGE, narrowed, problem, usePages } from "./pages.js";
import { macText, ofWallTime, understand, wallTime } from "./sought.js";
import { useFormat, useText } from "./texts.js";
import { SearchBox } from "./when.jsx";

const nobody = () => {};

function State({ session }) {
  const text = useText();
  if (session.state === "online") return <span className="status"><Icon name="ok" />{text("online")}</span>;
  if (session.state === "unknown") return <span className="status level-warn"><Icon name="alert" />{text("silent")}</span>;
  return <span className="status quiet">{endName(session.ended, text)}</span>;
}

/** The instant, in the provider's time, with seconds: courts ask for them. */
function Instant({ at, change, disabled }) {
  const text = useText();
  const format = useFormat();
  const ms = at ? Date.parse(at) : Number.NaN;
  return (
    <div className="instant">
      <label>{text("Who was it at")}
        <input type="datetime-local" step="1" disabled={disabled} value={Number.isNaN(ms) ? "" : wallTime(ms, format.zone)} onChange={(e) => {
          const chosen = e.target.value ? ofWallTime(e.target.value, format.zone) : null;
          change((address) => put(address, "at", chosen === null ? null : new Date(chosen).toISOString().replace(".000Z", "Z")));
        }} />
      </label>
      {at && <button type="button" className="tool" onClick={() => change((address) => address.delete("at"))} title={text("At any time")}><Icon name="close" /><span className="sr">{text("At any time")}</span></button>}
    </div>
  );
}

function meaning(sought, text) {
  return { login: text("searched as a login"), address: text("searched as an address"), mac: text("searched as a MAC address") }[sought.kind];
}

export function Sessions() {
  const text = useText();
  const format = useFormat();
  const [params, change, here] = useAddress();
  const [q, at] = [params.get("q") ?? "", params.get("at") ?? ""];
  const sought = useMemo(() => understand(q), [q]);
  const wanted = sought ? narrowed({ [sought.kind]: sought.value, at }) : "";
  const { items, next, loading, error, load, download, exporting } = usePages("/sessions", wanted, here);
  const span = (s) => format.span((Date.parse(s.ended_at ?? s.last_at) - Date.parse(s.started_at)) / 1000);
  const count = loading && items.length === 0 ? text("Reading…") : next ? text("{n} shown, there are more", { n: items.length }) : text("{n} sessions", { n: items.length });
  return (
    <>
      <div className="session-search">
        <SearchBox placeholder={text("Login, IP or MAC")} label={text("Search sessions")} onSearch={nobody} />
        <Instant at={at} change={change} disabled={!sought} />
        <p className="session-meaning">{sought ? meaning(sought, text) : text("Without a search: who is online, last to come first.")}</p>
      </div>
      <div className="list">
        <div className="list-head">
          <span>{count}</span>
          <button type="button" className="button" onClick={download} disabled={exporting}><Icon name="export" />{exporting ? text("Exporting…") : text("Export CSV")}</button>
        </div>
        {error && <p className="box-problem" role="note"><Icon name="alert" />{problem(error, text)} <button type="button" className="link" onClick={() => load(null)}>{text("Try again")}</button></p>}
        <div className="table-scroll list-scroll" tabIndex={0}>
          <table className="table sessions">
            <thead><tr>
              <th scope="col">{text("Login")}</th><th scope="col">{text("Address")}</th><th scope="col" className="rank-2">MAC</th><th scope="col" className="rank-3">NAS</th>
              <th scope="col" className="rank-2">{text("Began")}</th><th scope="col" className="rank-3">{text("Ended")}</th><th scope="col" className="numeric rank-3">{text("Lasted")}</th>
              <th scope="col" className="numeric rank-3">{text("Down / up")}</th><th scope="col">{text("Status")}</th>
            </tr></thead>
            <tbody>
              {items.map((s) => (
                <tr key={`${s.id}/${s.ended_at ?? ""}`}>
                  <td className="session-who"><span className="cell-main">{s.login || "—"}</span><span className="cell-under">{s.subscriber ?? text("no contract has this login")}</span></td>
                  <td><span className="cell-main">{s.address ?? "—"}</span><span className="cell-under">{s.delegated_prefix ?? "\u00a0"}</span></td>
                  <td className="rank-2">{macText(s.mac) ?? "—"}</td>
                  <td className="rank-3"><span className="cell-main">{s.nas}</span><span className="cell-under">{s.port || "\u00a0"}</span></td>
                  <td className="rank-2"><time>{format.moment(s.started_at)}</time></td>
                  <td className="rank-3"><time>{s.ended_at ? format.moment(s.ended_at) : "—"}</time></td>
                  <td className="numeric rank-3">{span(s)}</td>
                  <td className="numeric rank-3">{format.volume(s.out_octets)} / {format.volume(s.in_octets)}</td>
                  <td><State session={s} /><span className="cell-under only-narrow">{format.moment(s.started_at)}</span></td>
                </tr>
              ))}
            </tbody>
          </table>
          {!loading && !error && items.length === 0 && (
            <p className="empty">{!sought ? text("Nobody is online. Sessions appear here as the NAS report them.")
              : at ? text("Nobody had this at that instant, as far as your user may see. Try without the instant.") : text("No session has this. Check the spelling: the whole login, the whole address or all twelve digits of the MAC.")}</p>
          )}
        </div>
        {next && <button type="button" className="button list-more" disabled={loading} onClick={() => load(next)}>{loading ? text("Reading…") : text("Show {n} more", { n: PAGE })}</button>}
      </div>
    </>
  );
}
