// The viewer of /live against a server played by hand: sockets, time and chance are the test's.

import assert from "node:assert/strict";
import { test } from "node:test";
import { LiveClient } from "../../frontend/assets/farol/client.js";

const DAY = "receivables.day";
const AT = "2026-11-24T15:00:00Z";

function stage() {
  const timers = [];
  const sockets = [];
  const heard = { connection: [], changed: [], build: [], denied: 0 };
  let now = Date.parse(AT);
  const io = {
    connect(handlers) {
      const socket = { ...handlers, sent: [], givenUp: false };
      sockets.push(socket);
      return { send: (text) => socket.sent.push(JSON.parse(text)), close: () => { socket.givenUp = true; } };
    },
    after(ms, fn) {
      const timer = { at: now + ms, fn };
      timers.push(timer);
      return () => timers.splice(timers.indexOf(timer), timers.includes(timer) ? 1 : 0);
    },
    now: () => now,
    random: () => 0.5,
    changed: (key) => heard.changed.push(key),
    connection: (state) => heard.connection.push(state.status),
    denied: () => { heard.denied += 1; },
    build: (id) => heard.build.push(id),
  };
  const client = new LiveClient(io);
  return {
    client, heard, sockets,
    last: () => sockets[sockets.length - 1],
    pass(ms) {
      const until = now + ms;
      for (;;) {
        timers.sort((a, b) => a.at - b.at);
        if (timers.length === 0 || timers[0].at > until) break;
        const [next] = timers.splice(0, 1);
        now = next.at;
        next.fn();
      }
      now = until;
    },
    welcome() {
      this.last().opened();
      this.say({ op: "welcome", v: 1, now: AT, beat: 15, build: "b1" });
    },
    say(...messages) { this.last().frame(JSON.stringify(messages)); },
  };
}

const snap = (o, data = { received: o }, e = "k1") => ({ op: "snap", t: DAY, e, o, as_of: AT, shape: "value", data, period: 60 });
const diff = (p, o, set) => ({ op: "diff", t: DAY, p, o, as_of: AT, set });

test("hello comes first, and watches wait for the welcome", () => {
  const s = stage();
  s.client.watch(DAY);
  s.client.start();
  assert.deepEqual(s.last().sent, []);
  s.last().opened();
  assert.deepEqual(s.last().sent, [{ op: "hello", v: 1, token: null }]);
  s.say({ op: "welcome", v: 1, now: AT, beat: 15, build: "b1" });
  assert.deepEqual(s.last().sent[1], { op: "watch", t: DAY });
  assert.deepEqual(s.heard.build, ["b1"]);
});

test("two components that watch the same topic cost one watch", () => {
  const s = stage();
  s.client.start();
  s.welcome();
  s.client.watch(DAY);
  s.client.watch(DAY);
  assert.equal(s.last().sent.filter((m) => m.op === "watch").length, 1);
});

test("a difference that builds on something not held asks again from what is held", () => {
  const s = stage();
  s.client.watch(DAY);
  s.client.start();
  s.welcome();
  s.say(snap(4));
  s.say(diff(6, 7, { received: 7 }));
  assert.deepEqual(s.last().sent.at(-1), { op: "watch", t: DAY, since: { e: "k1", o: 4 } });
  assert.equal(s.client.topic(DAY).data.received, 4);
  s.say(diff(4, 7, { received: 7 }));
  assert.equal(s.client.topic(DAY).data.received, 7);
});

test("a gap asks once, however many messages show it", () => {
  const s = stage();
  s.client.watch(DAY);
  s.client.start();
  s.welcome();
  s.say(snap(1));
  s.say(diff(5, 6, {}), diff(6, 7, {}), diff(7, 8, {}));
  assert.equal(s.last().sent.filter((m) => m.since).length, 1);
});

test("a lost socket keeps the values and comes back from where it stands", () => {
  const s = stage();
  s.client.watch(DAY);
  s.client.start();
  s.welcome();
  s.say(snap(9));
  s.last().closed(1006);
  assert.equal(s.client.topic(DAY).data.received, 9);
  assert.equal(s.heard.connection.at(-1), "lost");
  s.pass(500);
  assert.equal(s.sockets.length, 2);
  s.welcome();
  assert.deepEqual(s.last().sent[1], { op: "watch", t: DAY, since: { e: "k1", o: 9 } });
  assert.equal(s.heard.connection.at(-1), "open");
});

