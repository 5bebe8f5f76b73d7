// Whether this page is older than what the server hands out. It compares with what it was built as, not with what it first
// heard: behind a balancer an old page may meet a new server from its first word on.

import { BUILD } from "./build.js";
import { useCell } from "./cell.js";
import { build } from "./live.js";

const KEPT = "farol.reloaded";
const AGAIN_MS = 600000; // servers of two versions side by side must not make a page reload for ever

/** The build to reload for, or null. */
export function useNewBuild() {
  const latest = useCell(build, BUILD);
  return latest === BUILD ? null : latest;
}

/** Reloads for a build, unless this page did just that within ten minutes. */
export function reloadFor(latest) {
  const [before, at] = (window.sessionStorage.getItem(KEPT) ?? "").split(" ");
  if (before === latest && Date.now() - Number(at) < AGAIN_MS) return;
  window.sessionStorage.setItem(KEPT, `${latest} ${Date.now()}`);
  window.location.reload();
}
