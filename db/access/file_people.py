"""The people of a database file; synchronous, for the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, insert, update

from agent_desk.domain.errors import InputError
from agent_desk.domain.event_log import LoggedEvent, Stream
from agent_desk.domain.identifiers import AgentId, DepartmentId, EventId, new_uuid7
from agent_desk.domain.rights import Person, Role, require_login, require_roles
from db.access.keeper import department_named, require_name
from db.access_tables import people, person_passwords, person_roles
from db.passwords import hashed, require_password
from db.repositories.catalogue import SqlCatalogue
from db.repositories.event_log import SqlEventLog
from db.repositories.people import SqlPeopleRepository
from db.sqlite_database import SqliteDatabase

ACTOR = "system"
"""Who may write the file may do everything with it; it knows no administrator by name."""


class FilePeople:
    """``db.access.keeper.PeopleKeeper`` on an open file."""

    def __init__(self, database: SqliteDatabase) -> None:
        """Work on ``database``, which is open."""
        self._database = database

    @classmethod
    @contextmanager
    def opened(cls, path: Path) -> Iterator[FilePeople]:
        """Yield the people of the file at ``path``; raises StorageError, also while a desk runs."""
        with SqliteDatabase(path=path, readers=1) as database:
            yield cls(database)

    def add(
        self,
        login: str,
        *,
        name: str,
        roles: Iterable[Role],
        department: str = "",
        password: str,
    ) -> Person:
        """Store a new person."""
        wanted = require_login(login)
        full_name = require_name(name, wanted)
        hash_ = hashed(require_password(password, login=wanted))

        def work(connection: Connection) -> tuple[str, Mapping[str, Any]]:
            place = department_named(department, SqlCatalogue(connection).departments())
            given = require_roles(roles, place)
            if any(person.login == wanted for person in SqlPeopleRepository(connection).all()):
                raise InputError(field="login", value=wanted, accepted="a login that is not taken")
            row = {
                "login": wanted,
                "name": full_name,
                "department_id": place,
                "created_at": datetime.now(UTC),
            }
            connection.execute(insert(people), row)
            connection.execute(insert(person_passwords), {"login": wanted, "hash": hash_})
            _give(connection, wanted, given)
            return "PersonAdded", {"name": full_name, **_given(given, place)}

        return self._done(wanted, work)

    def change_roles(self, login: str, roles: Iterable[Role], *, department: str = "") -> Person:
        """Give exactly ``roles``."""

        def work(connection: Connection) -> tuple[str, Mapping[str, Any]]:
            person = SqlPeopleRepository(connection).get(AgentId(login))
            chosen = department_named(department, SqlCatalogue(connection).departments())
            place = chosen or person.department_id
            given = require_roles(roles, place)
            self._change(connection, login, department_id=place)
            _give(connection, login, given)
            return "RolesChanged", _given(given, place)

        return self._done(login, work)

    def change_password(self, login: str, password: str) -> None:
        """Give a new password."""
        hash_ = hashed(require_password(password, login=login))

        def work(connection: Connection) -> tuple[str, Mapping[str, Any]]:
            SqlPeopleRepository(connection).get(AgentId(login))
            of_person = person_passwords.c.login == login
            connection.execute(update(person_passwords).where(of_person).values(hash=hash_))
            return "PasswordChanged", {}

        self._done(login, work)

    def disable(self, login: str) -> Person:
        """Take everything away."""
        return self._disabled(login, "PersonDisabled", datetime.now(UTC))

    def enable(self, login: str) -> Person:
        """Give a disabled person their roles back."""
        return self._disabled(login, "PersonEnabled", None)

    def all(self) -> Sequence[Person]:
        """Return everybody by login."""
        return self._database.read(lambda unit: unit.people.all())

    def _disabled(self, login: str, kind: str, at: datetime | None) -> Person:
        def work(connection: Connection) -> tuple[str, Mapping[str, Any]]:
            person = SqlPeopleRepository(connection).get(AgentId(login))
            since = at and (person.disabled_at or at)
            self._change(connection, login, disabled_at=since)
            return kind, {}

        return self._done(login, work)

    def _change(self, connection: Connection, login: str, **values: Any) -> None:
        connection.execute(update(people).where(people.c.login == login).values(values))

    def _done(
        self, login: str, work: Callable[[Connection], tuple[str, Mapping[str, Any]]]
    ) -> Person:
        """Do ``work`` and log it in one transaction; return the person as they are then."""
        with self._database.transaction() as connection:
            kind, payload = work(connection)
            now = datetime.now(UTC)
            event = LoggedEvent(
                id=EventId(new_uuid7(now)),
                stream=Stream.AGENT,
                stream_id=login,
                kind=kind,
                at=now,
                actor=ACTOR,
                payload=payload,
            )
            SqlEventLog(connection).append([event])
            return SqlPeopleRepository(connection).get(AgentId(login))


def _give(connection: Connection, login: str, roles: frozenset[Role]) -> None:
    connection.execute(delete(person_roles).where(person_roles.c.login == login))
    rows = [{"login": login, "role": role.value} for role in sorted(roles)]
    connection.execute(insert(person_roles), rows)


def _given(roles: frozenset[Role], department_id: DepartmentId | None) -> dict[str, Any]:
    return {"roles": sorted(roles), "department_id": department_id}
