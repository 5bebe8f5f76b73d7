"""Makes what Farol runs in: `.venv`, holding exactly what requirements.lock names and the command `farol`.

    python3 bootstrap.py            the environment; well under a second when it is there already
    python3 bootstrap.py --tests    also a browser and an SNMP agent, for the tests
    python3 bootstrap.py --run-only without the tools of the developers, for an image

Runs on any Python from 3.6 with the standard library alone, because it is what looks for a newer one. Writes inside
the checkout only. `docs/decisions/requirements-lock.md` says why the lock looks as it does.
"""

import argparse
import contextlib
import errno
import glob
import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Dict, Iterator, List, Optional

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "farol.stamp"
CACHE = ROOT / ".cache"
LOG = CACHE / "bootstrap.log"
LOCK = ROOT / "requirements.lock"

VERSIONS = ("3.13", "3.12")
"""Of Python, the preferred one first."""
COMMAND = """#!/bin/sh
'''exec' "%s" "$0" "$@"
' '''
import sys

from farol.cli import main

sys.exit(main())
"""
SPACE_NEEDED = 2 * 2**30
"""Bytes: the environment takes 0.8 GB, the build of the pages 0.6 GB, a demo the rest."""
PROBE = "import sys, ctypes, ensurepip, ssl, venv; print('%d.%d' % sys.version_info[:2])"

