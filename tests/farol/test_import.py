"""`farol import` as a person types it: real processes on a real database, one of them killed half-way."""

from __future__ import annotations

import asyncio
import csv
import os
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine
from typer.testing import CliRunner

from backend.imports.registry import KINDS
from db.engine import create_engine
from db.models import Event, Origin, Receivable, Subscriber, SubscriberAddress, SubscriberPhone
from farol.cli import app
from farol.embedded.postgres import EmbeddedPostgres
from farol.refusal import Refusal
from tests.backend.imports.office import people
from tests.waiting import until
from tests.world import World, build_world

Said = tuple[int, str, str]


@pytest.fixture
async def world(engine: AsyncEngine) -> World:
    return await build_world(engine)


class Shell:
    """Runs `farol` against one database."""

    def __init__(self, database_url: str, valkey_url: str, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            **os.environ,
            "COLUMNS": "200",
            "LANG": "C.UTF-8",
            "FAROL_HOME": str(folder / "home"),
            "FAROL_SECRET": "a secret of the tests, long enough",
            "DATABASE_URL": database_url.replace("+asyncpg", ""),
            "REDIS_URL": valkey_url,
        }

    async def start(self, *words: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "farol", *words),
            env=self.environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    async def farol(self, *words: str) -> Said:
        process = await self.start(*words)
        async with asyncio.timeout(120):
            out, err = await process.communicate()
        assert process.returncode is not None
        return process.returncode, out.decode(), err.decode()

    def write(self, name: str, content: str) -> str:
        file = self.folder / name
        file.write_text(content, newline="")
        return str(file)


@pytest.fixture
def shell(database_url: str, valkey_url: str, tmp_path: Path) -> Shell:
    return Shell(database_url, valkey_url, tmp_path)


async def count(engine: AsyncEngine, model: type) -> int:
    async with engine.connect() as connection:
        return int((await connection.execute(select(func.count()).select_from(model))).scalar_one())


async def test_a_folder_is_loaded_in_order_into_an_empty_database(shell: Shell, engine: AsyncEngine) -> None:
    folder = shell.folder / "exports"
    folder.mkdir()
    for name, kind in KINDS.items():
        (folder / f"{name}.csv").write_text(kind.example().replace("Belo Horizonte", "Alto"), newline="")
    status, out, err = await shell.farol("import", str(folder), "--dry-run")
    assert (status, "This was a dry run" in out) == (0, True), out + err
    assert await count(engine, Event) == 0 and await count(engine, Subscriber) == 0
    status, out, err = await shell.farol("import", str(folder))
    assert status == 0, out + err
    assert await count(engine, Receivable) == 1
    rows = [line.split("│")[1:3] for line in out.splitlines() if ".csv" in line]
    assert [(name.strip(), created.strip()) for name, created in rows] == [(f"{name}.csv", "1") for name in KINDS]


async def test_refused_lines_are_told_reported_and_make_the_status_1(
    shell: Shell, engine: AsyncEngine, world: World
) -> None:
    file = shell.write(
        "clientes.csv", people(3).replace("Alto;Residencial;(31) 900000002", "Nenhures;Residencial;(31) 900000002")
    )
    report = shell.folder / "report.csv"
    words = ("import", file, "--kind", "subscribers", "--company", "norte", "--report", str(report))
    status, out, _ = await shell.farol(*words, "--lang", "pt-BR")
    assert status == 1
    assert "clientes.csv:3  P2  Não há cidade Nenhures." in out
    rows = list(csv.reader(report.read_text(encoding="utf-8-sig").splitlines()))
    assert [row[1:4] for row in rows] == [
        ["line", "id", "result"],
        ["2", "P1", "created"],
        ["3", "P2", "refused"],
        ["4", "P3", "created"],
    ]
    assert await count(engine, Subscriber) == 3 + 2
    status, out, _ = await shell.farol(*words)
    assert (status, "There is no city Nenhures." in out) == (1, True)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("clientes.csv",), "There is no kind clientes. There are: companies, cities, subscribers"),
        (("clientes.csv", "--kind", "orders"), "is no file of orders: it lacks kind (tipo)"),
        (("nowhere.csv", "--kind", "nas"), "nowhere.csv cannot be read: No such file"),
        ((".",), "holds no file to import. Known names: companies.csv"),
        ((), "Say which file or folder to import"),
        (("--columns", "people"), "There is no kind people"),
        (("clientes.csv", "--lang", "fr"), "--lang fr: the report is written in pt-BR or en."),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], says: str
) -> None:
    """Before any database is looked for."""
    (tmp_path / "clientes.csv").write_text(people(1))
    monkeypatch.chdir(tmp_path)
    refused = CliRunner().invoke(app, ["import", *words]).exception
    assert isinstance(refused, Refusal) and says in str(refused)


async def test_a_company_has_to_be_known_and_is_asked_for(shell: Shell, world: World) -> None:
    file = shell.write("subscribers.csv", people(1))
    status, _, err = await shell.farol("import", file)
    assert status == 1 and "--company is needed, by name or CNPJ. There are: Norte (12ABC34501DE35)" in err
    status, _, err = await shell.farol("import", file, "--company", "Leste")
    assert status == 1 and "There is no company Leste" in err and "Traceback" not in err


def test_the_columns_are_shown_in_the_terminal() -> None:
    shown = CliRunner(env={"COLUMNS": "200"}).invoke(app, ["import", "--columns", "subscribers"])
    assert shown.exit_code == 0 and "cpf_cnpj" in shown.output and "postal_code" in shown.output


async def test_killed_half_way_and_run_again_it_ends_as_if_run_once(
    tmp_path: Path, own_postgres: EmbeddedPostgres, valkey_url: str
) -> None:
    engine = create_engine(own_postgres.url)
    try:
        await build_world(engine)
        shell = Shell(own_postgres.url, valkey_url, tmp_path)
        total = 6_000
        words = ("import", shell.write("subscribers.csv", people(total)), "--company", "Norte")
        process = await shell.start(*words)

        async def begun() -> bool:
            return await count(engine, Origin) > 0

        await until(begun, what="the first batch")
        process.kill()
        await process.communicate()
        half = await count(engine, Origin)
        assert 0 < half < total, "killed too late to prove anything"
        assert await count(engine, Subscriber) == half + 3 and await count(engine, Event) == half
        status, out, err = await shell.farol(*words)
        assert status == 0, out + err
        for model, wanted in (
            (Origin, total),
            (Subscriber, total + 3),
            (SubscriberAddress, total),
            (SubscriberPhone, total),
            (Event, total),
        ):
            assert await count(engine, model) == wanted, model
        status, out, _ = await shell.farol(*words)
        assert status == 0 and await count(engine, Event) == total
    finally:
        await engine.dispose()
