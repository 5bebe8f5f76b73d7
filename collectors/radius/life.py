"""The life of a session: what notices make of it, in whatever order, however often, and however few of them come. Pure.

At most one session is open per key. A notice belongs to the session that is known unless its own session began after
that one was last heard of: then the NAS has used the id again, and the known one was lost.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network
from typing import Literal

import msgspec

from collectors.radius.packet import LARGEST_COUNTER, Kind, Notice

SAME_S = 5.0
"""What seconds of Acct-Session-Time, delays of the network and a NAS without Event-Timestamp blur. A NAS that crashed
takes longer to use an id again."""

SHORTEST_INTERIM_S = 60.0
"""Below it a gap between two packets is no interval: many NAS send an interim as soon as the address is known. RFC 2869
(5.16) allows no shorter one."""

SHRINK = 0.75
"""An interval that got shorter is believed by a quarter at a time; one that got longer, at once. Closing late is right,
closing early bills twice."""

Ended = Literal["stop", "reload", "lost", "replaced"]


class Known(msgspec.Struct, frozen=True, gc=False):
    """What is known of a session, open or ended. Instants in epoch seconds; octets from and to the subscriber.

    `in_counter` and `out_counter` are as they came last; the totals add what they had come to whenever they fell.
    `id` is None until the database gave one.
    """

    id: int | None
    started_at: float
    last_at: float
    heard_at: float
    mac: str | None
    address: IPv4Address | IPv6Address | None
    delegated_prefix: IPv6Network | None
    session_s: int | None = None
    in_counter: int = 0
    out_counter: int = 0
    in_octets: int = 0
    out_octets: int = 0
    interim_s: float | None = None


class End(msgspec.Struct, frozen=True, gc=False):
    """A session that is over. `stored_at` is the end that the history holds already, None when it holds none."""

    session: Known
    ended_at: float
    ended: Ended
    cause: int | None = None
    stored_at: float | None = None


class Life(msgspec.Struct, frozen=True, gc=False):
    """One key: the open session, and the one that ended last. `ends` are ends to store, oldest first.

    `resumed_from` is the stored end of a session that turned out to be alive: it leaves the history.
    """

    open: Known | None = None
    last: End | None = None
    ends: tuple[End, ...] = ()
    resumed_from: float | None = None


def advance(life: Life, notice: Notice, *, reloaded_at: float | None = None) -> Life:
    """The life after one notice of a session (Start, Interim or Stop); the very same object when it says nothing new.

    `reloaded_at` is the NAS' reload mark: a session not heard of since then ended by it.
    """
    if life.open is not None:
        return _while_open(life, life.open, notice, reloaded_at)
    if life.last is not None and not _is_another(notice, life.last.ended_at):
        return _after_end(life, life.last, notice)
    return _begin(life, notice)


def _is_another(notice: Notice, last_at: float) -> bool:
    """Whether its session began after `last_at`."""
    began = notice.at if notice.began is None else notice.began
    return began > last_at + SAME_S


def _begin(life: Life, notice: Notice) -> Life:
    began = notice.at if notice.began is None else notice.began
    known = Known(
        id=None,
        started_at=began,
        last_at=notice.at,
        heard_at=notice.heard_at,
        mac=notice.mac,
        address=notice.address,
        delegated_prefix=notice.delegated_prefix,
        session_s=notice.session_s,
        in_counter=notice.in_octets or 0,
        out_counter=notice.out_octets or 0,
        in_octets=notice.in_octets or 0,
        out_octets=notice.out_octets or 0,
    )
    if notice.kind is Kind.STOP:
        return _end(life, End(known, notice.at, "stop", notice.cause))
    return msgspec.structs.replace(life, open=known)


def _while_open(life: Life, known: Known, notice: Notice, reloaded_at: float | None) -> Life:
    # An interim without Acct-Session-Time tells no beginning, and belongs to whatever is open.
    if notice.began is not None and _is_another(notice, known.last_at):
        reload = reloaded_at is not None and known.last_at < reloaded_at
        end = End(known, reloaded_at, "reload") if reload and reloaded_at else End(known, known.last_at, "replaced")
        return _begin(_end(life, end), notice)
    if notice.at < known.started_at - SAME_S:
        return life
    if notice.kind is Kind.STOP:
        heard = _hear(known, notice)
        return _end(life, End(heard, max(notice.at, heard.last_at), "stop", notice.cause))
    heard = _hear(known, notice)
    return life if heard is known else msgspec.structs.replace(life, open=heard)


def _after_end(life: Life, last: End, notice: Notice) -> Life:
    """A notice of the session that ended, or of an older one."""
    if notice.at < last.session.started_at - SAME_S:
        return life
    if notice.kind is Kind.STOP:
        if last.ended == "stop":
            return life
        heard = _hear(last.session, notice)
        ended_at = max(notice.at, heard.last_at)
        corrected = End(heard, ended_at, "stop", notice.cause, stored_at=last.stored_at)
        return msgspec.structs.replace(life, last=corrected, ends=(*life.ends[:-1], corrected))
    if notice.kind is Kind.INTERIM and notice.at > last.ended_at + SAME_S:
        stored_at = life.resumed_from if last.stored_at is None else last.stored_at
        return Life(open=_hear(last.session, notice), last=None, ends=life.ends[:-1], resumed_from=stored_at)
    return life


def _end(life: Life, end: End) -> Life:
    return Life(open=None, last=end, ends=(*life.ends, end), resumed_from=life.resumed_from)


def _hear(known: Known, notice: Notice) -> Known:
    """The session after one more notice of it; the same object when the notice is no newer and knows no more."""
    older = notice.at <= known.last_at
    if older and notice.kind is not Kind.STOP:
        complete = (known.mac or notice.mac, known.address or notice.address)
        prefix = known.delegated_prefix or notice.delegated_prefix
        if complete == (known.mac, known.address) and prefix == known.delegated_prefix:
            return known
        return msgspec.structs.replace(known, mac=complete[0], address=complete[1], delegated_prefix=prefix)
    in_counter, in_octets = _count(known.in_counter, known.in_octets, notice.in_octets, older)
    out_counter, out_octets = _count(known.out_counter, known.out_octets, notice.out_octets, older)
    return Known(
        id=known.id,
        started_at=known.started_at,
        last_at=max(known.last_at, notice.at),
        heard_at=max(known.heard_at, notice.heard_at),
        mac=notice.mac or known.mac,
        address=notice.address or known.address,
        delegated_prefix=notice.delegated_prefix or known.delegated_prefix,
        session_s=known.session_s if notice.session_s is None else notice.session_s,
        in_counter=in_counter,
        out_counter=out_counter,
        in_octets=in_octets,
        out_octets=out_octets,
        interim_s=known.interim_s
        if notice.kind is Kind.STOP
        else _interval(known.interim_s, notice.at - known.last_at),
    )


def _count(before: int, total: int, now: int | None, older: bool) -> tuple[int, int]:
    """A counter and its total after a reading. One that fell began again at zero; an older one is no news."""
    if now is None or now == before:
        return before, total
    if now < before:
        return (before, total) if older else (now, min(total + now, LARGEST_COUNTER))
    return now, min(total + now - before, LARGEST_COUNTER)


def _interval(before: float | None, gap: float) -> float | None:
    if gap < SHORTEST_INTERIM_S:
        return before
    return gap if before is None else max(gap, before * SHRINK)
