"""NAS and logins in a lab's database, and a NAS that speaks from a real socket."""

from __future__ import annotations

import asyncio
import itertools
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date
from decimal import Decimal
from ipaddress import ip_network
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from db.models import Contract, ContractItem, InternetLogin, Nas, Product, Session, SessionHistory
from db.vault import Vault
from tests.collectors.radius.wire import SECRET, is_reply_to, request
from tests.world import World


async def add_nas(engine: AsyncEngine, world: World, vault: Vault, network: str = "127.0.0.0/8") -> int:
    async with AsyncSession(engine) as session, session.begin():
        nas = Nas(
            company_id=world.north,
            business_unit_id=None,
            city_id=world.alto,
            name=f"BNG {network}",
            network=ip_network(network),
            vendor="mikrotik",
            secret=b"",
        )
        session.add(nas)
        await session.flush()
        nas.secret = vault.seal(SECRET, purpose="radius", record=f"nas:{nas.id}")
        return nas.id


async def add_login(engine: AsyncEngine, world: World, login: str) -> tuple[int, int]:
    """A contract of the subscriber of Baixo with one plan: (contract, product)."""
    async with AsyncSession(engine) as session, session.begin():
        product = await session.scalar(select(Product).where(Product.name == "Fibra 500"))
        if product is None:
            product = Product(company_id=world.north, name="Fibra 500", kind="internet", price=Decimal("99.90"))
        contract = Contract(
            company_id=world.north,
            business_unit_id=world.unit,
            city_id=world.baixo,
            subscriber_id=world.subscriber_baixo,
            status="active",
            signed_on=date(2026, 1, 2),
        )
        session.add_all([product, contract])
        await session.flush()
        session.add_all(
            [
                ContractItem(
                    contract_id=contract.id, product_id=product.id, price=Decimal("99.90"), since=date(2026, 1, 2)
                ),
                InternetLogin(
                    company_id=world.north,
                    contract_id=contract.id,
                    subscriber_id=world.subscriber_baixo,
                    login=login,
                ),
            ]
        )
        return contract.id, product.id


async def open_sessions(engine: AsyncEngine) -> Sequence[Session]:
    async with AsyncSession(engine) as session:
        return (await session.scalars(select(Session).order_by(Session.session_id, Session.id))).all()


async def ended_sessions(engine: AsyncEngine) -> Sequence[SessionHistory]:
    async with AsyncSession(engine) as session:
        return (await session.scalars(select(SessionHistory).order_by(SessionHistory.ended_at))).all()


class Speaker(asyncio.DatagramProtocol):
    """A NAS on a socket of its own. `replies` holds everything that came back."""

    def __init__(self) -> None:
        self.replies: list[bytes] = []
        self._numbers = itertools.count(1)
        self._by_number: dict[int, list[bytes]] = defaultdict(list)
        self._came: dict[int, asyncio.Event] = defaultdict(asyncio.Event)
        self._transport: asyncio.DatagramTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.DatagramTransport)
        self._transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self.replies.append(data)
        self._by_number[data[1]].append(data)
        self._came[data[1]].set()

    def error_received(self, exc: Exception) -> None:
        """Nobody listens yet."""

    def say(self, data: bytes) -> None:
        self._transport.sendto(data)

    def has_reply(self, data: bytes) -> bool:
        """Whether it was acknowledged: a reply names its request by 8 bits and proves which one it is."""
        return any(is_reply_to(reply, data) for reply in self._by_number[data[1]])

    async def replied(self, data: bytes, *, times: int = 1, within_s: float = 20) -> None:
        async with asyncio.timeout(within_s):
            while sum(is_reply_to(reply, data) for reply in self._by_number[data[1]]) < times:
                came = self._came[data[1]]
                came.clear()
                await came.wait()

    async def ask(self, data: bytes) -> None:
        """Sends until it is acknowledged, as a NAS does."""
        for _ in range(20):
            self.say(data)
            try:
                return await self.replied(data, within_s=1)
            except TimeoutError:
                continue
        raise AssertionError("no reply in twenty tries")

    async def tell(self, status: str, session: str = "81a00001", **said: Any) -> bytes:
        data = request(status, session, number_=next(self._numbers) % 256, **said)
        await self.ask(data)
        return data


@asynccontextmanager
async def speaking(port: int) -> AsyncIterator[Speaker]:
    loop = asyncio.get_running_loop()
    transport, speaker = await loop.create_datagram_endpoint(Speaker, remote_addr=("127.0.0.1", port))
    try:
        yield speaker
    finally:
        transport.close()
