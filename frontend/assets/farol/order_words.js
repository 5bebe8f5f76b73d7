// The words of service orders: stages, and what the server says no to, by its word in `refused`.

export const STAGE_SHAPE = {
  open: "inbox", scheduled: "calendar", en_route: "truck", arrived: "home", started: "play", paused: "pause", done: "check", failed: "stop", cancelled: "close",
};

const STAGE = {
  open: (text) => text("Order waiting"), scheduled: (text) => text("Order scheduled"), en_route: (text) => text("Order on the way"),
  arrived: (text) => text("Order at the place"), started: (text) => text("Order in execution"), paused: (text) => text("Order paused"),
  done: (text) => text("Order done"), failed: (text) => text("Order not carried out"), cancelled: (text) => text("Order cancelled"),
};

export function stageName(stage, text) {
  return STAGE[stage]?.(text) ?? stage;
}

const REFUSED = {
  no_such_move: (text) => text("From this stage the order cannot go there. See what is offered and choose again."),
  nothing_changes: (text) => text("The order is like that already; nothing was changed."),
  moved_meanwhile: (text) => text("Somebody moved this order meanwhile. What you see is renewed: look and try again."),
  before_the_last: (text) => text("This instant lies before the order's last move."),
  from_the_future: (text) => text("This instant lies in the future. Check the clock of the device."),
  needs_team_and_time: (text) => text("A schedule needs a team, a day, a beginning and an end."),
  window_reversed: (text) => text("The window ends before it begins."),
  window_too_long: (text) => text("A window lasts at most 24 hours."),
  window_over: (text) => text("This window is over already. Choose a later one."),
  window_too_far: (text) => text("Choose a day within a year from now."),
  technician_of_another_team: (text) => text("This technician does not belong to the chosen team."),
  needs_resolution: (text) => text("Say what was done before closing the order."),
  needs_reason: (text) => text("Choose a reason from the list."),
};

/** An ApiError in words, with what to try. */
export function refusal(error, text) {
  const known = REFUSED[error.body?.refused];
  if (known) return known(text);
  if (error.status === 403) return text("Your user may not do this. Ask whoever manages users.");
  if (error.status === 404) return text("The order, team or person does not exist, or lies outside what your user reaches.");
  if (error.status === 0) return text("The server did not answer. Check the connection and try again.");
  return error.detail ?? text("It could not be done. Try again in a moment.");
}
