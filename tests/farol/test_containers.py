"""The files for containers: by the book, and in step with the settings."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import yaml

from bootstrap import ROOT
from farol.settings import NAMES, load

COMPOSE = ROOT / "docker-compose.yml"


def services() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())["services"]
    return found


def test_compose_follows_the_compose_specification() -> None:
    checked = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(COMPOSE)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_every_setting_in_compose_exists_and_can_be_used() -> None:
    for name in ("migrate", "serve", "collect", "demo"):
        given = {setting: re.sub(r"\$\{(\w+):[-?][^}]*\}", "8" * 40, str(value))
                 for setting, value in services()[name]["environment"].items()}  # fmt: skip
        assert set(given) <= set(NAMES.values()), name
        load({**given, "PORT": "8000"}, ROOT / "docs")


def test_the_demo_is_reached_from_this_machine_only() -> None:
    demo = services()["demo"]
    assert demo["profiles"] == ["demo"]
    assert demo["environment"]["HOST"] == "127.0.0.1"
    assert "ports" not in demo


def test_only_caddy_and_the_listener_of_accounting_are_reached_from_outside() -> None:
    published = {name: service["ports"] for name, service in services().items() if "ports" in service}
    assert published.keys() == {"caddy", "collect"}
    assert published["collect"] == ["1813:1813/udp"]


def test_every_image_is_pinned_to_a_version() -> None:
    images = [service["image"] for service in services().values() if service["image"] != "farol"]
    images += re.findall(r"^ARG PYTHON=(\S+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert len(images) == 4
    for image in images:
        assert re.search(r":\d+\.\d+", image), image


def test_the_image_runs_as_a_user_who_is_not_root() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    last = len(lines) - 1 - lines[::-1].index(next(line for line in lines[::-1] if line.startswith("FROM")))
    assert "USER farol" in lines[last:]


def test_counters_are_not_served_to_the_world() -> None:
    caddy = (ROOT / "Caddyfile").read_text()
    assert re.search(r"@metrics path /metrics", caddy) and "respond @metrics 404" in caddy
