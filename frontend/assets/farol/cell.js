// A value that tells who listens when it changes: the only mutable state that is shared between components.

import { useSyncExternalStore } from "react";

export function cell(initial) {
  let value = initial;
  const watching = new Set();
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const fn of [...watching]) fn();
    },
    subscribe(fn) {
      watching.add(fn);
      return () => watching.delete(fn);
    },
  };
}

/** `onServer` is what prerendered pages and hydration see; the real value follows right after. */
export function useCell(source, onServer) {
  return useSyncExternalStore(source.subscribe, source.get, () => (onServer === undefined ? source.get() : onServer));
}

/** A cell kept in the browser's storage. Where storage is refused the choice lasts as long as the page. */
export function keptCell(name, initial, valid) {
  let start = initial;
  if (typeof window !== "undefined") {
    try {
      const kept = window.localStorage.getItem(name);
      if (kept !== null && valid(kept)) start = kept;
    } catch (error) {
      console.info(`${name} is not remembered: ${error.message}`);
    }
  }
  const made = cell(start);
  made.subscribe(() => {
    try {
      window.localStorage.setItem(name, made.get());
    } catch (error) {
      console.info(`${name} is not remembered: ${error.message}`);
    }
  });
  return made;
}
