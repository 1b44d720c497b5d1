"""Where a PostgreSQL that tests start comes from: this machine, or a Debian system in a folder.

Any thread. A folder is entered with `chroot`: its server finds what it needs only there.
"""

from __future__ import annotations

import os
import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from agent_desk.domain.errors import MissingProgramError
from db.server_programs import SERVER_ACCOUNT, as_server, give_to_server, server_programs
from tests.servers.debian_folder import debian_folder

NEWEST = "AGENT_DESK_NEWEST_POSTGRES"
"""Environment variable by which a run of the suite takes Debian's newest PostgreSQL for its own."""


class Programs(Protocol):
    """How to run a server's programs, and how they see the files they are given."""

    def command(self, name: str, *arguments: str) -> tuple[str, ...]:
        """Return the command line of the program ``name``; raises MissingProgramError."""
        ...

    def options(self) -> dict[str, Any]:
        """Return the options of its subprocess."""
        ...

    def place(self) -> Path | None:
        """Return below what a server's files have to lie, None for anywhere."""
        ...

    def inside(self, path: Path) -> str:
        """Return ``path`` as the program calls it."""
        ...

    def give(self, *paths: Path) -> None:
        """Make whoever runs the server the owner of ``paths``."""
        ...


class InstalledPrograms:
    """Those of this machine."""

    def command(self, name: str, *arguments: str) -> tuple[str, ...]:
        """Return the command line of the newest program of that name."""
        return (str(server_programs() / name), *arguments)

    def options(self) -> dict[str, Any]:
        """Return the options of a subprocess of the server's account."""
        return as_server()

    def place(self) -> Path | None:
        """Return None: they see every folder."""
        return None

    def inside(self, path: Path) -> str:
        """Return ``path``."""
        return str(path)

    def give(self, *paths: Path) -> None:
        """Make the server's account the owner of ``paths``."""
        give_to_server(*paths)


@dataclass(frozen=True, slots=True)
class FolderPrograms:
    """Those of the Debian system at ``root``."""

    root: Path

    @classmethod
    def newest(cls) -> FolderPrograms:
        """Return those of Debian unstable, fetched once; raises MissingProgramError."""
        return cls(debian_folder("postgresql", "postgresql", "pgbouncer"))

    @property
    def programs(self) -> Path:
        """The folder of the newest server's programs."""
        found = self.root.glob("usr/lib/postgresql/*/bin")
        return max(found, key=lambda folder: int(folder.parent.name))

    def command(self, name: str, *arguments: str) -> tuple[str, ...]:
        """Return the command line that runs the program in its folder, as its own account."""
        return self.entered(f"/{(self.programs / name).relative_to(self.root)}", *arguments)

    def entered(self, *command: str) -> tuple[str, ...]:
        """Return ``command`` run in the folder, as the server's account."""
        chroot = shutil.which("chroot", path=f"{os.defpath}:/usr/sbin")
        if chroot is None:
            raise MissingProgramError(program="chroot", package="coreutils")
        user, group = self._account()
        return (chroot, f"--userspec={user}:{group}", str(self.root), *command)

    def options(self) -> dict[str, Any]:
        """Return the options of a subprocess that knows nothing of the caller's environment."""
        return {"cwd": "/", "env": {"PATH": os.defpath, "LC_ALL": "C.UTF-8"}}

    def place(self) -> Path | None:
        """Return a folder that the programs see."""
        return self.root / "srv"

    def inside(self, path: Path) -> str:
        """Return ``path`` seen from the folder's own root."""
        return f"/{path.relative_to(self.root)}"

    def give(self, *paths: Path) -> None:
        """Make the folder's own account the owner of ``paths``."""
        for path in paths:
            shutil.chown(path, *self._account())

    def clients(self, folder: Path) -> Path:
        """Return ``folder`` with pg_dump and pg_restore that see every folder, by version.

        They are run by their own loader: clients need nothing else of their system.
        """
        programs = folder / self.programs.parent.name / "bin"
        programs.mkdir(parents=True)
        (loader,) = self.root.glob("usr/lib/*/ld-linux-*.so.*")
        for name in ("pg_dump", "pg_restore"):
            words = (str(loader), "--library-path", str(loader.parent), str(self.programs / name))
            script = programs / name
            script.write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n')
            script.chmod(0o755)
        return folder

    def _account(self) -> tuple[int, int]:
        for line in (self.root / "etc" / "passwd").read_text().splitlines():
            name, _, user, group, *_ = line.split(":")
            if name == SERVER_ACCOUNT:
                return int(user), int(group)
        raise MissingProgramError(program=f"the user {SERVER_ACCOUNT}", package="postgresql")


def wanted_programs() -> Programs:
    """Return those that this run of the suite takes for its own server."""
    return FolderPrograms.newest() if os.environ.get(NEWEST) else InstalledPrograms()
