"""The people of a database server, each a login role; synchronous, for the command line.

The password leaves this process as a SCRAM verifier (RFC 5803): it is neither on the wire nor in
the server's log, whatever that records.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import psycopg

from agent_desk.domain.errors import AgentDeskError, InputError, MissingRoleError, NotFoundError
from agent_desk.domain.identifiers import AgentId, DepartmentId, new_uuid7
from agent_desk.domain.rights import Person, Role, require_login, require_roles
from agent_desk.domain.ticket import Department
from db.access.keeper import department_named, require_name
from db.access.needed_role import role_needed
from db.passwords import require_password
from db.postgres_engine import connect, reading_engine
from db.postgres_errors import translating
from db.postgres_schema import require_current
from db.server_address import ServerAddress
from db.shown_url import shown_url

_PEOPLE = """
    SELECT p.login, p.name, p.department_id, p.disabled_at,
        array(SELECT r.role FROM person_roles AS r WHERE r.login = p.login)
    FROM people AS p
    WHERE p.login = %(login)s OR %(login)s IS NULL
    ORDER BY p.login COLLATE "C"
"""
_DEPARTMENTS = "SELECT id::text, name, name_zh FROM departments ORDER BY position, id"
_ADD = "SELECT access.add_person(%s, %s, %s, %s, %s, %s)"
_CHANGE_ROLES = "SELECT access.change_roles(%s, %s, %s, %s)"
_CHANGE_PASSWORD = "SELECT access.change_password(%s, %s, %s)"
_DISABLE = "SELECT access.disable_person(%s, %s)"
_ENABLE = "SELECT access.enable_person(%s, %s)"


class ServerPeople:
    """``db.access.keeper.PeopleKeeper`` on a connection of an administrator or the owner."""

    def __init__(self, connection: psycopg.Connection[Any], *, url: str) -> None:
        """Work on ``connection``, which is in autocommit; ``url`` names it in errors."""
        self._connection = connection
        self._url = url

    @classmethod
    @contextmanager
    def connected(
        cls, address: ServerAddress, *, password: str | None = None
    ) -> Iterator[ServerPeople]:
        """Yield the people of the server at ``address``.

        Raises StorageError, OlderSchemaError when the database has to be upgraded first.
        """
        _require_current(address.url, password)
        with translating(address.url):
            connection = connect(address.url, password=password)
        with connection:
            connection.autocommit = True
            yield cls(connection, url=address.url)

    def add(
        self,
        login: str,
        *,
        name: str,
        roles: Iterable[Role],
        department: str = "",
        password: str,
    ) -> Person:
        """Make the login role with its group roles."""
        wanted = require_login(login)
        verifier = self._verifier(require_password(password, login=wanted), wanted)
        place = department_named(department, self._departments())
        given = sorted(require_roles(roles, place))
        try:
            self._call(_ADD, wanted, verifier, require_name(name, wanted), given, place)
        except psycopg.errors.DuplicateObject as error:
            accepted = "a login that no role of this server has"
            raise InputError(field="login", value=wanted, accepted=accepted) from error
        return self._get(wanted)

    def change_roles(self, login: str, roles: Iterable[Role], *, department: str = "") -> Person:
        """Give exactly ``roles``; who is connected has them with the next statement."""
        person = self._get(login)
        place = department_named(department, self._departments()) or person.department_id
        self._call(_CHANGE_ROLES, login, sorted(require_roles(roles, place)), place)
        return self._get(login)

    def change_password(self, login: str, password: str) -> None:
        """Give a new password; also makes the role of a person who came with a restored backup."""
        verifier = self._verifier(require_password(password, login=login), login)
        self._call(_CHANGE_PASSWORD, self._get(login).login, verifier)

    def disable(self, login: str) -> Person:
        """Take everything away; who is connected is refused with the next statement."""
        self._call(_DISABLE, self._get(login).login)
        return self._get(login)

    def enable(self, login: str) -> Person:
        """Give a disabled person their roles back."""
        self._call(_ENABLE, self._get(login).login)
        return self._get(login)

    def all(self) -> Sequence[Person]:
        """Return everybody by login."""
        with translating(self._url):
            return [_person(row) for row in self._connection.execute(_PEOPLE, {"login": None})]

    def _get(self, login: str) -> Person:
        with translating(self._url):
            row = self._connection.execute(_PEOPLE, {"login": login}).fetchone()
        if row is None:
            raise NotFoundError(subject="Person", id=login)
        return _person(row)

    def _departments(self) -> list[Department]:
        with translating(self._url):
            rows = self._connection.execute(_DEPARTMENTS).fetchall()
        return [Department(id=DepartmentId(row[0]), name=row[1], name_zh=row[2]) for row in rows]

    def _verifier(self, password: str, login: str) -> str:
        made = self._connection.pgconn.encrypt_password(
            password.encode(), login.encode(), b"scram-sha-256"
        )
        return made.decode()

    def _call(self, function: str, *values: object) -> None:
        """Call ``function`` with ``values`` and the id of its event, in one transaction."""
        event = new_uuid7(datetime.now(UTC))
        try:
            self._connection.execute(function, (*values, event))
        except psycopg.errors.DuplicateObject:
            raise
        except psycopg.errors.InsufficientPrivilege as error:
            raise self._refused(error) from error
        except psycopg.Error as error:
            with translating(self._url):
                raise error

    def _refused(self, error: psycopg.Error) -> AgentDeskError:
        """Return which right is missing: the administrator's, or the owner's to make roles."""
        login = self._connection.info.user
        told = error.diag.message_primary or ""
        if told.startswith("login: "):
            accepted = "the login of a person, not of the server's own roles"
            return InputError(field="login", value=told.split()[1], accepted=accepted)
        if told.startswith("permission denied to"):
            needed = "an owner of the database that may make roles (ALTER ROLE ... CREATEROLE)"
            return MissingRoleError(action="manage people", role=login, needed=needed)
        return role_needed("manage people", login=login, roles=(Role.ADMINISTRATOR,))


def _require_current(url: str, password: str | None) -> None:
    """Raise the StorageError family unless the database has this program's schema."""
    with translating(url), reading_engine(url, password=password).connect() as connection:
        require_current(connection, shown_url(url))


def _person(row: tuple[Any, ...]) -> Person:
    login, name, department_id, disabled_at, roles = row
    return Person(
        login=AgentId(login),
        name=name,
        roles=frozenset(map(Role, roles)),
        department_id=DepartmentId(str(department_id)) if department_id else None,
        disabled_at=disabled_at,
    )
