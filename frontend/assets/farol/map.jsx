// The map of technicians: GPU layers over the provider's own GeoJSON, fed imperatively, outside React's rendering.

import { useContext, useEffect, useRef, useState } from "react";
import { ColorModeContext } from "$/utils/context-registry";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import { useAddress } from "./address.js";
import { Icon } from "./icons.jsx";
import { listen } from "./map-feed.js";
import { featureOf, lineOf, mixed, styleOf } from "./map-style.js";
import { SvgMap } from "./map-svg.jsx";
import { api } from "./session.js";
import { abnormal, useTrack } from "./technicians.jsx";
import { useText } from "./texts.js";

const LAYERS = ["cities", "neighbourhoods", "streets", "pops"];
const NOTHING = { type: "FeatureCollection", features: [] };

/** Colours of the place where the map is drawn, from its CSS variables. */
function inkOf(element) {
  const style = getComputedStyle(element);
  const get = (name) => style.getPropertyValue(name).trim();
  const line = (share) => mixed(get("--text-3"), get("--ground"), share); // tokens for lines vanish on a light ground
  return {
    ground: get("--ground"), area: get("--surface"), street: line(0.2), avenue: line(0.36), text: get("--text"), text2: get("--text-2"),
    text3: get("--text-3"), faintText: get("--text-3"), accent: get("--accent"), warn: get("--warn"), size: Number.parseFloat(style.fontSize) * 0.86,
  };
}

/** A triangle beside the circle, as a distance field so that layers colour it. */
function arrow() {
  const size = 48;
  const canvas = Object.assign(document.createElement("canvas"), { width: size, height: size });
  const draw = canvas.getContext("2d", { willReadFrequently: true });
  draw.beginPath();
  draw.moveTo(24, 1);
  draw.lineTo(31, 12);
  draw.lineTo(17, 12);
  draw.closePath();
  draw.fill();
  return draw.getImageData(0, 0, size, size);
}

export function hasWebGl() {
  return Boolean(document.createElement("canvas").getContext("webgl2"));
}

/** Layer -> GeoJSON; null until read. A layer that cannot be read is empty: the technicians are what matters. */
export function useBase() {
  const [base, setBase] = useState(null);
  useEffect(() => {
    const stop = new AbortController();
    const read = (name) => api(`/map/${name}`, { signal: stop.signal }).catch(() => NOTHING);
    Promise.all(LAYERS.map(read)).then((all) => {
      if (!stop.signal.aborted) setBase(Object.fromEntries(LAYERS.map((name, k) => [name, all[k]])));
    });
    return () => stop.abort();
  }, []);
  return base;
}

/** `wall`: nobody touches it; it shows one city after the other. The map is at `map` of its element, for tests. */
export function TechnicianMap({ wall = false }) {
  const text = useText();
  const base = useBase();
  const [able, setAble] = useState(null);
  useEffect(() => setAble(hasWebGl()), []);
  if (able === false && base) {
    return (
      <div className="map map-plain">
        <p className="map-note" role="note"><Icon name="alert" />{text("This browser draws no WebGL, so the map is a plain drawing: it moves, but cannot be zoomed.")}</p>
        <SvgMap base={base} />
      </div>
    );
  }
  return able && base ? <GlMap base={base} wall={wall} /> : <div className="map" />;
}

function GlMap({ base, wall }) {
  const text = useText();
  const box = useRef(null);
  const held = useRef({ rows: [], on: [], selected: null, base });
  const { resolvedColorMode } = useContext(ColorModeContext);
  const [params, change] = useAddress();
  const selected = wall ? null : Number(params.get("technician")) || null;
  const track = useTrack(selected);
  const [city, setCity] = useState("");
  Object.assign(held.current, { base, selected, track, say: (row) => abnormal(row, text), change, name: setCity });

  held.current.chosen = () => {
    const { map, on } = held.current;
    const row = on.find((each) => each.id === held.current.selected);
    if (map && row) map.easeTo({ center: [row.longitude, row.latitude], zoom: Math.max(map.getZoom(), 14), duration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 500 });
  };

  useEffect(() => {
    let [ended, map, stop] = [false, null, null];
    const state = held.current;
    Promise.all([import("maplibre-gl"), import("maplibre-gl/dist/maplibre-gl.css"), document.fonts.ready]).then(([gl]) => {
      if (ended) return;
      gl.setWorkerUrl(new URL(workerUrl, window.location.href).href);
      map = new gl.Map({
        container: box.current, style: styleOf(inkOf(box.current), base), attributionControl: false, interactive: !wall, dragRotate: false, fadeDuration: 0,
        pitchWithRotate: false, touchPitch: false, center: [-42.9, -20.75], zoom: 8, locale: { "Map.Title": text("Map of technicians") },
      });
      state.map = map;
      box.current.map = map;
      map.addImage("heading", arrow(), { sdf: true, pixelRatio: 1.6 });
      if (!wall) map.addControl(new gl.NavigationControl({ showCompass: false }), "top-right");
      map.on("load", () => {
        if (ended) return;
        state.on = [];
        stop = listen(map, state, wall);
        map.getSource("track").setData(lineOf(state.track?.points));
      });
      if (wall) return;
      map.on("click", "technicians", (event) => state.change((next) => next.set("technician", String(event.features[0].id))));
      for (const [kind, cursor] of [["mouseenter", "pointer"], ["mouseleave", ""]]) map.on(kind, "technicians", () => { map.getCanvas().style.cursor = cursor; });
    });
    return () => {
      ended = true;
      stop?.();
      map?.remove();
      state.map = null;
    };
  }, [base, wall, resolvedColorMode, text]);

  useEffect(() => {
    const { map, on, say } = held.current;
    map?.getSource("technicians")?.setData({ type: "FeatureCollection", features: on.map((row) => featureOf(row, selected, say)) });
    held.current.chosen();
  }, [selected]);

  useEffect(() => {
    held.current.map?.getSource("track")?.setData(lineOf(track?.points));
  }, [track]);

  return (
    <>
      <div ref={box} className="map" role="region" aria-label={text("Map of technicians")} />
      {city && <p className="map-city-name">{city}</p>}
    </>
  );
}
