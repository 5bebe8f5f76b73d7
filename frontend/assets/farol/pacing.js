// Work that must not be done as often as it is asked for. Pure but for the timers it is given.

/** `run` now, or as soon as `ms` have passed since the last time; calls between two runs are one. Returns [ask, stop]. */
export function paced(run, ms, { now = () => performance.now(), after = setTimeout, cancel = clearTimeout } = {}) {
  let [last, timer] = [-Infinity, null];
  const go = () => {
    [last, timer] = [now(), null];
    run();
  };
  const ask = () => {
    if (timer !== null) return;
    const left = last + ms - now();
    if (left <= 0) go();
    else timer = after(go, left);
  };
  return [ask, () => cancel(timer)];
}
