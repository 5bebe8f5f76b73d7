"""Files of another system, and a wall that moves while they are loaded."""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.backend.imports.office import people
from tests.stories.house import PAGES, SECRET, House
from tests.stories.watcher import watching

DAY, LATEST = "receivables.day", "receivables.latest"


async def imported(house: House, file: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "farol", "import", str(file), "--company", "Norte"),
        env={
            **os.environ,
            "FAROL_HOME": str(PAGES),
            "FAROL_SECRET": SECRET,
            "DATABASE_URL": house.postgres.url.replace("+asyncpg", ""),
            "REDIS_URL": house.valkey.url,
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(120):
        out, _ = await process.communicate()
    assert process.returncode == 0, out.decode()


async def test_an_imported_payment_is_on_the_panel_of_the_day(home: House, tmp_path: Path) -> None:
    today = datetime.now(ZoneInfo("America/Sao_Paulo")).date()
    subscribers, receivables = tmp_path / "subscribers.csv", tmp_path / "receivables.csv"
    subscribers.write_text(people(1))
    head = "codigo;assinante;valor;vencimento;situacao;valor_pago;data_pagamento;forma_pagamento\n"
    async with home.signed_in("alto") as alto, watching(home.url, alto.cookies, DAY, LATEST) as watcher:
        await imported(home, subscribers)
        receivables.write_text(f"{head}T1;P1;1.234,56;{today:%d/%m/%Y};aberto;;;\n")
        await imported(home, receivables)
        await watcher.shows(lambda: watcher.data(DAY)["due"] == 1234.56)
        assert watcher.data(DAY)["received"] == 0
        receivables.write_text(f"{head}T1;P1;1.234,56;{today:%d/%m/%Y};pago;1.234,56;{today:%d/%m/%Y};pix\n")
        await imported(home, receivables)
        await watcher.shows(lambda: watcher.data(DAY)["received"] == 1234.56)
        assert watcher.data(DAY)["pix"] == {"amount": 1234.56, "count": 1}
        await watcher.shows(lambda: len(watcher.data(LATEST)) == 1)
