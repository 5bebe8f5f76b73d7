"""The stage machine of a service order. Pure: `advance` says what holds after a move, or why there is no such move.

A good day goes open, scheduled, en_route, arrived, started, done. What else may happen:

- a phone without signal, or a hurried hand, leaves steps out: from scheduled straight to arrived or started;
- work is paused and goes on, today or at another time (scheduled again);
- a crew turns back (en_route to scheduled), or the visit is taken from the day (back to open);
- a visit fails: nobody at home, no access, no material. A failed order is not over: it may be scheduled again, opened
  again, or cancelled;
- done and cancelled are final. Work that turns out bad is another order.

A move that keeps the stage changes team, technician or time. `docs/orders.md` has the table.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from realtime.facts import OrderStage

Refusal = Literal[
    "no_such_move",
    "nothing_changes",
    "before_the_last",
    "from_the_future",
    "needs_team_and_time",
    "window_reversed",
    "window_too_long",
    "window_over",
    "window_too_far",
    "technician_of_another_team",
    "needs_resolution",
    "needs_reason",
]
"""Why a move is refused, for screens that say it in their own language."""

NEXT: dict[OrderStage, tuple[OrderStage, ...]] = {
    "open": ("scheduled", "cancelled"),
    "scheduled": ("open", "en_route", "arrived", "started", "failed", "cancelled"),
    "en_route": ("scheduled", "open", "arrived", "started", "failed", "cancelled"),
    "arrived": ("scheduled", "open", "started", "failed", "cancelled"),
    "started": ("paused", "done", "failed"),
    "paused": ("scheduled", "started", "failed"),
    "done": (),
    "failed": ("open", "scheduled", "cancelled"),
    "cancelled": (),
}
"""Stage -> where it may go from there. The order is that of a menu."""

ENDS: frozenset[OrderStage] = frozenset({"done", "failed", "cancelled"})
WITH_CREW: frozenset[OrderStage] = frozenset({"scheduled", "en_route", "arrived", "started", "paused", "done"})
"""Stages that need a team and a window."""

AHEAD = timedelta(minutes=1)
"""How far the clock of a phone may be ahead of ours; what it says then counts as now."""

LONGEST_WINDOW = timedelta(hours=24)
FARTHEST_WINDOW = timedelta(days=366)


class Refused(Exception):
    """There is no such move. `clash` when the order's state is the reason, otherwise the request is, in `field`."""

    def __init__(self, why: Refusal, sentence: str, *, field: str = "to", clash: bool = False) -> None:
        super().__init__(sentence)
        self.why = why
        self.sentence = sentence
        self.field = field
        self.clash = clash


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What holds of an order. `moved_at` is when its last move happened; instants are aware."""

    stage: OrderStage
    since: datetime
    moved_at: datetime
    version: int = 0
    team_id: int | None = None
    technician_id: int | None = None
    scheduled_from: datetime | None = None
    scheduled_until: datetime | None = None
    en_route_at: datetime | None = None
    arrived_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    resolution: str | None = None
    reason_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Step:
    """What is asked for. A team says the whole assignment: without a technician beside it, it has none; a technician
    alone, and a window alone, leave the rest as it is. `technician_team_id` is the team the technician belongs to."""

    to: OrderStage
    at: datetime
    team_id: int | None = None
    technician_id: int | None = None
    technician_team_id: int | None = None
    scheduled_from: datetime | None = None
    scheduled_until: datetime | None = None
    resolution: str = ""
    reason_id: int | None = None


def advance(standing: Standing, step: Step, *, now: datetime) -> Standing:
    """The order after the step. Raises Refused."""
    if step.to != standing.stage and step.to not in NEXT[standing.stage]:
        raise Refused("no_such_move", _no_way(standing.stage, step.to), clash=True)
    if step.to == standing.stage and standing.stage in ENDS:
        raise Refused("nothing_changes", f"This order is {standing.stage} already.", clash=True)
    if step.at > now + AHEAD:
        raise Refused("from_the_future", "at lies in the future. Is the clock of the device right?", field="at")
    at = min(step.at, now)
    if at < standing.moved_at:
        sentence = f"at lies before the order's last move, of {standing.moved_at:%Y-%m-%d %H:%M:%S}Z."
        raise Refused("before_the_last", sentence, field="at", clash=True)
    moved = _assigned(standing, step, at, now)
    if step.to == standing.stage:
        if _assignment(moved) == _assignment(standing):
            sentence = f"This order is {standing.stage} already, with this team and time."
            raise Refused("nothing_changes", sentence, clash=True)
        return replace(moved, moved_at=at, version=standing.version + 1)
    moved = replace(moved, stage=step.to, since=at, moved_at=at, version=standing.version + 1)
    return _entered(moved, step, at)


def _no_way(stage: OrderStage, to: OrderStage) -> str:
    ways = NEXT[stage]
    if not ways:
        return f"This order is {stage}, which is final. Open another one."
    return f"This order is {stage}; from there it can become {', '.join(ways)}, not {to}."


def _assignment(standing: Standing) -> tuple[object, ...]:
    return standing.team_id, standing.technician_id, standing.scheduled_from, standing.scheduled_until


def _assigned(standing: Standing, step: Step, at: datetime, now: datetime) -> Standing:
    """With the team, technician and window that the step asks for."""
    team, technician = standing.team_id, standing.technician_id
    if step.team_id is not None:
        team, technician = step.team_id, step.technician_id
    elif step.technician_id is not None:
        technician = step.technician_id
    if step.technician_id is not None and (team is None or step.technician_team_id != team):
        raise Refused(
            "technician_of_another_team", "This technician does not belong to the order's team.", field="technician_id"
        )
    starts, ends = standing.scheduled_from, standing.scheduled_until
    if step.scheduled_from is not None or step.scheduled_until is not None:
        starts, ends = _window(step, now)
    needs_now = step.to == "scheduled" and standing.stage in ("open", "paused", "failed")
    if step.to in WITH_CREW and (team is None or starts is None or ends is None):
        missing = "team_id" if team is None else "scheduled_from"
        raise Refused("needs_team_and_time", "A schedule needs a team, a beginning and an end.", field=missing)
    asked = step.scheduled_until is not None
    if (asked or needs_now) and ends is not None and ends <= at:
        raise Refused("window_over", "This window is over already. Choose a later one.", field="scheduled_until")
    return replace(standing, team_id=team, technician_id=technician, scheduled_from=starts, scheduled_until=ends)


def _window(step: Step, now: datetime) -> tuple[datetime, datetime]:
    starts, ends = step.scheduled_from, step.scheduled_until
    if starts is None or ends is None:
        missing = "scheduled_from" if starts is None else "scheduled_until"
        raise Refused("needs_team_and_time", "A window needs a beginning and an end.", field=missing)
    if ends <= starts:
        raise Refused("window_reversed", "scheduled_until must be after scheduled_from.", field="scheduled_until")
    if ends - starts > LONGEST_WINDOW:
        raise Refused("window_too_long", "A window lasts at most 24 hours.", field="scheduled_until")
    if starts > now + FARTHEST_WINDOW:
        raise Refused("window_too_far", "A window begins within a year from now.", field="scheduled_from")
    return starts, ends


def _entered(moved: Standing, step: Step, at: datetime) -> Standing:
    """What entering a stage asks for and leaves behind."""
    match moved.stage:
        case "open":
            return replace(_anew(moved), team_id=None, technician_id=None, scheduled_from=None, scheduled_until=None)
        case "scheduled":
            return _anew(moved)
        case "en_route":
            return replace(moved, en_route_at=at)
        case "arrived":
            return replace(moved, arrived_at=at)
        case "started":
            # Work that goes on after a pause began when it began.
            return replace(moved, arrived_at=moved.arrived_at or at, started_at=moved.started_at or at)
        case "done":
            if not step.resolution.strip():
                raise Refused("needs_resolution", "Say what was done before closing the order.", field="resolution")
            return replace(moved, ended_at=at, resolution=step.resolution.strip(), reason_id=None)
        case "failed" | "cancelled":
            if step.reason_id is None:
                sentence = "Choose a reason from the list before an order fails or is cancelled."
                raise Refused("needs_reason", sentence, field="reason")
            return replace(moved, ended_at=at, reason_id=step.reason_id)
        case _:
            return moved


def _anew(moved: Standing) -> Standing:
    """Another attempt: what happened in the one before is in the history."""
    return replace(moved, en_route_at=None, arrived_at=None, started_at=None, ended_at=None, reason_id=None)