test("a goodbye says when to come back", () => {
  const s = stage();
  s.client.start();
  s.welcome();
  s.say({ op: "bye", code: "restart", retry: [4000, 8000] });
  s.last().closed(1012);
  s.pass(5999);
  assert.equal(s.sockets.length, 1);
  s.pass(1);
  assert.equal(s.sockets.length, 2);
});

test("a socket that falls silent is given up", () => {
  const s = stage();
  s.client.start();
  s.welcome();
  s.pass(30000);
  assert.equal(s.heard.connection.at(-1), "open");
  s.pass(8000);
  assert.equal(s.heard.connection.at(-1), "lost");
  assert.ok(s.sockets[0].givenUp);
});

test("a viewer who may not watch is sent to sign in, and does not knock again", () => {
  const s = stage();
  s.client.start();
  s.welcome();
  s.last().closed(4003);
  s.pass(60000);
  assert.equal(s.heard.denied, 1);
  assert.equal(s.sockets.length, 1);
});

test("many watches leave in bursts that the server accepts", () => {
  const s = stage();
  s.client.start();
  s.welcome();
  for (let port = 1; port <= 40; port += 1) s.client.watch(`traffic.port?port=${port}`);
  assert.equal(s.last().sent.length, 15);
  s.pass(1000);
  assert.equal(s.last().sent.length, 30);
  s.pass(1000);
  assert.equal(s.last().sent.length, 41);
});

test("a page change within moments neither unwatches nor forgets", () => {
  const s = stage();
  s.client.start();
  s.welcome();
  const unwatch = s.client.watch(DAY);
  s.say(snap(3));
  unwatch();
  s.pass(1000);
  s.client.watch(DAY);
  s.pass(60);
  assert.equal(s.client.topic(DAY).data.received, 3);
  assert.deepEqual(s.last().sent.map((m) => m.op), ["hello", "watch"]);
});

test("a topic nobody looks at any more is unwatched", () => {
  const s = stage();
  s.client.start();
  s.welcome();
  s.client.watch(DAY)();
  s.pass(6000);
  assert.deepEqual(s.last().sent.at(-1), { op: "unwatch", t: DAY });
  assert.equal(s.client.topic(DAY), null);
});

test("beats are answered, renew the age, and betray what was missed", () => {
  const s = stage();
  s.client.watch(DAY);
  s.client.start();
  s.welcome();
  s.say(snap(5));
  s.say({ op: "beat", now: AT, at: { [DAY]: [5, "2026-11-24T15:00:15Z"] } });
  assert.equal(s.client.topic(DAY).asOf, Date.parse("2026-11-24T15:00:15Z"));
  assert.deepEqual(s.last().sent.at(-1), { op: "pong" });
  s.say({ op: "beat", now: AT, at: { [DAY]: [6, AT] } });
  assert.ok(s.last().sent.some((m) => m.since?.o === 5));
});

test("what may no longer be seen leaves the screen", () => {
  const s = stage();
  s.client.watch(DAY);
  s.client.start();
  s.welcome();
  s.say(snap(5));
  s.say({ op: "error", t: DAY, code: "forbidden", message: "no", retry: false });
  assert.equal(s.client.topic(DAY).data, undefined);
  assert.equal(s.client.topic(DAY).error.code, "forbidden");
});

test("a panel that failed keeps its last values and is asked for again", () => {
  const s = stage();
  s.client.watch(DAY);
  s.client.start();
  s.welcome();
  s.say(snap(5));
  s.say({ op: "error", t: DAY, code: "failed", message: "no", retry: true });
  assert.equal(s.client.topic(DAY).data.received, 5);
  const before = s.last().sent.length;
  s.pass(9000);
  assert.equal(s.last().sent[before].op, "watch");
});

test("the server's clock is the page's clock", () => {
  const s = stage();
  s.client.start();
  s.last().opened();
  s.say({ op: "welcome", v: 1, now: "2026-11-24T15:07:00Z", beat: 15, build: "b1" });
  assert.equal(s.client.serverNow(), Date.parse("2026-11-24T15:07:00Z"));
});
