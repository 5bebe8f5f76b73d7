"""What tests of the pages need: node, the build, and one open house for all of them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from db.migrate import upgrade
from farol.embedded.postgres import EmbeddedPostgres
from farol.embedded.valkey import EmbeddedValkey
from frontend.build import CHECKOUT, ensure_built
from tests.conformance.seed import seed
from tests.stories.house import PAGES, House, house

NODE = Path(sys.executable).with_name("node")
RunScript = Callable[[str, Any], Any]


@pytest.fixture(scope="session")
def run_script() -> RunScript:
    """Runs a JavaScript function body with `given` and the module `protocol` at hand; what it returns comes back."""

    def run(body: str, given: Any) -> Any:
        module = (CHECKOUT / "frontend" / "assets" / "farol" / "protocol.js").as_uri()
        script = (
            f"import * as protocol from {json.dumps(module)};\n"
            'import { readFileSync } from "node:fs";\n'
            'const given = JSON.parse(readFileSync(0, "utf8"));\n'
            f"const result = await (async () => {{ {body} }})();\n"
            "process.stdout.write(JSON.stringify(result));\n"
        )
        done = subprocess.run(
            [NODE, "--input-type=module", "--eval", script],
            input=json.dumps(given),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


@pytest.fixture(scope="session")
def pages() -> Path:
    """The built pages of these sources."""
    return ensure_built(PAGES)


@pytest.fixture(scope="module")
async def open_house(tmp_path_factory: pytest.TempPathFactory, pages: Path) -> AsyncIterator[House]:
    """A serving house with rows for every panel, shared by the tests of a file: they look, and change nothing."""
    folder = tmp_path_factory.mktemp("house")
    postgres = EmbeddedPostgres(folder, durable=False)
    valkey = EmbeddedValkey(folder)
    await postgres.start()
    await valkey.start()
    try:
        await upgrade(postgres.url)
        async with house(folder, postgres, valkey) as made:
            await seed(made.engine, made.world)
            async with made.engine.begin() as connection:
                # Nobody polls here: the seeded samples are recent for as long as the tests take.
                await connection.execute(text("UPDATE device SET poll_interval_s = 3600"))
            yield made
    finally:
        await valkey.stop()
        await postgres.stop()
