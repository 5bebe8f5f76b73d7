"""Becomes another program, after arranging whose child it is and which user it sees itself as.

Run as a script with the plainest interpreter (`python -I -S launch.py`), so that nothing is executed between fork
and exec inside a process that has threads. The pid stays the same through all of it.

    launch.py --parent PID --signal N [--namespace UID:GID | --user UID:GID] -- PROGRAM ARGUMENT...

`--signal` is sent by Linux to the program when its parent dies, however it dies (`PR_SET_PDEATHSIG`).
`--namespace` makes a user namespace in which the caller's own user is called UID: PostgreSQL refuses to run as
user 0, and this way its files still belong to the caller. `--user` gives the caller's rights up for UID's.
"""

import argparse
import ctypes
import os
import sys
from pathlib import Path

PR_SET_PDEATHSIG = 1


def enter_namespace(uid: int, gid: int) -> None:
    outer_uid, outer_gid = os.geteuid(), os.getegid()
    os.unshare(os.CLONE_NEWUSER)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{uid} {outer_uid} 1")
    Path("/proc/self/gid_map").write_text(f"{gid} {outer_gid} 1")


def become(uid: int, gid: int) -> None:
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)


def die_with_parent(parent: int, signal: int) -> None:
    """Must come after every change of user: Linux forgets the wish when credentials change."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal)
    if os.getppid() != parent:
        sys.exit("the parent died before its child had started")


def ids(text: str) -> tuple[int, int]:
    uid, gid = text.split(":")
    return int(uid), int(gid)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--parent", type=int, required=True)
    parser.add_argument("--signal", type=int, required=True)
    parser.add_argument("--namespace", type=ids)
    parser.add_argument("--user", type=ids)
    parser.add_argument("program", nargs="+")
    given = parser.parse_args()
    try:
        if given.namespace:
            enter_namespace(*given.namespace)
        elif given.user:
            become(*given.user)
    except OSError as error:
        sys.exit(f"cannot change the user this program sees: {error}")
    die_with_parent(given.parent, given.signal)
    os.execvp(given.program[0], given.program)


main()
