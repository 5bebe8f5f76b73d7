"""Field work for the small world of `tests.world`: teams, technicians, kinds of order and reasons to fail."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from db.models import CancellationReason, OrderKind, Team, Technician
from tests.world import World


@dataclass(frozen=True)
class Crew:
    """Ids. `team` works in alto with `iara` and `joel`, `other` in baixo with `nilo`; both of north. `south_team` is of
    south. A `repair` takes 60 minutes, an `installation` 120."""

    team: int
    other: int
    south_team: int
    iara: int
    joel: int
    nilo: int
    repair: int
    installation: int
    south_repair: int
    reason: int


async def build_crew(engine: AsyncEngine, world: World) -> Crew:
    north, south = {"company_id": world.north}, {"company_id": world.south}
    async with AsyncSession(engine, expire_on_commit=False) as session, session.begin():
        team = Team(**north, city_id=world.alto, name="Equipe 1", workday_minutes=480)
        other = Team(**north, city_id=world.baixo, name="Equipe 2", workday_minutes=240)
        south_team = Team(**south, city_id=world.alto, name="Equipe Sul")
        session.add_all([team, other, south_team])
        await session.flush()
        iara, joel, nilo = (
            Technician(**north, city_id=city, team_id=of.id, name=name)
            for name, city, of in (
                ("Iara", world.alto, team),
                ("Joel", world.alto, team),
                ("Nilo", world.baixo, other),
            )
        )
        repair = OrderKind(**north, name="Reparo", expected_minutes=60)
        installation = OrderKind(**north, name="Instalação", expected_minutes=120)
        south_repair = OrderKind(**south, name="Reparo")
        reason = CancellationReason(applies_to="service_order", text="Cliente ausente")
        session.add_all([iara, joel, nilo, repair, installation, south_repair, reason])
        await session.flush()
        return Crew(
            team.id,
            other.id,
            south_team.id,
            iara.id,
            joel.id,
            nilo.id,
            repair.id,
            installation.id,
            south_repair.id,
            reason.id,
        )
