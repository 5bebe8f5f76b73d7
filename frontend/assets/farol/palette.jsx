// Ctrl-K: every place and every command by name; and the single-key shortcuts, shown beside the names.

import { useContext, useEffect, useMemo, useRef, useState } from "react";
import { ColorModeContext } from "$/utils/context-registry";
import { useNavigate } from "react-router";
import { useCell } from "./cell.js";
import { Icon } from "./icons.jsx";
import { useSearch } from "./agent_search.jsx";
import { pause, paused } from "./live.js";
import { may } from "./permission.js";
import { session, signOut } from "./session.js";
import { language, useText } from "./texts.js";

function fold(text) {
  return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
}

function typing(target) {
  return target.isContentEditable || ["INPUT", "SELECT", "TEXTAREA"].includes(target.tagName);
}

function useCommands() {
  const text = useText();
  const navigate = useNavigate();
  const { resolvedColorMode, setColorMode } = useContext(ColorModeContext);
  return useMemo(() => [
    { name: text("Home"), key: "1", run: () => navigate("/") },
    { name: text("Receivables of the day"), key: "2", run: () => navigate("/receivables") },
    { name: text("Receivables of the month"), key: "3", run: () => navigate("/receivables?view=month") },
    { name: text("List of receivables"), key: "4", run: () => navigate("/receivables?view=list") },
    { name: text("Overdue receivables"), run: () => navigate("/receivables?view=list&status=overdue") },
    { name: text("Service desk"), key: "0", run: () => navigate("/agent") },
    { name: text("Traffic"), key: "5", run: () => navigate("/traffic") },
    { name: text("Access: who is online"), run: () => navigate("/access") },
    { name: text("Find a session"), key: "7", run: () => navigate("/access?view=sessions") },
    { name: text("NAS and their addresses"), run: () => navigate("/access?view=nas") },
    { name: text("Service orders"), key: "8", run: () => navigate("/orders") },
    { name: text("Late orders"), run: () => navigate("/orders?stage=late") },
    { name: text("Wall: service orders"), run: () => navigate("/wall/orders") },
    { name: text("Technicians"), key: "9", run: () => navigate("/technicians") },
    { name: text("Wall: technicians"), run: () => navigate("/wall/technicians") },
    { name: text("Follow-up: commercial"), key: "0", run: () => navigate("/followup") },
    { name: text("Follow-up: finance"), run: () => navigate("/followup?department=finance") },
    { name: text("Follow-up: technical"), run: () => navigate("/followup?department=technical") },
    { name: text("Wall: follow-up"), run: () => navigate("/wall/followup") },
    { name: text("Wall: receivables"), run: () => navigate("/wall/receivables") },
    { name: text("Wall: traffic"), run: () => navigate("/wall/traffic") },
    { name: text("Wall: access"), run: () => navigate("/wall/access") },
    { name: text("Wall: rotate all scenes"), key: "6", run: () => navigate("/wall") },
    { name: text("Pause or resume updates"), key: "P", run: () => pause(!paused.get()) },
    { name: text("Switch theme"), key: "T", run: () => setColorMode(resolvedColorMode === "light" ? "dark" : "light") },
    { name: text("Switch language"), key: "L", run: () => language.set(language.get() === "pt-BR" ? "en" : "pt-BR") },
    { name: text("Sign out"), run: signOut },
  ], [text, navigate, resolvedColorMode, setColorMode]);
}

export function Palette() {
  const text = useText();
  const commands = useCommands();
  const [open, setOpen] = useState(false);
  const [query, setQuery] = useState("");
  const [chosen, setChosen] = useState(0);
  const dialog = useRef(null);
  const navigate = useNavigate();
  const { user } = useCell(session, { user: null });
  const people = useSearch(open && may(user, "subscribers", "read") ? query : "");
  const found = useMemo(() => {
    const words = fold(query).split(/\s+/).filter(Boolean);
    const named = commands.filter((c) => words.every((w) => fold(c.name).includes(w)));
    const subscribers = people.items.slice(0, 6).map((item) => ({
      name: `${item.name} · ${item.code} · ${item.city}`, id: item.id, run: () => navigate(`/agent?subscriber=${item.id}`),
    }));
    return [...named, ...subscribers];
  }, [commands, query, people.items, navigate]);

  useEffect(() => {
    const press = (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        setOpen((is) => !is);
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
      const command = commands.find((c) => c.key === event.key.toUpperCase());
      if (command) command.run();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [commands]);

  useEffect(() => {
    if (!open) return;
    setQuery("");
    setChosen(0);
    dialog.current?.showModal();
  }, [open]);

  const run = (command) => {
    setOpen(false);
    command?.run();
  };
  const keys = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      setChosen((at) => (found.length ? (at + step + found.length) % found.length : 0));
    }
    if (event.key === "Enter") {
      event.preventDefault();
      run(found[chosen]);
    }
  };

  return (
    <>
      <button type="button" className="tool tool-wide" onClick={() => setOpen(true)} title={text("Commands (Ctrl K)")}>
        <Icon name="search" /><kbd>Ctrl K</kbd><span className="sr">{text("Commands (Ctrl K)")}</span>
      </button>
      {open && (
        <dialog ref={dialog} className="palette" onClose={() => setOpen(false)} onClick={(e) => e.target === dialog.current && setOpen(false)} aria-label={text("Commands (Ctrl K)")}>
          <input autoFocus value={query} onKeyDown={keys} placeholder={text("Where to, or what to do?")} aria-label={text("Where to, or what to do?")}
            onChange={(e) => { setQuery(e.target.value); setChosen(0); }} />
          <ul role="listbox">
            {found.map((command, at) => (
              <li key={command.id ?? command.name} role="option" aria-selected={at === chosen} onMouseMove={() => setChosen(at)} onClick={() => run(command)}>
                {command.name}{command.key && <kbd>{command.key}</kbd>}
              </li>
            ))}
            {found.length === 0 && !people.busy && <li className="palette-none">{text("Nothing by that name. Try “traffic” or “wall”.")}</li>}
          </ul>
        </dialog>
      )}
    </>
  );
}
