// The words of the agent's screen: what matched, how a subscriber stands, why nobody is online. Pure.

const FIELD = {
  code: (text) => text("code"), name: (text) => text("name"), trade_name: (text) => text("trade name"), document: (text) => text("CPF or CNPJ"),
  rg: (text) => text("RG"), phone: (text) => text("phone"), address: (text) => text("address"), neighbourhood: (text) => text("neighbourhood"),
  condominium: (text) => text("condominium"), pole: (text) => text("pole"), tag: (text) => text("tag"), equipment: (text) => text("equipment"),
  login: (text) => text("login"), protocol: (text) => text("protocol"), mac: (text) => text("MAC address"), ip: (text) => text("IP address"),
  similar: (text) => text("similar name"),
};

export function fieldName(field, text) {
  return FIELD[field]?.(text) ?? field;
}

const STANDING = {
  prospect: { shape: "question", level: "", label: (text) => text("not installed yet") },
  active: { shape: "ok", level: "", label: (text) => text("active") },
  suspended: { shape: "pause", level: "level-warn", label: (text) => text("suspended") },
  cancelled: { shape: "stop", level: "level-note", label: (text) => text("cancelled") },
  draft: { shape: "question", level: "", label: (text) => text("draft") },
  ended: { shape: "stop", level: "level-note", label: (text) => text("ended") },
};

export function standing(status) {
  return STANDING[status] ?? STANDING.prospect;
}

const BUCKET = {
  not_due: (text) => text("not due yet"), "1_30": (text) => text("1 to 30 days late"), "31_60": (text) => text("31 to 60 days late"),
  "61_90": (text) => text("61 to 90 days late"), over_90: (text) => text("over 90 days late"),
};

export function bucketName(bucket, text) {
  return BUCKET[bucket]?.(text) ?? bucket;
}

const DEPARTMENT = { commercial: (text) => text("Commercial"), finance: (text) => text("Finance"), technical: (text) => text("Technical") };

export function departmentOf(department, text) {
  return DEPARTMENT[department]?.(text) ?? department;
}

const CHANNEL = {
  phone: (text) => text("Phone call"), whatsapp: () => "WhatsApp", chat: () => "Chat", email: (text) => text("E-mail"),
  counter: (text) => text("At the counter"), field: (text) => text("In the field"),
};
export const CHANNELS = Object.keys(CHANNEL);

export function channelOf(channel, text) {
  return CHANNEL[channel]?.(text) ?? channel;
}

/** RFC 2866, 5.10: why a NAS says that a session ended. */
function cause(end, text) {
  if (end.how === "reload") return text("the concentrator restarted");
  if (end.how === "lost") return text("the concentrator fell silent about it");
  if (end.how === "replaced") return text("another session took its place");
  switch (end.cause) {
    case 1: return text("the customer's router hung up");
    case 2: return text("the line was lost");
    case 4: return text("it was idle too long");
    case 5: return text("it had lasted its time");
    case 6: case 10: return text("the provider ended it");
    case 7: case 11: return text("the concentrator restarted");
    case 8: case 9: return text("the concentrator had an error");
    default: return text("no cause was told");
  }
}

/** Why there is no session, in one sentence, from what the panel knows. */
export function whyOffline(connection, format, text) {
  const end = connection.last_end;
  switch (connection.offline) {
    case "no_login": return text("No login was given to this subscriber, so no session can be told to be theirs.");
    case "prospect": return text("Not installed yet.");
    case "suspended": return text("Suspended: the service stays off until it is released.");
    case "cancelled": return text("Cancelled: there is no service any more.");
    case "never": return text("Not connected within the last 90 days.");
    case "silent": return text("The concentrator has not spoken of the session for longer than usual; it may be down.");
    case "together": return text("Dropped at {at} together with {n} others at {nas}: {cause}. The trouble is not at the customer's.", { at: format.moment(end.ended_at), n: end.together - 1, nas: end.nas, cause: cause(end, text) });
    case "ended": return text("The session ended at {at} at {nas}: {cause}.", { at: format.moment(end.ended_at), nas: end.nas, cause: cause(end, text) });
    default: return "";
  }
}

const UNITS = ["B", "kB", "MB", "GB", "TB"];

export function octets(n, format) {
  let unit = 0;
  let scaled = n;
  while (scaled >= 999.5 && unit < UNITS.length - 1) { scaled /= 1000; unit += 1; }
  return `${format.decimal(scaled, unit === 0 || scaled >= 100 ? 0 : 1)}\u00a0${UNITS[unit]}`;
}

/** Pieces of `shown`, each with whether it is what was typed: folded alike, so that accents and case do not matter. */
export function marked(shown, typed) {
  const flat = (t) => t.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  const words = flat(typed).split(/[^a-z0-9]+/).filter(Boolean);
  const chars = [...shown.normalize("NFC")];
  const plain = chars.map((c) => flat(c).slice(0, 1) || c);
  const lit = new Array(chars.length).fill(false);
  const text = plain.join("");
  for (const word of words) {
    for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
      if (at === 0 || !/[a-z0-9]/.test(text[at - 1]) || /^[0-9]+$/.test(word)) lit.fill(true, at, at + word.length);
    }
  }
  // A number typed without its punctuation.
  const digits = typed.replace(/[^0-9]/g, "");
  if (digits.length >= 3 && digits.length === typed.replace(/[\s.\-/()+]/g, "").length) {
    const places = plain.map((c, at) => (/[0-9]/.test(c) ? at : -1)).filter((at) => at >= 0);
    const found = places.map((at) => plain[at]).join("").lastIndexOf(digits);
    if (found >= 0) lit.fill(true, places[found], places[found + digits.length - 1] + 1);
  }
  const pieces = [];
  chars.forEach((c, at) => {
    const last = pieces[pieces.length - 1];
    if (last && last.lit === lit[at]) last.text += c;
    else pieces.push({ text: c, lit: lit[at] });
  });
  return pieces;
}
