// uPlot inside React: made once, fed by setData, resized with its box, made anew only when the theme changes.

import { useContext, useEffect, useLayoutEffect, useRef, useState } from "react";
import { ColorModeContext } from "$/utils/context-registry";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";

const useBrowserLayout = typeof window === "undefined" ? useEffect : useLayoutEffect;

/** Colours and type of the place where a plot is drawn, from its CSS variables. */
export function ink(element) {
  const style = getComputedStyle(element);
  const get = (name) => style.getPropertyValue(name).trim();
  const type = Number.parseFloat(style.fontSize); // walls scale it with the screen
  const size = type * Number(get("--plot-type"));
  return {
    text: get("--text-2"), line: get("--line"), faint: get("--line-2"), accent: get("--accent"), second: get("--series-2"),
    third: get("--series-3"), strong: get("--text"), warn: get("--warn"), ground: get("--surface"), size,
    font: `${size}px ${get("--font") || "sans-serif"}`, stroke: type * Number(get("--plot-stroke")),
  };
}

/** A colour with an alpha, for fills under lines. */
export function washed(colour, alpha) {
  const hex = /^#([0-9a-f]{6})$/i.exec(colour);
  if (!hex) return colour;
  const n = Number.parseInt(hex[1], 16);
  return `rgba(${n >> 16}, ${(n >> 8) & 255}, ${n & 255}, ${alpha})`;
}

/**
 * `options(ink)` returns uPlot options without size; `data` its columns. `deps` lists what makes the options new.
 * `fit(plot)` runs after each setData, for scales that follow the data.
 */
export function Plot({ options, data, deps, fit, className = "", label }) {
  const box = useRef(null);
  const plot = useRef(null);
  const latest = useRef({ data, fit });
  latest.current = { data, fit };
  const { resolvedColorMode } = useContext(ColorModeContext);
  const [fonts, setFonts] = useState(0);

  useEffect(() => {
    let here = true;
    document.fonts.ready.then(() => here && setFonts((n) => n + 1));
    return () => { here = false; };
  }, []);

  useBrowserLayout(() => {
    const element = box.current;
    const size = () => ({ width: Math.max(60, Math.floor(element.clientWidth)), height: Math.max(40, Math.floor(element.clientHeight)) });
    const made = new uPlot({ ...options(ink(element)), ...size() }, latest.current.data, element);
    plot.current = made;
    latest.current.fit?.(made);
    const type = getComputedStyle(element).fontSize;
    const watcher = new ResizeObserver(() => {
      if (getComputedStyle(element).fontSize === type) made.setSize(size());
      else setFonts((n) => n + 1);
    });
    watcher.observe(element);
    return () => {
      watcher.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [resolvedColorMode, fonts, ...deps]);

  useEffect(() => {
    if (!plot.current) return;
    plot.current.setData(data, fit === undefined);
    fit?.(plot.current);
  }, [data, fit]);

  return <div ref={box} className={`plot ${className}`} role="img" aria-label={label} />;
}
