"""Which database is meant: a file, or a server with the password that opens it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from agent_desk.settings import Settings

Ask = Callable[[str, str], str]
"""Asks a person for the password, given the server's name and the login."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseTarget:
    """A database: the path of a file, or the URL of a server, and the password for it.

    password: None for a file, and where libpq finds it by itself. It never shows in a repr.
    """

    place: Path | str
    password: str | None = None

    def __repr__(self) -> str:
        """Return the place alone."""
        return f"DatabaseTarget({str(self.place)!r})"

    @property
    def is_server(self) -> bool:
        """Whether it is a server and not a file."""
        return isinstance(self.place, str)

    @property
    def file(self) -> Path:
        """The file; only for one."""
        assert isinstance(self.place, Path)
        return self.place

    @property
    def url(self) -> str:
        """The server's URL; only for one."""
        assert isinstance(self.place, str)
        return self.place


def server_of(settings: Settings) -> str:
    """Return the address of the server that the settings name, "" when they name a file."""
    from db.server_address import is_server_address

    return settings.database if is_server_address(settings.database) else ""


def database_target(chosen: str, *, ask: Ask | None = None) -> DatabaseTarget:
    """Return what ``chosen`` means, with the password of a server.

    It comes from the keyring, else from libpq's own places, else from ``ask``. Raises InputError
    for an address that is none.
    """
    from getpass import getuser

    from db.credentials import KeyringCredentials
    from db.server_address import is_server_address, parse_server_address

    if not is_server_address(chosen):
        return DatabaseTarget(place=Path(chosen))
    address = parse_server_address(chosen)
    login = address.login or getuser()
    url = address.for_login(login).url
    # Under the text of the settings, as signing in keeps it.
    kept = KeyringCredentials().get(chosen, login)
    if kept is None and ask is not None and not _libpq_knows():
        kept = ask(address.name, login)
    return DatabaseTarget(place=url, password=kept)


def _libpq_knows() -> bool:
    """Return whether libpq has a password of its own
    (https://www.postgresql.org/docs/current/libpq-pgpass.html).
    """
    usual = Path.home() / ".pgpass"
    return bool(os.environ.get("PGPASSWORD") or os.environ.get("PGPASSFILE")) or usual.exists()
