// The few signs the screens use, drawn on a 20 px grid with one stroke width, so shape says what colour repeats.

const PATHS = {
  up: "M10 4v12M5 9l5-5 5 5",
  down: "M10 16V4M5 11l5 5 5-5",
  level: "M4 10h12",
  alert: "M10 3.2 17.6 16.5H2.4ZM10 8v4M10 14.2v.1",
  stop: "M6.6 2.6h6.8l4 4v6.8l-4 4H6.6l-4-4V6.6ZM7 7l6 6M13 7l-6 6",
  question: "M10 17.2a7.2 7.2 0 1 0 0-14.4 7.2 7.2 0 0 0 0 14.4ZM8 8a2 2 0 1 1 2.6 1.9c-.4.2-.6.5-.6 1.1M10 13.6v.1",
  ok: "M10 17.2a7.2 7.2 0 1 0 0-14.4 7.2 7.2 0 0 0 0 14.4Z",
  pause: "M7 5v10M13 5v10",
  play: "M6 4.5v11l9-5.5Z",
  moon: "M16 11.5A6.5 6.5 0 0 1 8.5 4 6.5 6.5 0 1 0 16 11.5Z",
  sun: "M10 13.4a3.4 3.4 0 1 0 0-6.8 3.4 3.4 0 0 0 0 6.8ZM10 2.5v1.6M10 15.9v1.6M2.5 10h1.6M15.9 10h1.6M4.7 4.7l1.1 1.1M14.2 14.2l1.1 1.1M15.3 4.7l-1.1 1.1M5.8 14.2l-1.1 1.1",
  search: "M9 14.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11ZM13 13l4 4",
  wall: "M2.5 4h15v9.5h-15ZM7 16.5h6",
  table: "M3 4.5h14v11H3ZM3 8.2h14M8 8.2v7.3",
  copy: "M7 7h9v9.5H7ZM4 13V3.5h9",
  people: "M7.5 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM2 17a5.5 5.5 0 0 1 11 0M13 4a3 3 0 0 1 0 5.6M14.8 11.8A5.5 5.5 0 0 1 18 17",
  close: "M5 5l10 10M15 5 5 15",
  pin: "M10 4v12M4 10h12",
  next: "M8 5l5 5-5 5",
  back: "M12 5l-5 5 5 5",
  exit: "M8 3.5H3.5v13H8M12 6.5 15.5 10 12 13.5M15.5 10H7.5",
  check: "M4 10.5 8.2 14.5 16 6",
  calendar: "M3.5 5h13v11.5h-13ZM3.5 8.5h13M7 3v3M13 3v3",
  truck: "M2.5 5.5h9v8h-9ZM11.5 8.5h3.5l2.5 2.5v2.5h-6M6 15.5a1.6 1.6 0 1 0 0-3.2 1.6 1.6 0 0 0 0 3.2ZM14 15.5a1.6 1.6 0 1 0 0-3.2 1.6 1.6 0 0 0 0 3.2Z",
  home: "M3.5 9.5 10 4l6.5 5.5M5.5 8.5v8h9v-8M8.5 16.5v-4h3v4",
  inbox: "M3.5 11.5 5.5 4h9l2 7.5v5h-13ZM3.5 11.5h4l1 2h3l1-2h4",
  export: "M10 3v9M6.5 8.5 10 12l3.5-3.5M3.5 16.5h13",
};

export function Icon({ name, className = "" }) {
  return (
    <svg className={`icon ${className}`} viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}

/** The lighthouse: a tower and its beam. */
export function Beacon() {
  return (
    <svg className="beacon" viewBox="0 0 28 28" aria-hidden="true" focusable="false">
      <path className="beacon-beam" d="M15.5 9 27 4.5v9Z" />
      <path className="beacon-tower" d="M9.2 12.2h7.6L19 25H7Z" />
      <path className="beacon-lamp" d="M9.6 6.8h6.8v4H9.6Z" />
      <path className="beacon-tower" d="M8.6 5.6 13 2.4l4.4 3.2Z" />
    </svg>
  );
}
