// A department's open requests as small pictures: by deadline and by kind. Desks choose with them, walls only show.

import { useAddress, put } from "./address.js";
import { deadlineLevel, deadlineWords } from "./deadline.jsx";
import { departmentName, useSummedDepartment } from "./department.js";
import { Icon } from "./icons.jsx";
import { useLive } from "./live.js";
import { useFormat, useText } from "./texts.js";

const DEADLINES = [
  ["overdue", (text) => text("past the deadline"), "level-bad", "stop"],
  ["today", (text) => text("due today"), "level-warn", "alert"],
  ["week", (text) => text("within 7 days"), "", null],
  ["later", (text) => text("later"), "", null],
];
const FIELDS = { overdue: "overdue", today: "due_today", week: "due_week", later: "due_later" };

/** A bar with its name and figure; the part that is late is marked. `choose` makes it a button. */
function Bar({ name, count, late = 0, top, level = "", icon = null, chosen = false, choose = null }) {
  const format = useFormat();
  const inside = (
    <>
      <span className="tally-name">{icon && count > 0 && <Icon name={icon} />}{name}</span>
      <span className="tally-count">{format.integer(count)}</span>
      <span className="tally-track">
        <span className="tally-late" style={{ width: `${(late / top) * 100}%` }} />
        <span className="tally-fill" style={{ width: `${((count - late) / top) * 100}%` }} />
      </span>
    </>
  );
  const className = `tally ${count > 0 ? level : "is-zero"}`;
  return (
    <li>{choose
      ? <button type="button" className={className} aria-pressed={chosen} onClick={choose}>{inside}</button>
      : <span className={className}>{inside}</span>}
    </li>
  );
}

function Bars({ held, rows, parameter = null }) {
  const [params, change] = useAddress();
  const top = Math.max(1, ...rows.map((row) => row.count));
  return (
    <ul className={`tallies ${held ? "" : "is-waiting"}`}>
      {rows.map((row) => {
        const chosen = parameter !== null && params.get(parameter) === String(row.value);
        const choose = parameter && (() => change((next) => put(next, parameter, chosen ? null : String(row.value))));
        return <Bar key={row.value} {...row} top={top} chosen={chosen} choose={choose} />;
      })}
    </ul>
  );
}

function deadlineRows(held, text) {
  return DEADLINES.map(([value, name, level, icon]) => ({ value, name: name(text), level, icon, count: held?.[FIELDS[value]] ?? 0 }));
}

function kindRows(held, limit) {
  return (held?.by_kind ?? []).slice(0, limit).map((k) => ({ value: k.kind, name: k.kind, count: k.open, late: k.overdue }));
}

/** Open requests by deadline; a press narrows the list to them. */
export function ByDeadline() {
  const text = useText();
  const held = useLive("followup.summary", { department: useSummedDepartment() });
  return <Bars held={held} rows={deadlineRows(held, text)} parameter="due" />;
}

/** Open requests by kind, the late part marked; a press narrows the list to them. */
export function ByKind({ limit = 5 }) {
  const text = useText();
  const held = useLive("followup.summary", { department: useSummedDepartment() });
  if (held && held.by_kind.length === 0) return <p className="calm"><Icon name="ok" />{text("Nothing is open.")}</p>;
  return <Bars held={held} rows={kindRows(held, limit)} parameter="kind" />;
}

/** One department on a wall: how many are open, what is late, the oldest, and of which kinds they are. */
export function DepartmentWall({ department, limit = 4 }) {
  const text = useText();
  const format = useFormat();
  const held = useLive("followup.summary", { department });
  const figure = (name, count, level = "", icon = null) => (
    <div className={`figure ${count ? level : "is-zero"}`}>
      <span className="figure-name">{name}</span>
      <span className="figure-value">{icon && count > 0 && <Icon name={icon} />}{format.integer(count)}</span>
    </div>
  );
  const oldest = held?.oldest_days_left ?? null;
  return (
    <div className="department">
      <div className="department-open">
        <span className="department-count" key={held?.open}>{format.integer(held?.open)}</span>
        <span className="department-word">{text("open requests")}</span>
        <span className={`department-oldest ${oldest === null ? "" : deadlineLevel(oldest)}`}>
          {oldest === null ? "\u00a0" : text("oldest: {deadline}", { deadline: deadlineWords(oldest, text) })}
        </span>
      </div>
      <div className="department-figures">
        {figure(text("Past the deadline"), held?.overdue, "level-bad", "stop")}
        {figure(text("Today"), held?.due_today, "level-warn", "alert")}
        {figure(text("Free"), held?.free)}
        {figure(text("Answered"), held?.closed_today)}
      </div>
      {held && held.by_kind.length === 0
        ? <p className="calm"><Icon name="ok" />{text("Nothing is open.")}</p>
        : <Bars held={held} rows={kindRows(held, limit)} />}
    </div>
  );
}

/** Tabs of the departments; the choice is `?department=`, and what was chosen inside one is left behind. */
export function DepartmentTabs({ departments }) {
  const text = useText();
  const [, change] = useAddress();
  const chosen = useSummedDepartment();
  const go = (department) => change((next) => {
    for (const name of ["request", "kind", "due"]) next.delete(name);
    put(next, "department", department === departments[0] ? null : department);
  }, { push: true });
  return (
    <div className="segments segments-views" role="group" aria-label={text("Department")}>
      {departments.map((name) => (
        <button key={name} type="button" aria-pressed={chosen === name} onClick={() => go(name)}>{departmentName(name, text)}</button>
      ))}
    </div>
  );
}
