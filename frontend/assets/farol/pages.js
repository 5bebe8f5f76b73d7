// Pages of a list of the REST API: by cursor, narrowed by a query, exported whole, and what went wrong in words.

import { useCallback, useEffect, useRef, useState } from "react";
import { downloadCsv } from "./download.js";
import { api } from "./session.js";

export const PAGE = 50;

/** The parts of a query that say something, as `&name=value`. */
export function narrowed(narrow) {
  return Object.entries(narrow).filter(([, value]) => value).map(([k, v]) => `&${k}=${encodeURIComponent(v)}`).join("");
}

/** A refused filter is the person's to correct; anything else is ours to say. */
export function problem(error, text) {
  if (error.status === 403) return text("Your user may not see this. Ask whoever manages users.");
  if (error.status === 0) return text("The server did not answer. Check the connection and try again.");
  return error.detail ?? text("The list could not be read. Try again in a moment.");
}

/** `path` below /api/v1; `wanted` from `narrowed`. Nothing is asked until `ready`. */
export function usePages(path, wanted, ready = true) {
  const [state, setState] = useState({ items: [], next: null, loading: true, error: null });
  const [exporting, setExporting] = useState(false);
  const turn = useRef(0);
  const load = useCallback(async (cursor) => {
    const mine = ++turn.current;
    setState((held) => ({ ...held, items: cursor ? held.items : [], loading: true, error: null }));
    try {
      const page = await api(`${path}?limit=${PAGE}${wanted}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`);
      if (mine !== turn.current) return;
      setState((held) => ({ items: cursor ? [...held.items, ...page.items] : page.items, next: page.next, loading: false, error: null }));
    } catch (error) {
      if (mine === turn.current) setState((held) => ({ ...held, loading: false, error }));
    }
  }, [path, wanted]);

  useEffect(() => {
    if (ready) load(null);
  }, [ready, load]);

  const download = useCallback(async () => {
    setExporting(true);
    try {
      await downloadCsv(`${path}?${wanted.slice(1)}`, `${path.slice(1)}.csv`);
    } catch (error) {
      setState((held) => ({ ...held, error }));
    } finally {
      setExporting(false);
    }
  }, [path, wanted]);
  return { ...state, load, download, exporting };
}
