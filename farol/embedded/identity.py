"""Which user PostgreSQL runs as. It refuses user 0, and `initdb` refuses a user without a name.

An ordinary user with a name: as that user. Anybody else: in a user namespace where the caller bears the name of
an ordinary user, so files keep their owner and no system user is made. Where namespaces are refused (a container
without the right to them), root falls back to `nobody`, who then owns the data directory.
"""

from __future__ import annotations

import os
import pwd
import signal
import stat
import subprocess
from pathlib import Path

from farol.child import launched
from farol.embedded.place import EmbeddedServerError

NOBODY = 65534


def has_a_name(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def ordinary_user() -> tuple[int, int]:
    """Some user of this machine who is not root, by preference `nobody`."""
    users = [(entry.pw_uid, entry.pw_gid) for entry in pwd.getpwall() if entry.pw_uid != 0]
    named = [user for user in users if user[0] == NOBODY]
    if not users:
        raise EmbeddedServerError(
            "PostgreSQL needs a user that is not root, and this machine knows none: "
            "set DATABASE_URL to a server of yours."
        )
    return (named or users)[0]


def namespaces_work(identity: list[str]) -> bool:
    tried = subprocess.run(
        launched(["true"], on_parent_death=signal.SIGKILL, identity=identity),
        capture_output=True,
        timeout=30,
        check=False,
    )
    return tried.returncode == 0


def closed_to_others(path: Path) -> Path | None:
    """The first folder on the way to `path` that another user may not enter."""
    for folder in [*reversed(path.resolve().parents), path.resolve()]:
        if folder.exists() and not folder.stat().st_mode & stat.S_IXOTH:
            return folder
    return None


def postgres_identity(data: Path, programs: Path) -> list[str]:
    """The arguments of `farol/launch.py` that let PostgreSQL run on `data`. May give `data` to another user."""
    uid = os.geteuid()
    if uid != 0 and has_a_name(uid):
        return []
    user = ordinary_user()
    as_text = f"{user[0]}:{user[1]}"
    namespace = ["--namespace", as_text]
    if namespaces_work(namespace):
        return namespace
    if uid != 0:
        raise EmbeddedServerError(
            f"PostgreSQL needs a user with a name, and user {uid} has none in /etc/passwd: run farol as another user, "
            "or set DATABASE_URL to a server of yours."
        )
    for needed in (data.parent, programs):
        closed = closed_to_others(needed)
        if closed is not None:
            raise EmbeddedServerError(
                f"PostgreSQL does not run as root, this machine refuses user namespaces, and user nobody may not enter "
                f"{closed}: run farol as an ordinary user, keep it in a folder others may enter (chmod o+x {closed}), "
                "or set DATABASE_URL to a server of yours."
            )
    give(data, user)
    return ["--user", as_text]


def give(data: Path, user: tuple[int, int]) -> None:
    data.mkdir(exist_ok=True)
    for folder, _, files in os.walk(data):
        os.chown(folder, *user)
        for file in files:
            os.chown(Path(folder, file), *user, follow_symlinks=False)
