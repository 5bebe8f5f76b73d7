"""The command line without a server: help, refusals, the log, what a terminal shows of a topic."""

from __future__ import annotations

import io
import json
import os
import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from farol.cli import app
from farol.commands.asking import permissions
from farol.commands.live import socket_url
from farol.commands.rendering import render
from farol.http_server import bound
from farol.owner import is_owned, sole_owner
from farol.refusal import Refusal
from farol.settings import Settings, load
from realtime.client import Held
from realtime.scope import Permission
from realtime.wire import Snap

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
COMMANDS = ("up", "serve", "collect", "migrate", "demo", "watch", "user", "token", "doctor")


def farol(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "farol", *words],
        env={**os.environ, "COLUMNS": "200", **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_help_names_every_command_that_was_promised() -> None:
    shown = CliRunner().invoke(app, ["--help"]).output
    assert [name for name in COMMANDS if f" {name} " not in shown] == []


def test_the_installed_command_is_the_same_program() -> None:
    command = Path(sys.executable).with_name("farol")
    shown = subprocess.run([command, "--help"], capture_output=True, text=True, timeout=120, check=False)
    assert shown.returncode == 0 and "watch" in shown.stdout


def test_a_setting_that_cannot_be_used_is_one_sentence_and_no_trace(tmp_path: Path) -> None:
    done = farol("up", PORT="eighty", FAROL_HOME=str(tmp_path))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("farol: PORT is 'eighty'") and done.stderr.count("\n") == 1


def test_a_home_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = farol("up", FAROL_HOME=str(tmp_path / "file" / "home"))
    assert done.returncode == 1
    assert "Set FAROL_HOME to a folder of yours" in done.stderr and "Traceback" not in done.stderr


def test_watching_a_server_that_is_away_is_a_sentence(tmp_path: Path) -> None:
    done = farol("watch", "receivables.day", "--url", "http://127.0.0.1:9", FAROL_HOME=str(tmp_path))
    assert done.returncode == 1
    assert "http://127.0.0.1:9 does not answer" in done.stderr and "Traceback" not in done.stderr


def test_doctor_says_of_an_empty_home_what_to_do(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
    done = farol("doctor", FAROL_HOME=str(tmp_path), PORT=port, DATABASE_URL="", REDIS_URL="")
    assert done.returncode == 0
    assert "Not running: `farol up` starts everything." in done.stdout


def test_doctor_finds_a_database_and_a_bus_that_do_not_answer(tmp_path: Path) -> None:
    away = {"DATABASE_URL": "postgresql://a:b@127.0.0.1:9/c", "REDIS_URL": "redis://127.0.0.1:9/0"}
    done = farol("doctor", FAROL_HOME=str(tmp_path), **away)
    assert done.returncode == 1
    wrong = [line.split()[1] for line in done.stdout.splitlines() if line.startswith("wrong")]
    assert wrong == ["database", "bus"]


def test_a_port_that_is_taken_is_refused_with_another_to_try() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Refusal, match=f"Port {port} is in use.*PORT="):
            bound(Settings(port=port))


def test_a_host_that_is_not_this_machine_is_refused() -> None:
    with pytest.raises(Refusal, match=r"HOST=192\.0\.2\.1 is no address of this machine"):
        bound(Settings(host="192.0.2.1"))


def test_several_serving_processes_share_a_port_and_one_alone_does_not() -> None:
    several = Settings(port=load({}, Path("/")).port + 17, workers=2)
    with bound(several), bound(several):
        pass


def test_a_home_has_one_owner_at_a_time(tmp_path: Path) -> None:
    assert not is_owned(tmp_path)
    with sole_owner(tmp_path):
        assert is_owned(tmp_path)
        with pytest.raises(Refusal, match=f"already runs in .* \\(process {os.getpid()}\\)"), sole_owner(tmp_path):
            pass
    assert not is_owned(tmp_path)


def test_permissions_are_read_as_module_and_action() -> None:
    assert permissions(["receivables:read", "network:*"]) == (
        Permission("receivables", "read"),
        Permission("network", "*"),
    )
    with pytest.raises(Refusal, match="--may receivables: a permission is written module:action"):
        permissions(["receivables"])


@pytest.mark.parametrize(
    ("url", "socket_address"),
    [("http://127.0.0.1:8000", "ws://127.0.0.1:8000/live"), ("https://farol.example/", "wss://farol.example/live")],
)
def test_the_live_socket_is_found_from_the_address_of_the_pages(url: str, socket_address: str) -> None:
    assert socket_url(url) == socket_address


def shown(shape: Any, data: Any, *, as_of: datetime = NOW, problem: str = "") -> str:
    snap = Snap(t="a.topic", e="e", o=1, as_of=as_of, shape=shape, data=data, period=10)
    console = Console(file=io.StringIO(), width=80, record=True)
    console.print(render("a.topic", Held(snap, 1, as_of, data), NOW, problem))
    return console.export_text()


def test_a_record_is_shown_a_line_per_field() -> None:
    assert "received  12.5" in shown("value", {"received": 12.5, "due": None})


def test_rows_are_shown_as_a_table_and_markup_in_them_is_only_text() -> None:
    table = shown("table", {"1": {"name": "[red]Ana[/red]", "owes": 3}})
    assert "[red]Ana[/red]" in table and "owes" in table


def test_of_a_ring_the_newest_points_come_first() -> None:
    ring = shown("ring", {"at": [1, 2, 3], "in_bps": [10, 20, 30]})
    assert ring.index("30") < ring.index("20") < ring.index("10")


def test_the_age_of_the_source_is_shown_and_called_stale_after_three_periods() -> None:
    assert "14 s old" in shown("value", {}, as_of=NOW - timedelta(seconds=14))
    assert "31 s old - stale" in shown("value", {}, as_of=NOW - timedelta(seconds=31))
    assert "connection lost" in shown("value", {}, problem="connection lost")


def test_a_process_logs_json_when_nobody_reads_along() -> None:
    program = (
        "import logging, structlog; from farol.logging import configure; configure('serve');"
        "structlog.get_logger('a').warning('heard', port=7); logging.getLogger('b').error('said %s', 'so')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    first, second = (json.loads(line) for line in done.stderr.splitlines())
    assert (first["process"], first["event"], first["port"], first["level"]) == ("serve", "heard", 7, "warning")
    assert (second["event"], second["logger"]) == ("said so", "b")
