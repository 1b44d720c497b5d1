"""Composition of the commands on a database as a whole, and on the people in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent_desk.bootstrap.server import DatabaseTarget

if TYPE_CHECKING:
    from db.access.keeper import PeopleKeeper


def require_server_address(text: str) -> None:
    """Raise InputError, which names the wrong part, unless ``text`` is a server's address."""
    from db.server_address import parse_server_address

    parse_server_address(text)


@contextmanager
def open_people(target: DatabaseTarget) -> Iterator[PeopleKeeper]:
    """Yield who keeps the people of the database."""
    from db.access.users import open_people as opened

    with opened(str(target.place), password=target.password) as people:
        yield people


def upgrade_database(target: DatabaseTarget) -> dict[str, Any]:
    """Apply every missing migration; return what the schema is now, ready for JSON."""
    from db.administration import upgrade

    return {"schema": upgrade(target.place, password=target.password)}


def check_database(target: DatabaseTarget) -> dict[str, Any]:
    """Return what a check found, ready for JSON; ``problems`` is empty when all is well."""
    from db.administration import check

    found = check(target.place, password=target.password)
    return {
        "schema": found.revision,
        "rows": dict(found.rows),
        "problems": list(found.problems),
    }


def back_up_database(target: DatabaseTarget, file: Path) -> dict[str, Any]:
    """Write a complete copy to ``file`` while desks go on working."""
    from db.administration import backup

    backup(target.place, file, password=target.password)
    return {"backup": str(file), "bytes": file.stat().st_size}


def restore_database(target: DatabaseTarget, file: Path) -> dict[str, Any]:
    """Fill the database from the backup ``file``."""
    from db.administration import restore

    restore(file, target.place, password=target.password)
    return {"restored": str(file)}
