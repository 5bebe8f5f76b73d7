// Numbers, money, rates and times as they are read in both languages.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fill } from "../../frontend/assets/farol/fill.js";
import * as format from "../../frontend/assets/farol/format.js";

const PT = "pt-BR";
const EN = "en-US";
const ZONE = "America/Sao_Paulo";
const plain = (text) => text.replaceAll("\u00a0", " ");

test("money has two decimals, a sign in front, and separators of the language", () => {
  assert.equal(plain(format.brl("1234.56", PT)), "R$ 1.234,56");
  assert.equal(plain(format.brl(1234.5, EN)), "R$ 1,234.50");
  assert.equal(plain(format.brl(-3, PT)), "−R$ 3,00");
  assert.equal(plain(format.brl(0, PT)), "R$ 0,00");
});

test("the unknown is a dash, never a zero", () => {
  for (const made of [format.brl, format.bps, format.integer, format.percent, format.brlShort]) {
    for (const unknown of [null, undefined, "", "abc", NaN]) assert.equal(made(unknown, PT), "—");
  }
  for (const made of [format.day, format.dayLong, format.monthLong]) assert.equal(made("", PT), "—");
  assert.equal(format.moment("never", PT, ZONE), "—");
  assert.equal(format.span(null), "—");
});

test("rates keep three digits and change unit where the number would grow a fourth", () => {
  assert.equal(plain(format.bps(0, PT)), "0 b/s");
  assert.equal(plain(format.bps(999, PT)), "999 b/s");
  assert.equal(plain(format.bps(999.6, PT)), "1,00 kb/s");
  assert.equal(plain(format.bps(1.234e9, PT)), "1,23 Gb/s");
  assert.equal(plain(format.bps(12.34e9, PT)), "12,3 Gb/s");
  assert.equal(plain(format.bps(123.4e9, PT)), "123 Gb/s");
  assert.equal(plain(format.bps(999.7e9, PT)), "1,00 Tb/s");
  assert.equal(plain(format.bps(5e15, PT)), "5.000 Tb/s");
});

test("an instant is shown where the company is, a day has no zone", () => {
  assert.equal(plain(format.moment("2026-11-24T02:15:00Z", PT, ZONE)), "23/11 23:15");
  assert.equal(format.day("2026-11-24", PT), "24/11/2026");
  assert.equal(format.isoDay(Date.parse("2026-11-24T02:15:00Z"), ZONE), "2026-11-23");
  assert.equal(format.hourOf(Date.parse("2026-11-24T03:00:00Z"), ZONE), 0);
  assert.equal(format.timeOfDay("2026-11-24T18:05:09Z", PT, ZONE, true), "15:05:09");
  assert.equal(format.dayLong("2026-11-24", PT), "terça-feira, 24 de novembro");
  assert.equal(format.monthLong("2026-11", PT), "novembro de 2026");
});

test("a span is said in its two largest units", () => {
  const said = [0, 14.9, 61, 7500, 266400].map((s) => plain(format.span(s)));
  assert.deepEqual(said, ["0 s", "14 s", "1 min", "2 h 05", "3 d 2 h"]);
});

test("epoch seconds, epoch milliseconds and text are the same instant", () => {
  const at = Date.parse("2026-11-24T15:00:00Z");
  assert.deepEqual([at / 1000, at, "2026-11-24T15:00:00Z"].map(format.instant), [at, at, at]);
});

test("a text is filled in, and counts in the singular and the plural", () => {
  const text = "{n} {n|título|títulos} de {who}";
  assert.deepEqual(["0", 1, "1", "1.027"].map((n) => fill(text, { n, who: "Ana" })),
    ["0 títulos de Ana", "1 título de Ana", "1 título de Ana", "1.027 títulos de Ana"]);
  assert.equal(fill("{n} and {other}", { n: "{other}" }), "{other} and {other}");
});
