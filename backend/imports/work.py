"""What the kinds of an import write with: the transaction, the company, and the places it works in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.errors import BadInput
from backend.imports.documents import plain
from backend.imports.names import folded
from backend.imports.words import refused
from db.models import BusinessUnit, City, Company, Origin
from db.vault import Vault
from realtime.facts import AnyFact
from realtime.scope import Place


@dataclass(frozen=True)
class CityRow:
    id: int
    name: str
    state: str


@dataclass(kw_only=True)
class Work:
    """One batch in one transaction. `company_id` is 0 for kinds that belong to no company. `facts` are announced when
    the batch is committed; `today` is the company's."""

    db: AsyncConnection
    vault: Vault
    now: datetime
    company_id: int = 0
    company: str = ""
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("America/Sao_Paulo"))
    cities: dict[int, CityRow] = field(default_factory=dict)
    by_name: dict[str, list[CityRow]] = field(default_factory=dict)
    units: dict[str, int] = field(default_factory=dict)
    facts: list[AnyFact] = field(default_factory=list)
    _found: dict[tuple[str, str | None], int] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def emit(self, fact: AnyFact) -> None:
        self.facts.append(fact)

    def aware(self, at: datetime) -> datetime:
        """An instant without an offset is the company's local time."""
        return at if at.tzinfo else at.replace(tzinfo=self.zone)

    def noon(self, on: date) -> datetime:
        """An instant of a day whose hour nobody knows."""
        return datetime.combine(on, time(12), self.zone)

    def city(self, text: str, state: str | None) -> int:
        """By IBGE code, or by name and, where several have it, state. `Alto/MG` and `Alto - MG` say both."""
        if (text, state) not in self._found:
            self._found[text, state] = self._city(text, state)
        return self._found[text, state]

    def _city(self, text: str, state: str | None) -> int:
        name, slash, behind = text.replace(" - ", "/").rpartition("/")
        if slash and len(behind.strip()) == 2 and state is None:
            text, state = name, behind.strip().upper()
        wanted = folded(text)
        same = [city for city in self.by_name.get(wanted, ()) if state in (None, city.state)]
        if not same:
            raise refused("unknown_city", value=f"{text}/{state}" if state else text)
        if len(same) > 1:
            raise refused("ambiguous_city", value=text)
        return same[0].id

    def unit(self, name: str | None) -> int:
        """A business unit of the company; it may be left out when there is one."""
        if name is None:
            if len(self.units) != 1:
                raise refused("unit_needed", company=self.company, known=", ".join(sorted(self.units)))
            return next(iter(self.units.values()))
        try:
            return {folded(known): number for known, number in self.units.items()}[folded(name)]
        except KeyError:
            raise refused("unknown_unit", company=self.company, value=name) from None

    def optional_unit(self, name: str | None) -> int | None:
        """For equipment, which may belong to all of the company's units."""
        return None if name is None else self.unit(name)

    def place(self, unit: int | None, city: int) -> Place:
        return Place(self.company_id, unit, city)

    async def origins(self, kind: str, source_ids: Sequence[str | None]) -> dict[str, int]:
        """Records of this company by the ids that the other system knows them by."""
        wanted = {source_id for source_id in source_ids if source_id is not None}
        if not wanted:
            return {}
        rows = await self.db.execute(
            select(Origin.source_id, Origin.record_id).where(
                Origin.company_id == self.company_id, Origin.kind == kind, Origin.source_id.in_(wanted)
            )
        )
        return dict(rows.all())


async def prepared(
    db: AsyncConnection, vault: Vault, now: datetime, company: str | None, *, needed: bool = True
) -> Work:
    """Raises BadInput when the company is unknown, or has to be said and is not."""
    work = Work(db=db, vault=vault, now=now)
    for number, name, state, code in await db.execute(select(City.id, City.name, City.state, City.ibge_code)):
        city = work.cities[number] = CityRow(number, name, state)
        work.by_name.setdefault(folded(name), []).append(city)
        work.by_name[code] = [city]
    if needed:
        found = await _company(db, company)
        work.company_id, work.company, work.zone = found.id, found.name, ZoneInfo(found.time_zone)
        units = select(BusinessUnit.name, BusinessUnit.id).where(BusinessUnit.company_id == found.id)
        work.units = dict((await db.execute(units)).all())
    return work


async def _company(db: AsyncConnection, wanted: str | None) -> Any:
    """By CNPJ, name or number; without one, the only company there is."""
    everyone = (
        await db.execute(select(Company.id, Company.name, Company.cnpj, Company.time_zone).order_by(Company.id))
    ).all()
    names = ", ".join(f"{row.name} ({row.cnpj})" for row in everyone[:20])
    if not everyone:
        raise BadInput("There is no company yet: import companies.csv first.")
    if wanted is None:
        if len(everyone) > 1:
            raise BadInput(f"--company is needed, by name or CNPJ. There are: {names}.")
        return everyone[0]
    same = [row for row in everyone if row.cnpj == plain(wanted) or str(row.id) == wanted.strip()]
    same = same or [row for row in everyone if folded(row.name) == folded(wanted)]
    if len(same) != 1:
        raise BadInput(f"There is no company {wanted}, or several. There are: {names}.")
    return same[0]
