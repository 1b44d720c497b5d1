"""Who may sign in and what each of them may do; on the thread of its unit of work."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import BindParameter, Connection, bindparam, func, literal, select

from agent_desk.domain.errors import (
    DisabledPersonError,
    NotFoundError,
    RightsError,
    SignInError,
)
from agent_desk.domain.identifiers import AgentId, DepartmentId
from agent_desk.domain.rights import Person, Role
from db.access_tables import people, person_passwords, person_roles
from db.passwords import matches
from db.presence_tables import desk_presence
from db.statement_types import AnyRow, AnySelect

_PEOPLE = (
    select(people, person_roles.c.role)
    .select_from(people.outerjoin(person_roles, person_roles.c.login == people.c.login))
    .order_by(people.c.login, person_roles.c.role)
)
_PERSON = _PEOPLE.where(people.c.login == bindparam("login"))
_HASH = select(person_passwords.c.hash).where(person_passwords.c.login == bindparam("login"))
_OF_OTHERS = select(people.c.login).where(people.c.department_id != bindparam("department"))
_SESSION = select(func.session_user())
_LOGINS: BindParameter[str] = bindparam("logins", expanding=True)
# Ordered from the weakest source to the strongest: the last row of a login counts.
_NAMES = (
    select(
        desk_presence.c.agent_id.label("login"),
        desk_presence.c.agent_name.label("name"),
        literal(0).label("rank"),
        desk_presence.c.reported_at,
    )
    .where(desk_presence.c.agent_id.in_(_LOGINS))
    .union_all(
        select(people.c.login, people.c.name, literal(1), people.c.created_at).where(
            people.c.login.in_(_LOGINS)
        )
    )
    .order_by("rank", "reported_at")
)


class SqlPeopleRepository:
    """``ports.storage.PeopleRepository`` on one connection."""

    def __init__(self, connection: Connection) -> None:
        """Work on ``connection``."""
        self._connection = connection

    def sign_in(self, login: AgentId, password: str) -> Person:
        """Return who signed in; raises SignInError, DisabledPersonError, RightsError."""
        place = self._place()
        if not self._is_proven(login, password):
            raise SignInError(path=place, login=login)
        found = self._persons(_PERSON, login)
        if not found or not found[0].roles:
            raise RightsError(action="sign in", role=login)
        if found[0].disabled_at is not None:
            raise DisabledPersonError(path=place, login=login)
        return found[0]

    def get(self, login: AgentId) -> Person:
        """Return the person; raises NotFoundError."""
        found = self._persons(_PERSON, login)
        if not found:
            raise NotFoundError(subject="Person", id=login)
        return found[0]

    def all(self) -> Sequence[Person]:
        """Return everybody by login, the disabled ones too."""
        return self._persons(_PEOPLE)

    def names(self, logins: Collection[str]) -> Mapping[str, str]:
        """Return what people call those of ``logins`` whose name is known and may be seen."""
        rows = self._connection.execute(_NAMES, {"logins": list(logins)})
        return {row.login: row.name for row in rows if row.name}

    def of_others(self, department_id: DepartmentId) -> frozenset[str]:
        """Return the logins of those who belong to another department or dealer."""
        found = self._connection.execute(_OF_OTHERS, {"department": department_id})
        return frozenset(found.scalars())

    def _is_proven(self, login: AgentId, password: str) -> bool:
        if self._connection.dialect.name == "postgresql":
            return bool(self._connection.execute(_SESSION).scalar() == login)
        return matches(self._connection.execute(_HASH, {"login": login}).scalar(), password)

    def _place(self) -> str:
        return self._connection.engine.url.database or "the database"

    def _persons(self, statement: AnySelect, login: str = "") -> list[Person]:
        rows = self._connection.execute(statement, {"login": login} if login else {})
        of_login: dict[str, list[AnyRow]] = {}
        for row in rows:
            of_login.setdefault(row.login, []).append(row)
        return [_person(rows) for rows in of_login.values()]


def _person(rows: Iterable[AnyRow]) -> Person:
    """Return the person of their rows, one for each role."""
    of_role = list(rows)
    first = of_role[0]
    return Person(
        login=AgentId(first.login),
        name=first.name,
        roles=frozenset(Role(row.role) for row in of_role if row.role),
        department_id=DepartmentId(first.department_id) if first.department_id else None,
        disabled_at=first.disabled_at,
    )
