"""Opens the people of a floor: `agent-desk-cli user add|disable|enable|role|password|list`.

Synchronous, for the command line. Passwords come in as arguments of functions, never of a process:
whoever calls reads them from a terminal or from standard input.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from db.access.keeper import PeopleKeeper
from db.server_address import is_server_address, parse_server_address


@contextmanager
def open_people(database: str, *, password: str | None = None) -> Iterator[PeopleKeeper]:
    """Yield who keeps the people of ``database``, a server's address or the path of a file.

    password: of the login in the address. Raises InputError for a wrong address, and StorageError
    when the database cannot be used.
    """
    if is_server_address(database):
        from db.access.server_people import ServerPeople

        with ServerPeople.connected(parse_server_address(database), password=password) as people:
            yield people
    else:
        from db.access.file_people import FilePeople

        with FilePeople.opened(Path(database)) as people:
            yield people
