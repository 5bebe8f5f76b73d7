// The one box: asks while typing, a keystroke cancels what was asked before it, arrows and Enter choose.

import { useEffect, useId, useRef, useState } from "react";
import { fieldName, marked, standing } from "./agent_words.js";
import { Icon } from "./icons.jsx";
import { api } from "./session.js";
import { useText } from "./texts.js";

const PAUSE_MS = 120;

export function Marked({ shown, typed }) {
  return marked(shown, typed).map((piece, at) => (piece.lit ? <mark key={at}>{piece.text}</mark> : <span key={at}>{piece.text}</span>));
}

/** `{ items, more, error, busy }` of what is typed now, never of what was typed before. */
export function useSearch(typed) {
  const [state, setState] = useState({ items: [], more: false, error: null, busy: false, of: "" });
  useEffect(() => {
    const q = typed.trim();
    if (q.length < 2) {
      setState({ items: [], more: false, error: null, busy: false, of: q });
      return undefined;
    }
    const stop = new AbortController();
    setState((held) => ({ ...held, busy: true }));
    const timer = setTimeout(async () => {
      try {
        const page = await api(`/search?limit=12&q=${encodeURIComponent(q)}`, { signal: stop.signal });
        setState({ items: page.items, more: page.more, error: null, busy: false, of: q });
      } catch (error) {
        if (!stop.signal.aborted) setState({ items: [], more: false, error, busy: false, of: q });
      }
    }, PAUSE_MS);
    return () => { clearTimeout(timer); stop.abort(); };
  }, [typed]);
  return state;
}

export function AgentSearch({ choose, chosen, boxRef }) {
  const text = useText();
  const [typed, setTyped] = useState("");
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  const own = useRef(null);
  const box = boxRef ?? own;
  const list = useId();
  const { items, more, error, busy, of } = useSearch(typed);
  useEffect(() => setAt(0), [of]);
  const take = (item) => {
    if (!item) return;
    setOpen(false);
    setTyped("");
    box.current?.blur();
    choose(item);
  };
  const keys = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && items.length) {
      event.preventDefault();
      setAt((held) => (held + step + items.length) % items.length);
    }
    if (event.key === "Enter" && of === typed.trim()) take(items[at]);
    if (event.key === "Escape") { setOpen(false); box.current?.blur(); }
  };
  const shown = open && typed.trim().length >= 2;
  return (
    <div className="agent-search">
      <Icon name="search" />
      <input ref={box} value={typed} maxLength={200} role="combobox" aria-expanded={shown} aria-controls={list} aria-activedescendant={shown && items[at] ? `${list}-${at}` : undefined} autoComplete="off" spellCheck={false}
        placeholder={chosen ? text("Another subscriber…") : text("Name, CPF, phone, address, login, serial, protocol…")} aria-label={text("Find a subscriber")}
        onChange={(e) => { setTyped(e.target.value); setOpen(true); }} onFocus={() => setOpen(true)} onBlur={() => setOpen(false)} onKeyDown={keys} />
      <kbd>/</kbd>
      {shown && (
        <div className={`agent-found ${busy ? "is-busy" : ""}`} onMouseDown={(e) => e.preventDefault()}>
          <ul role="listbox" id={list}>
            {items.map((item, place) => {
              const how = standing(item.status);
              return (
                <li key={item.id} id={`${list}-${place}`} role="option" aria-selected={place === at} onMouseMove={() => setAt(place)} onClick={() => take(item)}>
                  <span className="found-name"><b><Marked shown={item.name} typed={of} /></b><span className={`status ${how.level}`}><Icon name={how.shape} />{how.label(text)}</span></span>
                  <span className="found-under">{[item.code, item.document, item.neighbourhood, item.city].filter(Boolean).join(" · ")}</span>
                  <span className="found-why">{item.why.filter((w) => w.field !== "name").map((w) => <span key={w.field}><i>{fieldName(w.field, text)}</i> <Marked shown={w.text} typed={of} /></span>)}</span>
                </li>
              );
            })}
          </ul>
          {error && <p className="found-none"><Icon name="alert" />{error.detail ?? text("The server did not answer. Check the connection and try again.")}</p>}
          {!error && items.length === 0 && of === typed.trim() && !busy && <p className="found-none">{text("Nobody fits. Try the last digits of the phone, the CPF, or part of the street.")}</p>}
          {more && <p className="found-none">{text("There are more. Type more of it.")}</p>}
        </div>
      )}
    </div>
  );
}
