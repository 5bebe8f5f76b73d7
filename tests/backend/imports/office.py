"""Files of a made-up office, and what loading them makes of the small world."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from backend.imports.columns import header
from backend.imports.loading import File, Importer, Result
from backend.imports.reading import examine
from backend.imports.registry import KINDS
from backend.imports.words import Reason
from db.models import Base
from db.uow import UnitOfWork
from db.vault import Vault
from realtime.facts import Recorded
from tests.world import NOW

VAULT = Vault(b"0" * 32)
TIMELESS = ("created_at", "recorded_at", "snmp_credentials", "secret")
"""Columns that differ between two loads of the same."""


class Office:
    """Loads files into one database, as `farol import` does. `rung` are the facts that were announced."""

    def __init__(self, engine: AsyncEngine, folder: Path, *, now: datetime = NOW) -> None:
        self.engine = engine
        self.folder = folder
        self.now = now
        self.rung: list[Recorded] = []

    def unit_of_work(self) -> UnitOfWork:
        async def ring(facts: list[Recorded]) -> None:
            self.rung += facts

        return UnitOfWork(self.engine, ring=ring, clock=lambda: self.now)

    def write(self, content: str | bytes, name: str = "file.csv") -> Path:
        file = self.folder / name
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return file

    def file(self, kind: str, content: str | bytes) -> File:
        source = examine(self.write(content))
        return File(source=source, header=header(source, KINDS[kind]), kind=KINDS[kind])

    async def load(
        self,
        kind: str,
        content: str | bytes,
        *,
        company: str | None = "Norte",
        rehearsing: bool = False,
        batch: int = 100,
    ) -> list[Result]:
        importer = Importer(self.unit_of_work, VAULT, company=company, rehearsing=rehearsing)
        results: list[Result] = []
        async with importer:
            async for progress in importer.load(self.file(kind, content), batch=batch):
                results += progress.results
        return results

    async def rows(self, model: Any, *names: str) -> list[tuple[Any, ...]]:
        columns = [getattr(model, name) for name in names]
        async with self.engine.connect() as connection:
            return [tuple(row) for row in await connection.execute(select(*columns).order_by(*columns))]

    async def state(self) -> dict[str, list[str]]:
        """Every row of every table but facts, without instants of loading, each as text."""
        found = {}
        async with self.engine.connect() as connection:
            for table in Base.metadata.sorted_tables:
                if table.name == "event":
                    continue
                columns = ", ".join(f'"{column.name}"' for column in table.columns if column.name not in TIMELESS)
                rows = await connection.execute(text(f"SELECT {columns} FROM {table.name} ORDER BY {columns}"))
                found[table.name] = [str(tuple(row)) for row in rows]
        return found

    async def facts(self) -> int:
        async with self.engine.connect() as connection:
            return int((await connection.execute(text("SELECT count(*) FROM event"))).scalar_one())


def outcomes(results: Sequence[Result]) -> list[str]:
    return [result.outcome for result in results]


def why(results: Sequence[Result]) -> list[str | None]:
    """The codes of the reasons, in order of lines."""
    return [result.reason.code if isinstance(result.reason, Reason) else None for result in results]


def cpf(number: int) -> str:
    """A CPF with check digits that fit, made up from a number."""
    digits = f"{int(hashlib.sha256(str(number).encode()).hexdigest(), 16) % 10**9:09d}"
    for length in (10, 11):
        total = sum(int(digit) * (length - place) for place, digit in enumerate(digits)) % 11
        digits += "0" if total < 2 else str(11 - total)
    return digits


def people(count: int, *, first: int = 1) -> str:
    """Lines of subscribers, with header."""
    lines = ["codigo;nome;cpf_cnpj;cidade;negocio;telefone;logradouro;numero;bairro;cep;cliente_desde"]
    lines += [
        f"P{number};Pessoa {number};{cpf(number)};Alto;Residencial;(31) 9{number:08d};Rua das Flores;"
        f"{number};Centro;30160011;10/01/2024"
        for number in range(first, first + count)
    ]
    return "\r\n".join(lines) + "\r\n"
