// What makes a page a wall: no cursor, a screen that stays awake, pixels that move, and weeks without anybody touching it.

import { Children, useEffect, useMemo, useRef, useState } from "react";
import { useAddress } from "./address.js";
import { useCell } from "./cell.js";
import { Beacon } from "./icons.jsx";
import { clock, topicKey, useTopic } from "./live.js";
import { TrafficGraph } from "./traffic.jsx";
import { useFormat, useText } from "./texts.js";
import { reloadFor, useNewBuild } from "./version.js";

const SHIFT_EVERY_MS = 120000;
const SHIFTS = [[0, 0], [2, 0], [2, 2], [0, 2], [-2, 2], [-2, 0], [-2, -2], [0, -2]]; // px: against burn-in
const RELOAD_MS = [5000, 65000]; // a new build must not bring every wall to the server at once
const CURSOR_MS = 3000;

function useAwake() {
  useEffect(() => {
    if (!("wakeLock" in navigator)) return undefined;
    let lock = null;
    const ask = () => {
      if (document.visibilityState !== "visible") return;
      navigator.wakeLock.request("screen").then((held) => { lock = held; })
        .catch((error) => console.info(`The screen may sleep: ${error.message}`));
    };
    ask();
    document.addEventListener("visibilitychange", ask);
    return () => {
      document.removeEventListener("visibilitychange", ask);
      lock?.release();
    };
  }, []);
}

function useShift() {
  const [at, setAt] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setAt((k) => (k + 1) % SHIFTS.length), SHIFT_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return SHIFTS[at];
}

function useReloadOnNewBuild() {
  const latest = useNewBuild();
  useEffect(() => {
    if (latest === null) return undefined;
    const timer = setTimeout(() => reloadFor(latest), RELOAD_MS[0] + Math.random() * (RELOAD_MS[1] - RELOAD_MS[0]));
    return () => clearTimeout(timer);
  }, [latest]);
}

function useHiddenCursor() {
  const [moved, setMoved] = useState(false);
  useEffect(() => {
    let timer;
    const show = () => {
      setMoved(true);
      clearTimeout(timer);
      timer = setTimeout(() => setMoved(false), CURSOR_MS);
    };
    window.addEventListener("pointermove", show);
    return () => {
      window.removeEventListener("pointermove", show);
      clearTimeout(timer);
    };
  }, []);
  return moved;
}

/** F fills the screen and gives it back, for whoever sets a display up without a kiosk mode. */
function useFullScreenKey() {
  useEffect(() => {
    const press = (event) => {
      if (event.key.toLowerCase() !== "f" || event.ctrlKey || event.metaKey || event.altKey) return;
      const done = document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen();
      done.catch((error) => console.info(`The screen is not filled: ${error.message}`));
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, []);
}

/** The frame of a wall. Walls are dark whatever the desk's theme is. */
export function WallFrame({ children }) {
  useAwake();
  useReloadOnNewBuild();
  useFullScreenKey();
  const [x, y] = useShift();
  const moved = useHiddenCursor();
  return <main className={`wall ${moved ? "" : "no-cursor"}`}><div className="wall-shift" style={{ transform: `translate(${x}px, ${y}px)` }}>{children}</div></main>;
}

/** Title, day and clock of a scene; `place` is where the rotation countdown goes. */
export function WallHead({ title, children }) {
  const format = useFormat();
  const now = useCell(clock, 0);
  return (
    <header className="wall-head">
      <Beacon /><h1>{title}</h1>
      <span className="wall-day">{now ? format.dayLong(format.isoDay(now)) : "\u00a0"}</span>
      <span className="wall-extras">{children}</span>
      <time className="wall-clock">{now ? format.time(now) : "--:--"}</time>
    </header>
  );
}

/** Scenes one after the other: `?scenes=receivables,traffic&seconds=30`, with what is left shown as a bar and a figure. */
export function Rotation({ names, children }) {
  const text = useText();
  const [params] = useAddress();
  const asked = (params.get("scenes") ?? "").split(",").filter((name) => names.includes(name));
  const order = useMemo(() => (asked.length > 0 ? asked : names), [asked.join(",")]);
  const given = Number(params.get("seconds")) || 30;
  const seconds = Math.min(600, Math.max(5, given));
  const [at, setAt] = useState({ scene: 0, left: seconds });
  useEffect(() => {
    setAt({ scene: 0, left: seconds });
    const timer = setInterval(() => setAt(({ scene, left }) => (left > 1 ? { scene, left: left - 1 } : { scene: (scene + 1) % order.length, left: seconds })), 1000);
    return () => clearInterval(timer);
  }, [order, seconds]);
  const shown = order[at.scene % order.length];
  return (
    <>
      {Children.toArray(children)[names.indexOf(shown)]}
      {order.length > 1 && (
        <div className="countdown" aria-hidden="true">
          <span className="countdown-bar" style={{ transform: `scaleX(${(at.left - 1) / seconds})` }} />
          <span className="countdown-words">{text("next scene in {n} s", { n: at.left })}</span>
        </div>
      )}
    </>
  );
}

/** Graphs of the busiest links, chosen when the scene starts and held while it lasts; `?port=` names them instead. */
export function WallGraphs({ count = 4 }) {
  const text = useText();
  const [params] = useAddress();
  const key = topicKey("traffic.top", { limit: 50 });
  const rows = useTopic(key)?.data;
  const held = useRef(null);
  const asked = (params.get("port") ?? "").split(",").map(Number).filter((id) => id > 0).slice(0, count);
  if (held.current === null && rows?.length > 0) held.current = rows.slice(0, count);
  const range = useMemo(() => ({ name: "1h", from: null, to: null, span: 3600 }), []);
  if (rows?.length === 0 && held.current === null && asked.length === 0) return <p className="empty">{text("No port has a recent measurement.")}</p>;
  const ports = asked.length > 0
    ? asked.map((id) => rows?.find((r) => r.id === id) ?? { id, alias: text("Port {id}", { id }), device: "", name: "", capacity_bps: null })
    : (held.current ?? []).map((p) => rows?.find((r) => r.id === p.id) ?? p);
  return (
    <div className="wall-graphs">
      {ports.map((p) => (
        <section key={p.id} className="wall-graph">
          <h3>{p.alias || p.name} <span>{p.device}</span></h3>
          <TrafficGraph port={p.id} capacity={p.capacity_bps} range={range} compact title={p.alias || p.name} />
        </section>
      ))}
    </div>
  );
}
