"""What an administrator does with the people of a floor, whatever the database; any thread."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from agent_desk.domain.errors import InputError
from agent_desk.domain.identifiers import AgentId, DepartmentId
from agent_desk.domain.rights import Person, Role
from agent_desk.domain.ticket import Department

MAX_NAME = 200
"""Longest name of a person, in characters."""


class PeopleKeeper(Protocol):
    """What an administrator does with people.

    Each call is one transaction and one event in the log; it raises InputError for a value that
    is not accepted, NotFoundError for an unknown login, RightsError, and the StorageError family.
    """

    def add(
        self,
        login: str,
        *,
        name: str,
        roles: Iterable[Role],
        department: str = "",
        password: str,
    ) -> Person:
        """Store a new person, who can sign in at once; ``department``: id or name."""
        ...

    def change_roles(self, login: str, roles: Iterable[Role], *, department: str = "") -> Person:
        """Give exactly ``roles``; without ``department`` the person keeps the former one."""
        ...

    def change_password(self, login: str, password: str) -> None:
        """Give a new password."""
        ...

    def disable(self, login: str) -> Person:
        """Take everything away; what the person wrote stays theirs."""
        ...

    def enable(self, login: str) -> Person:
        """Give a disabled person their roles back."""
        ...

    def all(self) -> Sequence[Person]:
        """Return everybody by login."""
        ...


def department_named(text: str, known: Sequence[Department]) -> DepartmentId | None:
    """Return the department with the id or name ``text``, None for none; raises InputError."""
    wanted = text.strip()
    if not wanted:
        return None
    for department in known:
        if wanted.casefold() in (department.id, department.name.casefold(), department.name_zh):
            return department.id
    accepted = ", ".join(department.name for department in known)
    raise InputError(field="department", value=text, accepted=accepted)


def require_name(text: str, login: AgentId) -> str:
    """Return the person's name, the login when it is left out; raises InputError."""
    name = text.strip() or login
    if len(name) > MAX_NAME or not name.isprintable():
        accepted = f"1 to {MAX_NAME} characters on one line"
        raise InputError(field="name", value=name[:40], accepted=accepted)
    return name
