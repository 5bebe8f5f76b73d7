// Language, and everything that depends on it: texts from the gettext catalogues and formats.

import "@fontsource-variable/inter/wght.css";
import { useMemo } from "react";
import { keptCell, cell, useCell } from "./cell.js";
import catalogues from "./catalogues.js";
import { fill } from "./fill.js";
import * as format from "./format.js";

export const LANGUAGES = ["pt-BR", "en"];
export const language = keptCell("farol.language", "pt-BR", (value) => LANGUAGES.includes(value));
export const timeZone = cell("America/Sao_Paulo");

/** The text of `msgid` with its places filled in. A text that is missing shows its id: a test forbids that. */
export function translate(lang, msgid, values = {}) {
  return fill(catalogues[lang]?.[msgid] ?? msgid, values);
}

export function useLanguage() {
  return useCell(language, "pt-BR");
}

export function useText() {
  const lang = useLanguage();
  return useMemo(() => (msgid, values) => translate(lang, msgid, values), [lang]);
}

function formatsOf(lang, zone) {
  const locale = lang === "en" ? "en-US" : lang;
  return {
    brl: (v) => format.brl(v, locale),
    brlShort: (v) => format.brlShort(v, locale),
    integer: (v) => format.integer(v, locale),
    decimal: (v, digits) => format.decimal(v, locale, digits),
    percent: (v, digits) => format.percent(v, locale, digits),
    bps: (v) => format.bps(v, locale),
    volume: (v) => format.volume(v, locale),
    moment: (v) => format.moment(v, lang === "en" ? "en-GB" : lang, zone),
    time: (v, seconds) => format.timeOfDay(v, lang === "en" ? "en-GB" : lang, zone, seconds),
    day: (v) => format.day(v, lang === "en" ? "en-GB" : lang),
    dayShort: (v) => format.dayShort(v, lang === "en" ? "en-GB" : lang),
    dayLong: (v) => format.dayLong(v, lang === "en" ? "en-GB" : lang),
    monthLong: (v) => format.monthLong(v, lang === "en" ? "en-GB" : lang),
    span: (v) => format.span(v),
    ms: (v) => (format.num(v) === null ? format.NOTHING : `${format.decimal(v, locale, format.num(v) < 10 ? 1 : 0)}\u00a0ms`),
    isoDay: (v) => format.isoDay(v, zone),
    hour: (v) => format.hourOf(v, zone),
    zone,
    lang,
  };
}

export function useFormat() {
  const lang = useLanguage();
  const zone = useCell(timeZone);
  return useMemo(() => formatsOf(lang, zone), [lang, zone]);
}

if (typeof document !== "undefined") {
  const apply = () => {
    document.documentElement.lang = language.get();
  };
  apply();
  language.subscribe(apply);
}
