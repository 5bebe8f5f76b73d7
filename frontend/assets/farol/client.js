// One viewer of `/live`: hello, watches, gaps, beats, backing off. It has no socket, clock or timer of its own:
// `io` brings them (see live.js for the browser's, tests/frontend for one driven by hand).
//
// io.connect(handlers) -> { send(text), close() }     handlers: opened(), frame(text), closed(code)
// io.after(ms, fn) -> cancel()     io.now() -> ms     io.random() -> [0, 1)
// io.changed(topicKey)     io.connection(state)     io.denied()     io.build(id)

import { VERSION, backoff, blank, proveBeat, receive, watchMessage } from "./protocol.js";

const FRAMES_PER_SECOND = 15; // the server closes a socket above 20
const LINGER_MS = 5000; // a page change unwatches and watches the same topic within moments
const OPENING_MS = 10000;
const CLOSE_DENIED = 4003;

export class LiveClient {
  constructor(io) {
    this.io = io;
    this.topics = new Map(); // key -> { topic, watchers, cancelLinger, joined (on this socket), waiting (for an answer) }
    this.socket = null;
    this.welcomed = false;
    this.attempt = 0;
    this.retry = null;
    this.skew = 0; // server clock minus ours, ms
    this.beat = 15;
    this.queue = [];
    this.sent = 0;
    this.cancelSilence = () => {};
    this.cancelPump = null;
    this.lostAt = null;
    this.stopped = false;
  }

  start() {
    if (this.socket || this.stopped) return;
    this.io.connection({ status: this.lostAt === null ? "connecting" : "lost", since: this.lostAt, retryAt: null });
    this.expectWithin(OPENING_MS);
    const socket = this.io.connect({
      opened: () => this.socket === socket && this.send({ op: "hello", v: VERSION, token: null }),
      frame: (text) => this.socket === socket && this.frame(text),
      closed: (code) => this.socket === socket && this.closed(code),
    });
    this.socket = socket;
  }

  stop() {
    this.stopped = true;
    this.cancelSilence();
    this.socket?.close();
    this.socket = null;
  }

  /** Server time in ms, as far as this page knows. */
  serverNow() {
    return this.io.now() + this.skew;
  }

  /** Registers interest; the returned function ends it. */
  watch(key) {
    let held = this.topics.get(key);
    if (!held) {
      held = { topic: blank(), watchers: 0, cancelLinger: () => {}, waiting: false, joined: false };
      this.topics.set(key, held);
    }
    held.cancelLinger();
    held.watchers += 1;
    if (this.welcomed && !held.joined) this.join(key);
    return () => {
      held.watchers -= 1;
      if (held.watchers > 0) return;
      held.cancelLinger = this.io.after(LINGER_MS, () => {
        if (held.watchers > 0) return;
        this.topics.delete(key);
        if (this.welcomed) this.send({ op: "unwatch", t: key });
      });
    };
  }

  topic(key) {
    return this.topics.get(key)?.topic ?? null;
  }

  join(key) {
    const held = this.topics.get(key);
    if (!held) return;
    held.waiting = true;
    held.joined = true;
    this.send(watchMessage(key, held.topic));
  }

  send(message) {
    this.queue.push(message);
    this.pump();
  }

  /** Sends in bursts that stay under the server's limit of frames per second. */
  pump() {
    while (this.queue.length > 0 && this.sent < FRAMES_PER_SECOND) {
      this.socket?.send(JSON.stringify(this.queue.shift()));
      this.sent += 1;
    }
    if (this.cancelPump === null && this.sent > 0) {
      this.cancelPump = this.io.after(1000, () => {
        this.cancelPump = null;
        this.sent = 0;
        this.pump();
      });
    }
  }

  frame(text) {
    this.expectWithin(this.beat * 2500);
    for (const message of JSON.parse(text)) this.message(message);
  }

  message(message) {
    switch (message.op) {
      case "welcome":
        this.skew = Date.parse(message.now) - this.io.now();
        this.beat = message.beat;
        this.welcomed = true;
        this.attempt = 0;
        this.retry = null;
        this.lostAt = null;
        this.io.build(message.build);
        this.io.connection({ status: "open", since: null, retryAt: null });
        for (const key of this.topics.keys()) this.join(key);
        return;
      case "beat":
        this.skew = Date.parse(message.now) - this.io.now();
        for (const [key, position] of Object.entries(message.at)) this.update(key, (t) => proveBeat(t, position));
        this.send({ op: "pong" });
        return;
      case "bye":
        this.retry = message.retry;
        return;
      default:
        this.update(message.t, (topic) => receive(topic, message));
        if (message.op === "error" && message.retry) {
          this.io.after(backoff(4, this.io.random), () => this.welcomed && this.topics.has(message.t) && this.join(message.t));
        }
    }
  }

  update(key, step) {
    const held = this.topics.get(key);
    if (!held) return;
    const { topic, outcome } = step(held.topic);
    if (outcome === "gap") {
      if (!held.waiting) this.join(key);
      return;
    }
    held.waiting = false;
    if (outcome === "applied") {
      held.topic = topic;
      this.io.changed(key);
    }
  }

  /** A silent socket is a dead one: beats come every `beat` seconds. */
  expectWithin(ms) {
    this.cancelSilence();
    this.cancelSilence = this.io.after(ms, () => {
      const socket = this.socket;
      this.closed(1006);
      socket?.close();
    });
  }

  closed(code) {
    this.socket = null;
    this.welcomed = false;
    this.queue = [];
    this.cancelSilence();
    for (const held of this.topics.values()) Object.assign(held, { waiting: false, joined: false });
    if (this.stopped) return;
    if (code === CLOSE_DENIED) {
      this.io.denied();
      return;
    }
    this.lostAt ??= this.io.now();
    const wait = backoff(this.attempt, this.io.random, this.retry);
    this.attempt += 1;
    this.retry = null;
    this.io.connection({ status: "lost", since: this.lostAt, retryAt: this.io.now() + wait });
    this.io.after(wait, () => this.start());
  }
}
