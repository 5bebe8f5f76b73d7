// What surrounds every desk: who is signed in, the connection, the controls. One banner, in words, for everything.

import { useContext, useEffect, useState } from "react";
import { ColorModeContext } from "$/utils/context-registry";
import { Link, useLocation } from "react-router";
import { useCell } from "./cell.js";
import { Beacon, Icon } from "./icons.jsx";
import { clock, connection, pause, paused, wake, whenDenied } from "./live.js";
import { loadSession, session, signOut, toLogin } from "./session.js";
import { language, useFormat, useLanguage, useText } from "./texts.js";
import { useNewBuild } from "./version.js";

const QUIET_MS = 2500; // a reconnection shorter than this is not worth a word

/** Sends whoever is not signed in to the login page; what is on screen meanwhile is only the empty frame. */
export function Guard() {
  const { status } = useCell(session, { status: "unknown" });
  useEffect(() => {
    whenDenied(toLogin);
    wake();
    loadSession();
  }, []);
  useEffect(() => {
    if (status === "out") toLogin();
    if (status !== "away") return undefined;
    const retry = setTimeout(loadSession, 3000 + Math.random() * 4000);
    return () => clearTimeout(retry);
  }, [status]);
  return null;
}

export function DemoMark() {
  const text = useText();
  const { demo } = useCell(session, { demo: false });
  return demo ? <span className="demo-mark" title={text("Every figure on this screen is made up.")}>{text("Demonstration")}</span> : null;
}

function useLost() {
  const state = useCell(connection, { status: "connecting", since: null, retryAt: null });
  const [now, setNow] = useState(0);
  const waiting = state.status !== "open";
  useEffect(() => {
    if (!waiting) return undefined;
    const tick = () => setNow(Date.now());
    const timer = setInterval(tick, 500);
    tick();
    return () => clearInterval(timer);
  }, [waiting]);
  const lostFor = state.since === null || now === 0 ? 0 : now - state.since;
  const retryIn = state.retryAt === null ? 0 : Math.max(0, Math.ceil((state.retryAt - now) / 1000));
  return { lost: state.status === "lost" && lostFor > QUIET_MS, lostFor, retryIn };
}

/** The one banner. It lies over the page, so nothing moves when it comes and goes. */
export function Banner() {
  const text = useText();
  const format = useFormat();
  const { lost, lostFor, retryIn } = useLost();
  const isPaused = useCell(paused, false);
  const newBuild = useNewBuild();
  if (lost) {
    return (
      <div className="banner banner-lost">
        <span className="sr" role="status">{text("No connection")}</span>
        <Icon name="alert" />
        <b>{text("No connection to the server for {span}.", { span: format.span(lostFor / 1000) })}</b>
        <span>{text("The last values stay on screen.")} {retryIn > 0 ? text("Trying again in {n} s.", { n: retryIn }) : text("Trying again now.")}</span>
      </div>
    );
  }
  if (isPaused) {
    return (
      <div className="banner" role="status">
        <Icon name="pause" />
        <b>{text("Updates are paused.")}</b>
        <button type="button" className="link" onClick={() => pause(false)}>{text("Resume")}</button>
      </div>
    );
  }
  if (newBuild !== null) {
    return (
      <div className="banner" role="status">
        <b>{text("There is a new version of this page.")}</b>
        <button type="button" className="link" onClick={() => window.location.reload()}>{text("Reload")}</button>
      </div>
    );
  }
  return null;
}

/** A dot and a word: the state of the connection, always in the same place. */
export function ConnectionDot() {
  const text = useText();
  const { status } = useCell(connection, { status: "connecting" });
  const { lost } = useLost();
  const [shape, word] = status === "open" ? ["ok", text("Live")] : lost ? ["alert", text("No connection")] : ["question", text("Connecting")];
  return <span className={`connection connection-${lost ? "lost" : status}`}><Icon name={shape} />{word}</span>;
}

export function PauseButton() {
  const text = useText();
  const on = useCell(paused, false);
  return (
    <button type="button" className="tool" aria-pressed={on} onClick={() => pause(!on)} title={on ? text("Resume updates (P)") : text("Pause updates (P)")}>
      <Icon name={on ? "play" : "pause"} /><span className="sr">{on ? text("Resume updates (P)") : text("Pause updates (P)")}</span>
    </button>
  );
}

export function ThemeButton() {
  const text = useText();
  const { resolvedColorMode, setColorMode } = useContext(ColorModeContext);
  const dark = resolvedColorMode !== "light";
  const label = dark ? text("Light theme (T)") : text("Dark theme (T)");
  return (
    <button type="button" className="tool" onClick={() => setColorMode(dark ? "light" : "dark")} title={label}>
      <Icon name={dark ? "sun" : "moon"} /><span className="sr">{label}</span>
    </button>
  );
}

export function LanguageButton() {
  const lang = useLanguage();
  const next = lang === "pt-BR" ? "en" : "pt-BR";
  return (
    <button type="button" className="tool tool-text" onClick={() => language.set(next)} title={next === "en" ? "English" : "Português"}>
      {lang === "pt-BR" ? "PT" : "EN"}<span className="sr">{next === "en" ? "Switch to English" : "Mudar para português"}</span>
    </button>
  );
}

export function UserMenu() {
  const text = useText();
  const { user } = useCell(session, { user: null });
  if (!user) return null;
  return (
    <span className="user">
      <span className="user-name">{user.name || user.login}</span>
      <button type="button" className="tool" onClick={signOut} title={text("Sign out")}><Icon name="exit" /><span className="sr">{text("Sign out")}</span></button>
    </span>
  );
}

export function Clock({ seconds = false }) {
  const format = useFormat();
  const now = useCell(clock, 0);
  return <time className="clock">{now ? format.time(now, seconds) : "--:--"}</time>;
}

export function NavLink({ to, label }) {
  const { pathname } = useLocation();
  const here = to === "/" ? pathname === "/" : pathname.startsWith(to);
  return <Link to={to} className="nav-link" aria-current={here ? "page" : undefined}>{label}</Link>;
}

export function Brand() {
  return <Link to="/" className="brand"><Beacon /><span>Farol</span></Link>;
}
