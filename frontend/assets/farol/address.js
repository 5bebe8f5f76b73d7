// What a page shows is in its address. Prerendered pages know no query, so until React has taken a page over the query
// reads as empty: markup that differs between the two would be left half and half.

import { useCallback, useMemo, useSyncExternalStore } from "react";
import { useSearchParams } from "react-router";

const EMPTY = new URLSearchParams();
const never = () => () => {};

/** False while a prerendered page is taken over, true from then on. */
export function useHydrated() {
  return useSyncExternalStore(never, () => true, () => false);
}

/** The query parameters, and `change(edit, { push })` where `edit(params)` alters a copy of them. */
export function useAddress() {
  const [given, setGiven] = useSearchParams();
  const here = useHydrated();
  const change = useCallback((edit, { push = false } = {}) => setGiven((now) => {
    const next = new URLSearchParams(now);
    edit(next);
    return next;
  }, { replace: !push, preventScrollReset: true }), [setGiven]);
  return useMemo(() => [here ? given : EMPTY, change, here], [given, change, here]);
}

/** One parameter of the query, empty when absent. This is what `frontend.live.query` compiles to. */
export function useQuery(name) {
  const [params] = useAddress();
  return params.get(name) ?? "";
}

/** Sets a parameter, or takes it away when the value is empty. */
export function put(params, name, value) {
  if (value) params.set(name, value);
  else params.delete(name);
}
