// The page's one live socket, and the hooks that bind React to it. The rules are in client.js and protocol.js.
//
// Values are shown in one flush per animation frame. A paused page keeps receiving, and shows everything when resumed.

import { useCallback, useMemo, useSyncExternalStore } from "react";
import { cell, useCell } from "./cell.js";
import { BUILD } from "./build.js";
import { LiveClient } from "./client.js";
import { ageState, topicKey } from "./protocol.js";

export { topicKey };

const browser = typeof window !== "undefined";
const HIDDEN_FLUSH_MS = 1000; // animation frames stop in a hidden tab

const shown = new Map(); // key -> the topic as it is on screen
const listeners = new Map(); // key -> Set(fn)
const dirty = new Set();
let flushing = false;

export const connection = cell({ status: "connecting", since: null, retryAt: null });
export const paused = cell(false);
export const build = cell(BUILD); // the pages that the server would hand out now
export const clock = cell(0); // server time, ms, renewed each second
const onDenied = cell(null);

function flush() {
  flushing = false;
  if (paused.get()) return;
  const keys = [...dirty];
  dirty.clear();
  for (const key of keys) {
    shown.set(key, client.topic(key));
    for (const fn of listeners.get(key) ?? []) fn();
  }
}

function scheduleFlush() {
  if (flushing) return;
  flushing = true;
  if (document.visibilityState === "hidden") setTimeout(flush, HIDDEN_FLUSH_MS);
  else requestAnimationFrame(flush);
}

function connect(handlers) {
  const scheme = window.location.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(`${scheme}//${window.location.host}/live`);
  socket.onopen = handlers.opened;
  socket.onmessage = (event) => handlers.frame(event.data);
  socket.onclose = (event) => handlers.closed(event.code);
  return { send: (text) => socket.send(text), close: () => socket.close() };
}

export const client = new LiveClient({
  connect,
  after(ms, fn) {
    const timer = setTimeout(fn, ms);
    return () => clearTimeout(timer);
  },
  now: () => Date.now(),
  random: () => Math.random(),
  changed(key) {
    dirty.add(key);
    scheduleFlush();
  },
  connection: (state) => connection.set(state),
  denied: () => onDenied.get()?.(),
  build: (id) => build.set(id),
});

/** Called when the server says this viewer may not watch (close 4003). */
export function whenDenied(fn) {
  onDenied.set(fn);
}

let ticking = null;

/** Opens the page's socket and its clock, once. Watching does it too; a page that watches nothing still says if it is live. */
export function wake() {
  client.start();
  ticking ??= setInterval(() => clock.set(client.serverNow()), 1000);
}

/** Imperative binding, for charts: `fn(topic)` now if something is held, then on every flush. */
export function subscribe(key, fn) {
  const call = () => fn(shown.get(key));
  const unwatch = client.watch(key);
  if (!listeners.has(key)) listeners.set(key, new Set());
  listeners.get(key).add(call);
  if (shown.has(key)) call();
  else if (client.topic(key)?.epoch) {
    dirty.add(key);
    scheduleFlush();
  }
  wake();
  return () => {
    listeners.get(key)?.delete(call);
    unwatch();
    if (listeners.get(key)?.size === 0) {
      listeners.delete(key);
      shown.delete(key);
    }
  };
}

export function pause(on) {
  paused.set(on);
  if (!on) scheduleFlush();
}

const nothing = () => undefined;

/** The whole topic record of `key` as it is shown (see `blank` in protocol.js), or undefined. */
export function useTopic(key) {
  const listen = useCallback((fn) => (key ? subscribe(key, fn) : () => {}), [key]);
  return useSyncExternalStore(listen, () => (key ? shown.get(key) : undefined), nothing);
}

/** The data of a panel, undefined before the first snapshot. This is what `frontend.live.live` compiles to. */
export function useLive(panel, params) {
  const key = topicKey(panel, params);
  return useTopic(key)?.data;
}

/** Age of what a panel shows: `{ ms, state }`, state as in `ageState`; renewed each second. */
export function useAge(key) {
  const topic = useTopic(key);
  const now = useCell(clock, 0);
  return useMemo(() => {
    if (!topic || topic.asOf === null || !now) return { ms: null, state: "unknown" };
    const ms = Math.max(0, now - topic.asOf);
    return { ms, state: ageState(ms, topic.period) };
  }, [topic, now]);
}

export function useLiveAge(panel, params) {
  return useAge(topicKey(panel, params));
}

export function useConnection() {
  return useCell(connection);
}

if (browser) {
  // A page kept in the back/forward cache returns with a dead socket that never said so.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) window.location.reload();
  });
}
