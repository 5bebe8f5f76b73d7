// New technicians and new teams, for who may write in the field.

import { useEffect, useState } from "react";
import { useAddress } from "./address.js";
import { Form } from "./agent_forms.jsx";
import { useCell } from "./cell.js";
import { Icon } from "./icons.jsx";
import { may } from "./permission.js";
import { phoneOf } from "./phone_number.js";
import { api, session } from "./session.js";
import { useText } from "./texts.js";

const NONE = { teams: [], companies: [], units: [], cities: [], error: false };

function useChoices() {
  const [choices, setChoices] = useState(NONE);
  useEffect(() => {
    const stop = new AbortController();
    const ask = (path) => api(path, { signal: stop.signal }).then((list) => list.items);
    Promise.all(["/teams?active=true&limit=500", "/companies", "/business-units", "/cities"].map(ask))
      .then(([teams, companies, units, cities]) => setChoices({ teams, companies, units, cities, error: false }))
      .catch(() => { if (!stop.signal.aborted) setChoices({ ...NONE, error: true }); });
    return () => stop.abort();
  }, []);
  return choices;
}

/** Where somebody or some team works: a business unit of a company, and a city. */
function Where({ choices, asked, set }) {
  const text = useText();
  const company = (id) => choices.companies.find((each) => each.id === id)?.name ?? "";
  return (
    <>
      <label>{text("Business unit")}<select required value={asked.unit} onChange={set("unit")}>
        <option value="">{text("Choose")}</option>{choices.units.map((each) => <option key={each.id} value={String(each.id)}>{company(each.company_id)} · {each.name}</option>)}
      </select></label>
      <label>{text("City")}<select required value={asked.city} onChange={set("city")}>
        <option value="">{text("Choose")}</option>{choices.cities.map((each) => <option key={each.id} value={String(each.id)}>{each.name}</option>)}
      </select></label>
    </>
  );
}

function placeOf(choices, asked) {
  const unit = choices.units.find((each) => String(each.id) === asked.unit);
  return { company_id: unit?.company_id, business_unit_id: unit?.id, city_id: Number(asked.city) };
}

function Unread({ choices }) {
  const text = useText();
  return choices.error && <p className="box-problem" role="alert"><Icon name="alert" />{text("Teams and cities could not be read. Close this and try again.")}</p>;
}

function TechnicianForm({ close, added }) {
  const text = useText();
  const choices = useChoices();
  const [asked, setAsked] = useState({ name: "", phone: "", team: "", unit: "", city: "" });
  const set = (name) => (event) => setAsked((held) => ({ ...held, [name]: event.target.value }));
  const wrong = asked.phone.trim() !== "" && phoneOf(asked.phone) === null;
  const send = async (key) => {
    const place = asked.team === "none" ? placeOf(choices, asked) : { team_id: Number(asked.team) };
    const made = await api("/technicians", { method: "POST", key, body: { name: asked.name, phone: phoneOf(asked.phone), ...place } });
    added(made.id);
  };
  const phone = (event) => {
    event.target.setCustomValidity(event.target.value.trim() === "" || phoneOf(event.target.value) ? "" : text("A phone number with its area code, as (31) 99999-0000 or +351 912 345 678."));
    set("phone")(event);
  };
  return (
    <Form title={text("New technician")} act={text("Add the technician")} close={close} send={send}>
      <label>{text("Name")}<input autoFocus required maxLength={100} value={asked.name} onChange={set("name")} /></label>
      <label>{text("Phone (optional)")}<input type="tel" maxLength={30} value={asked.phone} aria-invalid={wrong} onChange={phone} /></label>
      <label>{text("Team")}<select required value={asked.team} onChange={set("team")}>
        <option value="">{text("Choose")}</option>
        {choices.teams.map((each) => <option key={each.id} value={String(each.id)}>{each.name}</option>)}
        <option value="none">{text("No team")}</option>
      </select></label>
      {asked.team === "none" && <Where choices={choices} asked={asked} set={set} />}
      <Unread choices={choices} />
    </Form>
  );
}

function TeamForm({ close }) {
  const text = useText();
  const choices = useChoices();
  const [asked, setAsked] = useState({ name: "", kind: "own", unit: "", city: "" });
  const set = (name) => (event) => setAsked((held) => ({ ...held, [name]: event.target.value }));
  const send = (key) => api("/teams", { method: "POST", key, body: { name: asked.name, kind: asked.kind, ...placeOf(choices, asked) } });
  return (
    <Form title={text("New team")} act={text("Add the team")} close={close} send={send}>
      <label>{text("Name")}<input autoFocus required maxLength={100} value={asked.name} onChange={set("name")} /></label>
      <label>{text("Kind")}<select value={asked.kind} onChange={set("kind")}>
        <option value="own">{text("Own team")}</option><option value="contracted">{text("Contracted team")}</option>
      </select></label>
      <Where choices={choices} asked={asked} set={set} />
      <Unread choices={choices} />
    </Form>
  );
}

/** The buttons at the head of the page; nothing for who may only look. */
export function TechnicianAdd() {
  const text = useText();
  const { user } = useCell(session, { user: null });
  const [open, setOpen] = useState(null);
  const [, change] = useAddress();
  if (!may(user, "field", "write")) return null;
  const close = () => setOpen(null);
  return (
    <div className="page-tools">
      <button type="button" className="button" onClick={() => setOpen("technician")}>{text("Add a technician")}</button>
      <button type="button" className="button" onClick={() => setOpen("team")}>{text("Add a team")}</button>
      {open === "technician" && <TechnicianForm close={close} added={(id) => change((next) => next.set("technician", String(id)))} />}
      {open === "team" && <TeamForm close={close} />}
    </div>
  );
}
