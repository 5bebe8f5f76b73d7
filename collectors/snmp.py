"""Asking an SNMP agent: the one file that knows the SNMP library (gufo-snmp).

It drives the library's sockets itself, because the library's own session restarts its timeout at every stray datagram,
hides error-status, does not stop at a walk that goes round, and registers its socket anew for every request.
One request is in flight per client; whoever comes second waits.
"""

from __future__ import annotations

import asyncio
import random
import socket
from collections.abc import Callable

import msgspec
from gufo.snmp import (
    Aes128Key,
    Aes192Key,
    Aes256Key,
    BaseAuthKey,
    BasePrivKey,
    DesKey,
    Md5Key,
    Sha1Key,
    Sha224Key,
    Sha256Key,
    Sha384Key,
    Sha512Key,
    SnmpVersion,
    User,
)
from gufo.snmp import SnmpAuthError as LibraryAuthError
from gufo.snmp import SnmpError as LibraryError
from gufo.snmp._fast import GetIter
from gufo.snmp.aio import SnmpSession

from collectors.credentials import Credentials
from collectors.failures import Endless, Garbled, NoAnswer, Refused, SnmpFailure, TooBig, Unauthorised
from collectors.question import Question, request_id
from collectors.snmp_header import Header, Malformed, read_header

Value = int | float | str | bytes | None

LARGEST_ANSWER = 4_080
"""Bytes; the library's receive buffer. A longer datagram would be cut, so it counts as too big."""

CLOCK_WINDOW_S = 140.0
"""SNMPv3 messages carry the agent's clock and are refused 150 s off (RFC 3414 2.2.3), so it is asked again before."""

_TOO_BIG = 1
_NO_SUCH_NAME = 2
_STATUS_NAMES = {2: "noSuchName", 3: "badValue", 4: "readOnly", 5: "genErr", 6: "noAccess", 13: "resourceUnavailable"}


class Patience(msgspec.Struct, frozen=True):
    """How long and how often one request is tried, the only retry policy there is.

    `spacing_s` is the least time between the starts of two requests: the agent shares its CPU with routing.
    """

    timeout_s: float = 2.0
    attempts: int = 2
    spacing_s: float = 0.0


_VERSIONS = {"1": SnmpVersion.v1, "2c": SnmpVersion.v2c, "3": SnmpVersion.v3}
_AUTH: dict[str, type[BaseAuthKey]] = {
    "md5": Md5Key,
    "sha": Sha1Key,
    "sha224": Sha224Key,
    "sha256": Sha256Key,
    "sha384": Sha384Key,
    "sha512": Sha512Key,
}
_PRIV: dict[str, type[BasePrivKey]] = {"des": DesKey, "aes128": Aes128Key, "aes192": Aes192Key, "aes256": Aes256Key}


