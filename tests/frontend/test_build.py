"""The build is made once per content, and a build that was cut off is never taken for one."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from frontend import build
from frontend.build_worker import CannotPatch, follow_page_origin
from tests.stories.house import PAGES

BACKEND_URL = """
export const getBackendURL = (url_str) => {
  const endpoint = new URL(url_str);
  if (typeof window !== "undefined" && SAME_DOMAIN_HOSTNAMES.includes(endpoint.hostname)) {
    const frontend_hostname = window.location.hostname;
    endpoint.hostname = frontend_hostname;
    if (window.location.protocol === "https:") {
      endpoint.port = ""; // Assume websocket is on https port via load balancer.
    }
  }
  return endpoint;
};
"""


def test_the_client_follows_the_origin_of_its_page_on_http_and_https() -> None:
    patched = follow_page_origin(BACKEND_URL)
    assert patched.count("endpoint.port = window.location.port;") == 2
    assert 'endpoint.port = "";' not in patched


def test_a_client_that_is_built_differently_is_refused() -> None:
    with pytest.raises(CannotPatch, match="getBackendURL"):
        follow_page_origin("export const getBackendURL = () => elsewhere;")


def test_the_built_client_follows_the_origin_of_its_page(pages: Path) -> None:
    scripts = "".join(file.read_text() for file in (pages / "assets").glob("*.js"))
    assert len(re.findall(r"\.port\s*=\s*window\.location\.port", scripts)) == 2


def test_the_same_sources_are_built_once(pages: Path) -> None:
    said: list[str] = []
    assert build.ensure_built(PAGES, said.append) == pages
    assert said == []


def test_every_source_counts_and_nothing_else(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    room = tmp_path / "frontend"
    shutil.copytree(build.ROOM, room, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "realtime").mkdir()
    shutil.copy(build.CHECKOUT / "rxconfig.py", tmp_path)
    monkeypatch.setattr(build, "CHECKOUT", tmp_path)
    monkeypatch.setattr(build, "ROOM", room)
    names = [build.content_hash()]
    for changed in (
        "frontend/assets/farol/live.js",
        "frontend/lock/package-lock.json",
        "realtime/panel.py",
        "rxconfig.py",
    ):
        with (tmp_path / changed).open("a") as file:
            file.write("\n")
        names.append(build.content_hash())
    assert len(set(names)) == len(names)
    (room / "__pycache__").mkdir()
    (room / "__pycache__" / "app.pyc").write_text("x")
    assert build.content_hash() == names[-1]


def test_the_build_serves_no_sources_beside_its_bundles(pages: Path) -> None:
    assert {file.suffix for file in (pages / "farol").iterdir()} == {".svg"}


def test_the_lock_pins_every_package_and_names_no_registry() -> None:
    lock = json.loads((build.LOCK / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert len(packages) > 100
    assert [name for name, entry in packages.items() if "integrity" not in entry] == []
    assert [name for name, entry in packages.items() if "resolved" in entry] == []
    wanted = json.loads((build.LOCK / "package.json").read_text())
    floating = {
        name: version
        for kind in ("dependencies", "devDependencies")
        for name, version in wanted[kind].items()
        if not re.fullmatch(r"\d+(\.\d+)+", version)
    }
    assert floating == {}


@pytest.mark.parametrize(
    ("printed", "advice"),
    [
        ("npm error code ENOSPC", "disk is full"),
        ("npm error network request failed ECONNREFUSED", "registry"),
        ("npm error code EINTEGRITY", "frontend/lock"),
        ("frontend.build_worker.CannotPatch: getBackendURL changed", "build_worker"),
        ("Killed", "failed"),
    ],
)
def test_a_failed_build_says_what_to_try(printed: str, advice: str) -> None:
    assert advice in build._explain(printed)


def test_a_build_that_was_killed_is_started_over(pages: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    # What npm fetched for the pages is fetched already.
    shutil.copytree(PAGES / "cache" / "npm", home / "cache" / "npm", copy_function=os.link)
    first = subprocess.Popen(
        [sys.executable, "-m", "frontend.build"],
        env={**os.environ, "FAROL_HOME": str(home)},
        cwd=build.CHECKOUT,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert first.stdout is not None
    first.stdout.readline()
    os.killpg(first.pid, signal.SIGKILL)
    assert first.wait() == -signal.SIGKILL
    first.stdout.close()
    assert list((home / "cache").glob("frontend/build-*")) == []

    built = build.ensure_built(home)
    assert built.name == pages.name
    assert {file.name for file in built.glob("*.html")} == {file.name for file in pages.glob("*.html")}
