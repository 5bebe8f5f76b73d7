// A deadline as people read it. Colour only when it is over or about to be, always with a sign and a word.

import { Icon } from "./icons.jsx";
import { useText } from "./texts.js";

/** `days`: 0 on the last day, negative when it is over. */
export function deadlineWords(days, text) {
  if (days === null || days === undefined) return "—";
  if (days < 0) return text("{n} days late", { n: -days });
  if (days === 0) return text("due today");
  return days === 1 ? text("due tomorrow") : text("in {n} days", { n: days });
}

export function deadlineLevel(days) {
  return days < 0 ? "level-bad" : days === 0 ? "level-warn" : "";
}

export function Deadline({ days }) {
  const text = useText();
  const level = deadlineLevel(days);
  return <span className={`deadline ${level}`}>{level && <Icon name={days < 0 ? "stop" : "alert"} />}{deadlineWords(days, text)}</span>;
}

/** Where a deadline falls in the follow-up's picture; the names are those of `?due=`. */
export function deadlineGroup(days) {
  return days < 0 ? "overdue" : days === 0 ? "today" : days <= 7 ? "week" : "later";
}