class Client:
    """One agent. Cheap to keep open between polls; `close()` gives its socket back.

    `address` is an IP literal: names are resolved by whoever stores the device.
    """

    def __init__(self, address: str, port: int, credentials: Credentials, *, patience: Patience) -> None:
        self._loop = asyncio.get_running_loop()
        self._patience = patience
        self._turn = asyncio.Lock()
        self._waiting: asyncio.Future[None] | None = None
        self._is_v1 = credentials.version == "1"
        self._session: SnmpSession | None = SnmpSession(
            address,
            port=port,
            community=credentials.community,
            user=_user(credentials) if credentials.version == "3" else None,
            version=_VERSIONS[credentials.version],
            timeout=patience.timeout_s,
        )
        self._is_v3 = credentials.version == "3"
        self._community = credentials.community.encode()
        self._free_at = 0.0
        self._clock_good_until = 0.0
        self._library = self._session._sock
        self._peek = socket.socket(fileno=self._library.get_fd())
        self._listening = False

    def close(self) -> None:
        """Idempotent. A request in flight ends with NoAnswer."""
        if self._session is None:
            return
        self._deafen()
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(NoAnswer("closed"))
        self._peek.detach()
        del self._library
        self._session = None

    async def get(self, oids: list[str], *, attempts: int | None = None) -> dict[str, Value]:
        """The values of `oids`; what the agent does not have is left out.

        `attempts` replaces the policy's number, for a caller that asks for less the second time.
        """
        asked = list(oids)
        while asked:
            try:
                return await self._ask(
                    lambda: _translated(lambda: self._library.send_get_many(asked)),
                    lambda: self._judged(self._library.recv_get_many),
                    attempts or self._patience.attempts,
                )
            except Refused as refusal:
                # Version 1 has no way to leave one variable out: it names the first it lacks and gives none.
                if not (self._is_v1 and refusal.status == _NO_SUCH_NAME and 1 <= refusal.index <= len(asked)):
                    raise
                del asked[refusal.index - 1]
        return {}

    async def numbers(self, question: Question, *, attempts: int | None = None) -> list[int | None]:
        """The values of the question's names in its order, None for what the agent lacks. What each poll asks."""
        if self._is_v1 or self._is_v3:
            found = await self.get(question.oids, attempts=attempts)
            values = [found.get(oid) for oid in question.oids]
            return [value if isinstance(value, int) else None for value in values]
        number = 0

        def send() -> None:
            nonlocal number
            number = request_id(random.getrandbits(30))
            self._peek.send(question.datagram(self._community, number))

        def receive() -> list[int | None]:
            datagram = self._peek.recv(65_535)
            try:
                header = read_header(datagram)
                if header.request_id != number:
                    raise BlockingIOError
                _check_status(header)
                return question.read(datagram, header.start)
            except Malformed as error:
                raise Garbled(str(error)) from None

        return await self._ask(send, receive, attempts or self._patience.attempts)

    async def walk(self, root: str, *, max_rows: int, deadline_s: float) -> list[tuple[str, Value]]:
        """All of the subtree as (index, value), `index` being what follows `root.`, in the agent's order.

        Raises Endless when indexes do not increase or exceed `max_rows`, NoAnswer past the deadline. Whole or nothing.
        """
        try:
            async with asyncio.timeout(deadline_s):
                for repetitions in (25, 10, 3, 1):
                    try:
                        return await self._walk(root, max_rows, repetitions)
                    except TooBig:
                        if repetitions == 1:
                            raise
        except TimeoutError as late:
            raise NoAnswer(f"walk of {root} not done in {deadline_s:g} s") from late
        raise AssertionError("unreachable")

    async def _walk(self, root: str, max_rows: int, repetitions: int) -> list[tuple[str, Value]]:
        rows: list[tuple[str, Value]] = []
        prefix = root + "."
        last: tuple[int, ...] = ()
        cursor = GetIter(root) if self._is_v1 else GetIter(root, repetitions)
        while True:
            for row in await self._next_rows(cursor):
                if row is None:
                    return rows
                oid, value = row
                if not oid.startswith(prefix):
                    return rows
                index = oid[len(prefix) :]
                position = tuple(map(int, index.split(".")))
                if position <= last:
                    raise Endless(f"{oid} came after {prefix}{'.'.join(map(str, last))}")
                if len(rows) == max_rows:
                    raise Endless(f"more than {max_rows} rows under {root}")
                last = position
                rows.append((index, value))

    async def _next_rows(self, cursor: GetIter) -> list[tuple[str, Value] | None]:
        """The next rows of a walk; a None in it is the end of the subtree."""
        attempts = self._patience.attempts
        try:
            if self._is_v1:
                send_next, receive_next = self._library.send_get_next, self._library.recv_get_next
                return [
                    await self._ask(
                        lambda: _translated(lambda: send_next(cursor)),
                        lambda: self._judged(lambda: receive_next(cursor)),
                        attempts,
                    )
                ]
            send_bulk, receive_bulk = self._library.send_get_bulk, self._library.recv_get_bulk
            rows = await self._ask(
                lambda: _translated(lambda: send_bulk(cursor)),
                lambda: self._judged(lambda: receive_bulk(cursor)),
                attempts,
            )
            return rows or [None]
        except StopAsyncIteration:
            return [None]
        except Refused as refusal:
            # Version 1 has no other word for the end of the tree (RFC 1157 4.1.3).
            if self._is_v1 and refusal.status == _NO_SUCH_NAME:
                return [None]
            raise

    async def _ask[T](self, send: Callable[[], None], receive: Callable[[], T], attempts: int) -> T:
        """Send and wait, again after silence or garbage, until `attempts` are used up."""
        async with self._turn:
            for attempt in range(1, attempts + 1):
                try:
                    if (wait := self._free_at - self._loop.time()) > 0:
                        await asyncio.sleep(wait)
                    if self._is_v3 and self._loop.time() > self._clock_good_until:
                        await self._discover_engine()
                    return await self._exchange(send, receive)
                except (NoAnswer, Garbled, Unauthorised) as failure:
                    if isinstance(failure, Unauthorised):
                        self._clock_good_until = 0.0
                    if attempt == attempts:
                        raise
        raise AssertionError("unreachable")

    async def _exchange[T](self, send: Callable[[], None], receive: Callable[[], T]) -> T:
        """`receive` takes one datagram from the socket, and raises BlockingIOError when it is not the answer."""
        if self._session is None:
            raise NoAnswer("closed")
        self._listen()
        started = self._loop.time()
        deadline = started + self._patience.timeout_s
        self._free_at = started + self._patience.spacing_s
        timer = self._loop.call_at(deadline, self._give_up)
        self._waiting = self._loop.create_future()
        try:
            send()
            while True:
                await self._waiting
                try:
                    return receive()
                except BlockingIOError:
                    # A stray, or an answer to an earlier request. Those may come without end.
                    if self._loop.time() >= deadline:
                        raise NoAnswer(f"no answer in {self._patience.timeout_s:g} s, only strays") from None
                    self._waiting = self._loop.create_future()
        except OSError as error:
            self._deafen()
            raise NoAnswer(str(error)) from error
        except NoAnswer:
            self._deafen()
            raise
        finally:
            timer.cancel()
            self._waiting = None

    def _judged[T](self, receive: Callable[[], T]) -> T:
        """What the library makes of the datagram that waits, which is looked at first and dropped when it is no good.

        The library compares request ids itself, and drops what is not the answer with BlockingIOError.
        """
        datagram = self._peek.recv(65_535, socket.MSG_PEEK)
        try:
            if len(datagram) > LARGEST_ANSWER:
                raise TooBig(f"an answer of {len(datagram)} bytes")
            _check_status(read_header(datagram))
        except Malformed as error:
            self._peek.recv(1)
            raise Garbled(str(error)) from None
        except SnmpFailure:
            self._peek.recv(1)
            raise
        return _translated(receive)

    def _listen(self) -> None:
        if not self._listening:
            self._loop.add_reader(self._peek.fileno(), self._readable)
            self._listening = True

    def _deafen(self) -> None:
        """Before something else reads the socket, and after an error on it: libuv stops to watch one that had an error
        (an ICMP "port unreachable" while an agent restarts), and would never tell of an answer again."""
        if self._listening:
            self._loop.remove_reader(self._peek.fileno())
            self._listening = False

    def _readable(self) -> None:
        if self._waiting is None:
            # Nobody asked: a late answer. Left in the socket it would be read as the next one's.
            try:
                self._peek.recv(1)
            except BlockingIOError:
                return
            except OSError:
                self._deafen()
        elif not self._waiting.done():
            self._waiting.set_result(None)

    def _give_up(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(NoAnswer(f"no answer in {self._patience.timeout_s:g} s"))

    async def _discover_engine(self) -> None:
        """SNMPv3: learn the agent's engine id, boots and time, then localise the keys."""
        if self._session is None:
            raise NoAnswer("closed")
        self._deafen()
        try:
            async with asyncio.timeout(self._patience.timeout_s * 2):
                await self._session.refresh()
        except LibraryAuthError as error:
            raise Unauthorised(str(error)) from error
        except OSError as error:
            raise NoAnswer("no answer to the engine discovery") from error
        except BaseException as error:
            if failure := _as_failure(error):
                raise failure from error
            raise
        self._clock_good_until = self._loop.time() + CLOCK_WINDOW_S


def _user(credentials: Credentials) -> User:
    auth = credentials.auth_password
    priv = credentials.priv_password
    return User(
        credentials.user,
        auth_key=_AUTH[credentials.auth_protocol](auth.encode()) if auth is not None else None,
        priv_key=_PRIV[credentials.priv_protocol](priv.encode()) if priv is not None else None,
    )


def _check_status(header: Header) -> None:
    if header.status == _TOO_BIG:
        raise TooBig("the agent says tooBig")
    if header.status:
        name = _STATUS_NAMES.get(header.status, f"error-status {header.status}")
        raise Refused(f"{name}, variable {header.index}", status=header.status, index=header.index)
    if not header.variables:
        raise Garbled("an answer without variables")


def _translated[T](call: Callable[[], T]) -> T:
    try:
        return call()
    except (OSError, StopAsyncIteration):
        raise
    except BaseException as error:
        if failure := _as_failure(error):
            raise failure from error
        raise


def _as_failure(error: BaseException) -> SnmpFailure | None:
    """A library error as ours, None for anything else. On some garbage it panics: a BaseException of pyo3."""
    if isinstance(error, LibraryAuthError):
        return Unauthorised(str(error))
    if isinstance(error, LibraryError) or type(error).__name__ == "PanicException":
        return Garbled(str(error))
    return None
