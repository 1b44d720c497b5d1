"""PostgreSQL's server programs: where they lie and as whom they run; any thread, POSIX alone."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent_desk.domain.errors import InputError, MissingProgramError

if TYPE_CHECKING:
    from pwd import struct_passwd

OLDEST_MAJOR = 15
"""Oldest major version of PostgreSQL that the program supports."""

SERVER_PACKAGE = "postgresql"
"""What Debian and Ubuntu call the package with the server."""

SERVER_ACCOUNT = "postgres"
"""Who runs the server in place of root, whom PostgreSQL refuses."""

_DEBIANS_SERVERS = Path("/usr/lib/postgresql")


def server_programs() -> Path:
    """Return the folder of the newest server programs.

    Debian and Ubuntu keep them off PATH, by major version. Raises MissingProgramError when there
    are none, or none that is new enough, and InputError on Windows.
    """
    if sys.platform == "win32":
        accepted = "Linux or macOS; on Windows install a server and run agent-desk-cli db upgrade"
        raise InputError(field="system", value="Windows", accepted=accepted)
    found = _installed()
    newest = max(found, default=0)
    if newest < OLDEST_MAJOR:
        name = f"initdb of PostgreSQL {OLDEST_MAJOR} or newer"
        raise MissingProgramError(program=name, package=SERVER_PACKAGE)
    return found[newest]


def _installed() -> dict[int, Path]:
    """Return the folder of each major version."""
    found = {
        int(folder.parent.name): folder
        for folder in _DEBIANS_SERVERS.glob("*/bin")
        if folder.parent.name.isdigit() and (folder / "initdb").exists()
    }
    on_path = shutil.which("initdb")
    if on_path is not None:
        told = subprocess.run([on_path, "--version"], capture_output=True, text=True, check=True)
        major = re.search(r"\d+", told.stdout)
        if major is not None:
            found.setdefault(int(major[0]), Path(on_path).resolve().parent)
    return found


@lru_cache(maxsize=1)
def server_account() -> struct_passwd | None:
    """Return who runs the server in place of root; None for everybody else, who runs it alone.

    Raises MissingProgramError for root on a machine where the package made no such account.
    """
    if os.geteuid() != 0:
        return None
    import pwd

    try:
        return pwd.getpwnam(SERVER_ACCOUNT)
    except KeyError as error:
        name = f"initdb run by the user {SERVER_ACCOUNT}"
        raise MissingProgramError(program=name, package=SERVER_PACKAGE) from error


def give_to_server(*paths: Path) -> None:
    """Make whoever runs the server the owner of ``paths``."""
    account = server_account()
    if account is not None:
        for path in paths:
            shutil.chown(path, account.pw_uid, account.pw_gid)


def as_server() -> dict[str, Any]:
    """Return the options of a subprocess that is one of the server's programs."""
    # Nothing of the caller's environment (PGPORT, PGDATA, LC_ALL) may reach the server.
    options: dict[str, Any] = {"cwd": "/", "env": {"PATH": os.defpath, "LC_ALL": "C.UTF-8"}}
    account = server_account()
    if account is not None:
        options |= {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    return options


def run_as_server(command: Sequence[str], *, told: str = "") -> None:
    """Run one of the server's programs to its end; ``told`` is its standard input.

    Raises subprocess.CalledProcessError with what it said.
    """
    subprocess.run(command, input=told, check=True, capture_output=True, text=True, **as_server())


_GUARD = """
read _
process=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null)
if [ -n "$process" ]; then
    kill -CONT "$process"
    kill -"$2" "$process"
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        [ -e "$1/data/postmaster.pid" ] || break
        sleep 0.5
    done
fi
[ "$3" = keep ] || rm -rf "$1"
"""
"""Waits for the end of its input, the death of whoever started it, and cleans up."""


def guard(folder: Path, *, keep: bool) -> subprocess.Popen[bytes]:
    """Return a process that stops the server in ``folder`` when this one is gone.

    keep: the data stay, so the server ends in good order; else everything is removed.
    """
    number, what = ("INT", "keep") if keep else ("QUIT", "remove")
    return subprocess.Popen(
        ["/bin/sh", "-c", _GUARD, "guard", str(folder), number, what],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        start_new_session=True,
    )