TOOLS = {
    "chromium": (["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"], "a Chromium browser"),
    "snmpd": (["snmpd"], "net-snmp's agent"),
    "snmp": (["snmpget"], "net-snmp's clients"),
    "freeradius-utils": (["radclient"], "FreeRADIUS' client"),
}
"""What the tests need from the machine: Debian's package -> names of its program, and words for it."""
BROWSERS_ELSEWHERE = (
    "~/.cache/ms-playwright/chromium-*/chrome-linux*/chrome",
    "~/Library/Caches/ms-playwright/chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


class Trouble(Exception):
    """What is wrong and what to do, as a sentence."""


def tell(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


# --- Python ---------------------------------------------------------------------------------------------------------


def candidates() -> Iterator[str]:
    """Pythons that may be new enough: on PATH, under pyenv and in the usual folders."""
    roots = [os.environ.get("PYENV_ROOT"), os.path.expanduser("~/.pyenv")]
    for version in VERSIONS:
        if "%d.%d" % sys.version_info[:2] == version:
            yield sys.executable
        for folder in os.get_exec_path():
            yield os.path.join(folder, "python" + version)
        for root in roots:
            # Not through pyenv's shims: those refuse a version that the folder did not choose.
            found = glob.glob(os.path.join(root, "versions", version + "*", "bin", "python")) if root else []
            yield from sorted(found, key=natural, reverse=True)
        for folder in ("/usr/bin", "/usr/local/bin", "/opt/homebrew/bin", "/opt/python%s/bin" % version):
            yield os.path.join(folder, "python" + version)


def natural(text: str) -> List[int]:
    return [int(number) for number in re.findall(r"\d+", text)]


def find_python() -> str:
    """The path of a Python of VERSIONS that can make an environment. Raises Trouble."""
    refused: Dict[str, str] = {}
    for path in candidates():
        if path in refused or not os.access(path, os.X_OK):
            continue
        asked = subprocess.Popen([path, "-I", "-c", PROBE], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        answer, complaint = asked.communicate()
        if asked.returncode == 0 and answer.decode().strip() in VERSIONS:
            return path
        words = complaint.decode(errors="replace").strip().splitlines()
        refused[path] = words[-1] if words else "is Python " + answer.decode().strip()
    missing = [why for why in refused.values() if "ensurepip" in why or "venv" in why]
    if missing:
        raise Trouble(
            "Python is there, but without what makes environments (%s). On Debian and Ubuntu: apt-get install "
            "python%s-venv" % (missing[0], VERSIONS[0])
        )
    seen = "".join("\n  %s: %s" % item for item in refused.items())
    raise Trouble(
        "Farol needs Python %s, and this machine has none of them on PATH or under pyenv (this is %d.%d). "
        "Install one: `pyenv install %s`, `uv python install %s`, or your system's package python%s with its venv.%s"
        % (" or ".join(VERSIONS), sys.version_info[0], sys.version_info[1], VERSIONS[0], VERSIONS[0], VERSIONS[0], seen)
    )


# --- the environment ------------------------------------------------------------------------------------------------


def needed_to_run(lock: str) -> str:
    """The part of the lock that Farol itself needs: what nobody but the group `dev` asked for is left out.

    Under each package the lock names who wanted it: `# via a`, or `# via` and a line for each.
    """
    texts = {found.group(1): found.group(0) for found in re.finditer(r"^([\w.-]+)==.*\n(?: .*\n)*", lock, re.M)}
    wanted_by = {name: set(re.findall(r"^ +# (?:via )? *(\S.*)$", text, re.M)) for name, text in texts.items()}
    chosen = {"farol (pyproject.toml)"}
    while True:
        found = {name for name, wanting in wanted_by.items() if wanting & chosen} | chosen
        if found == chosen:
            return "".join(text for name, text in texts.items() if name in chosen)
        chosen = found


def stamp(run_only: bool) -> str:
    """Names an environment: what it was made from, by what, and where (scripts in it hold its path)."""
    digest = hashlib.sha256()
    for part in (LOCK.read_bytes(), Path(__file__).read_bytes(), str(ROOT).encode(), str(run_only).encode()):
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest() + "\n" + str(ROOT) + "\n"


def kept_stamp() -> str:
    try:
        return STAMP.read_text() if PYTHON.exists() else ""
    except OSError:
        return ""


def ensure_environment(run_only: bool) -> None:
    """Returns when `.venv` is what the lock says. Starts over what an interrupted run left half made."""
    if kept_stamp() == stamp(run_only):
        return
    with alone():
        before = kept_stamp()
        if before == stamp(run_only):
            return
        if not usable() or (before and before.splitlines()[1:] != [str(ROOT)]):
            make_venv(find_python())
        install_uv()
        tell("Installing what requirements.lock names")
        lock = LOCK
        if run_only:
            lock = CACHE / "run.lock"
            lock.write_text(needed_to_run(LOCK.read_text()))
        uv = [str(VENV / "bin" / "uv"), "pip", "sync", "--python", str(PYTHON), "--require-hashes", "--no-build"]
        run(uv + ["--no-progress", str(lock)])
        add_project()
        STAMP.write_text(stamp(run_only))
        tell("The environment is ready: .venv")


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """One bootstrap at a time in a checkout; the lock ends with the process that holds it."""
    import fcntl

    CACHE.mkdir(exist_ok=True)
    with (CACHE / "bootstrap.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            tell("Another bootstrap works in this checkout: waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def usable() -> bool:
    """Whether `.venv` has a Python of VERSIONS and pip."""
    if not PYTHON.exists():
        return False
    asked = subprocess.Popen(
        [str(PYTHON), "-c", PROBE + "; import pip"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    answer, _ = asked.communicate()
    return asked.returncode == 0 and answer.decode().strip() in VERSIONS


def make_venv(python: str) -> None:
    free = shutil.disk_usage(str(ROOT)).free
    if free < SPACE_NEEDED:
        raise Trouble(
            "%s has %d MB free, and Farol needs about %d MB to be set up: free some space and start again."
            % (ROOT, free // 2**20, SPACE_NEEDED // 2**20)
        )
    tell("Making .venv with %s" % python)
    if VENV.is_symlink() or VENV.is_file():
        VENV.unlink()
    elif VENV.exists():
        shutil.rmtree(str(VENV))
    run([python, "-m", "venv", str(VENV)])


def install_uv() -> None:
    """uv comes from the lock as well: its version and hashes stand there like anybody's."""
    found = re.search(r"^uv==(\S+)(?:[^\n]*\\\n)(?: +--hash=\S+(?: \\)?\n)+", LOCK.read_text(), re.MULTILINE)
    if found is None:
        raise Trouble("requirements.lock names no uv: take it from version control again.")
    here = VENV / "bin" / "uv"
    if here.exists():
        asked = subprocess.Popen([str(here), "--version"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if asked.communicate()[0].decode().split()[1:2] == [found.group(1)]:
            return
    tell("Installing uv %s" % found.group(1))
    wanted = CACHE / "uv.txt"
    wanted.write_text(found.group(0))
    pip = [str(PYTHON), "-m", "pip", "install", "--require-hashes", "--no-deps", "--only-binary", ":all:"]
    run(pip + ["--quiet", "--disable-pip-version-check", "--no-input", "--requirement", str(wanted)])


def add_project() -> None:
    """The checkout itself: importable through a .pth file, and the command. Needs no build backend and no network."""
    (packages,) = (VENV / "lib").glob("python*/site-packages")
    (packages / "farol-checkout.pth").write_text(str(ROOT) + "\n")
    command = VENV / "bin" / "farol"
    # Started by sh, because a #! line may hold neither a space nor a long path.
    command.write_text(COMMAND % PYTHON)
    command.chmod(0o755)


# --- programs we call -----------------------------------------------------------------------------------------------


def environment() -> Dict[str, str]:
    """Every cache and temporary file inside the checkout; the index is the one that pip was configured with."""
    temporary = CACHE / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    known = dict(os.environ, PIP_CACHE_DIR=str(CACHE / "pip"), UV_CACHE_DIR=str(CACHE / "uv"), TMPDIR=str(temporary))
    known.update(UV_PYTHON_DOWNLOADS="never", PYTHONDONTWRITEBYTECODE="1", PIP_REQUIRE_VIRTUALENV="0")
    for name in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "UV_SYSTEM_PYTHON", "UV_PROJECT_ENVIRONMENT"):
        known.pop(name, None)
    if PYTHON.exists() and not {"UV_DEFAULT_INDEX", "UV_INDEX_URL"} & set(known):
        asked = subprocess.Popen([str(PYTHON), "-m", "pip", "config", "list"], stdout=subprocess.PIPE, env=known)
        configured = re.findall(r"^(?:global|install|:env:)\.index-url='(.*)'$", asked.communicate()[0].decode(), re.M)
        if configured:
            known["UV_DEFAULT_INDEX"] = configured[-1]
    if known.get("PIP_CERT"):
        known.setdefault("SSL_CERT_FILE", known["PIP_CERT"])
    return known


def run(command: List[str]) -> None:
    """Shows what the program prints, line by line, and keeps it in LOG. Raises Trouble when it fails."""
    printed: List[str] = []
    with LOG.open("w") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            universal_newlines=True,
            env=environment(),
        )
        assert process.stdout is not None
        for line in process.stdout:
            log.write(line)
            printed.append(line)
            if not re.match(r" [+-] \S+==", line):  # uv's list of all that changed: in the log for whoever asks
                tell("  " + line.rstrip())
    if process.wait() != 0:
        raise Trouble(explain("".join(printed)) + " All that was printed is in %s." % LOG)


def explain(output: str) -> str:
    """A sentence for what usually goes wrong, from what pip or uv printed."""
    if re.search(r"No space left|ENOSPC|os error 28|Disk quota", output):
        return "The disk is full: free about %d MB and start again." % (SPACE_NEEDED // 2**20)
    if re.search(r"hash(es)? mismatch|DO NOT MATCH THE HASHES", output, re.IGNORECASE):
        return (
            "A package differs from the one requirements.lock names. Do not go on until somebody knows why: "
            "a broken download (remove .cache and try again), or a package that was tampered with."
        )
    if re.search(
        r"dns error|Could not connect|Connection refused|ConnectionError|NewConnectionError|timed out|Failed to fetch"
        r"|unreachable|Name or service not known|Temporary failure in name resolution|error sending request"
        r"|No matching distribution|not found in the package registry",
        output,
    ):
        return (
            "The package index cannot be reached, or lacks what the lock names. Check the network, or the proxy "
            "(HTTPS_PROXY) and index (PIP_INDEX_URL) of yours, and start again: what was fetched is kept."
        )
    if re.search(r"Permission denied|os error 13", output):
        return "Files of another user are in the way (was this run as root before?): chown -R $USER .venv .cache"
    return "Setting up the environment failed."


# --- for the tests --------------------------------------------------------------------------------------------------


def find_tool(package: str) -> Optional[str]:
    """Where the program of a Debian package in TOOLS is on this machine; None when it is not."""
    folders = os.pathsep.join(os.get_exec_path() + ["/usr/sbin", "/usr/local/sbin", "/sbin"])
    for name in TOOLS[package][0]:
        found = shutil.which(name, path=folders)
        if found:
            return found
    if package == "chromium":
        patterns = list(BROWSERS_ELSEWHERE)
        if os.environ.get("PLAYWRIGHT_BROWSERS_PATH"):
            patterns.insert(0, os.environ["PLAYWRIGHT_BROWSERS_PATH"] + "/chromium-*/chrome-linux*/chrome")
        for pattern in patterns:
            for path in sorted(glob.glob(os.path.expanduser(pattern)), key=natural, reverse=True):
                if os.access(path, os.X_OK):
                    return path
    return None


def ensure_tools() -> None:
    """Installs what the tests miss where that is ours to do: Debian's packages, as root. Raises Trouble otherwise."""
    missing = [package for package in TOOLS if find_tool(package) is None]
    if not missing:
        return
    words = " and ".join(TOOLS[package][1] for package in missing)
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise Trouble(
            "The tests need %s, which this machine lacks. On Debian: sudo apt-get install %s. Elsewhere install what "
            "gives the program %s, and start again."
            % (words, " ".join(missing), " and ".join(TOOLS[package][0][0] for package in missing))
        )
    tell("Installing %s for the tests" % words)
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    CACHE.mkdir(exist_ok=True)
    run(["apt-get", "update", "-qq"])
    run(["apt-get", "install", "-y", "-qq", "--no-install-recommends"] + missing)


def main() -> int:
    parser = argparse.ArgumentParser(description="Makes the environment Farol runs in.")
    parser.add_argument("--tests", action="store_true", help="also what the tests need from the machine")
    parser.add_argument("--run-only", action="store_true", help="without the tools of the developers")
    given = parser.parse_args()
    try:
        ensure_environment(given.run_only)
        if given.tests:
            ensure_tools()
    except Trouble as trouble:
        tell("\n%s" % trouble)
    except KeyboardInterrupt:
        tell("\nInterrupted. Start again whenever you like: it goes on from here.")
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            tell("\nThe disk is full: free about %d MB and start again." % (SPACE_NEEDED // 2**20))
        elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            tell("\n%s cannot be written: give the checkout to your user, or run as its owner." % error.filename)
        else:
            raise
    else:
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
