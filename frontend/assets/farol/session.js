// Who is signed in, and the one way this page speaks to the REST API: fetch, with the cookie and the CSRF token.

import { cell } from "./cell.js";
import { timeZone } from "./texts.js";

const DEADLINE_MS = 15000;
const UNSAFE = new Set(["POST", "PUT", "PATCH", "DELETE"]);

/** status: `unknown` (not asked yet), `in`, `out`, or `away` (the server did not answer). */
export const session = cell({ status: "unknown", user: null, csrf: null, demo: false });

/** An answer that is not 2xx, or none at all (`status` 0). `detail` is the server's own sentence, if it gave one; `body` all it said. */
export class ApiError extends Error {
  constructor(status, detail, retryAfterS = null, body = null) {
    super(detail ?? `HTTP ${status}`);
    this.body = body;
    this.status = status;
    this.detail = detail;
    this.retryAfterS = retryAfterS;
  }
}

export async function api(path, { method = "GET", body, key, signal } = {}) {
  const headers = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (UNSAFE.has(method) && session.get().csrf) headers["X-CSRF-Token"] = session.get().csrf;
  if (key) headers["Idempotency-Key"] = key;
  let response;
  try {
    response = await fetch(`/api/v1${path}`, {
      method, headers, credentials: "same-origin",
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]) : AbortSignal.timeout(DEADLINE_MS),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError(0, null);
  }
  const isJson = (response.headers.get("Content-Type") ?? "").includes("json");
  const answer = isJson ? await response.json() : null;
  if (!response.ok) {
    const retryAfter = Number(response.headers.get("Retry-After"));
    throw new ApiError(response.status, answer?.detail ?? null, retryAfter > 0 ? retryAfter : null, answer);
  }
  return answer;
}

function keep(answer) {
  if (answer.timezone) timeZone.set(answer.timezone);
  session.set({ status: "in", user: answer.user, csrf: answer.csrf, demo: Boolean(answer.demo) });
}

let loading = null;

/** An Idempotency-Key. `crypto.randomUUID` is missing on pages that did not come over https. */
export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Asks once per page who is signed in; a page that needs nobody (a wall, the login) may ask too. */
export function loadSession() {
  loading ??= api("/session").then(keep).catch((error) => {
    loading = null;
    session.set({ ...session.get(), status: error.status === 401 || error.status === 403 ? "out" : "away" });
  });
  return loading;
}

export async function signIn(login, password) {
  keep(await api("/session", { method: "POST", body: { login, password } }));
}

export async function signOut() {
  await api("/session", { method: "DELETE" });
  window.location.assign("/login");
}

/** Where to go after signing in: only a path of this site, never an address somebody put in the link. */
export function safeNext(next) {
  return next && /^\/(?![/\\])/.test(next) && !next.startsWith("/login") ? next : "/";
}

export function toLogin() {
  if (window.location.pathname === "/login") return;
  const here = `${window.location.pathname}${window.location.search}`;
  window.location.assign(`/login?next=${encodeURIComponent(here)}`);
}
