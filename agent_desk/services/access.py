"""Who sits at this desk and what they may do; runs on the `desk-loop` thread.

A server refuses by itself; a file can't, so there this is the only gate. It also tells the window
what to offer.
"""

from __future__ import annotations

from agent_desk.domain.command import Command
from agent_desk.domain.command_rights import require_command
from agent_desk.domain.identifiers import AgentId, DepartmentId
from agent_desk.domain.rights import (
    READING_RIGHTS,
    SCOPED_ROLES,
    Person,
    Right,
    local_person,
    require,
)


class Access:
    """The person at this desk, asked at the entry of every use case."""

    def __init__(self, person: Person) -> None:
        """``person`` has signed in, or is `local_person` at a desk without sign-in."""
        self._person = person

    @classmethod
    def without_sign_in(cls, agent_id: AgentId, name: str = "") -> Access:
        """Return the access of a desk that asks for no password, such as the demo's."""
        return cls(local_person(agent_id, name or agent_id))

    @property
    def person(self) -> Person:
        """Who signed in."""
        return self._person

    @property
    def login(self) -> AgentId:
        """The actor of everything that is done at this desk."""
        return self._person.login

    @property
    def is_acting(self) -> bool:
        """Whether the person may change anything at all: an auditor only looks."""
        return not self._person.rights <= READING_RIGHTS

    def may(self, *rights: Right) -> bool:
        """Return whether any of ``rights`` is there, so that the window offers it."""
        return self._person.may(*rights)

    def require(self, *rights: Right) -> None:
        """Raise RightsError unless the person has any of ``rights``."""
        require(self._person, *rights)

    def require_command(self, command: Command) -> None:
        """Raise RightsError unless the person may do what ``command`` does."""
        require_command(self._person, command)

    def change(self, person: Person) -> None:
        """Take over what an administrator changed about the person meanwhile."""
        self._person = person

    @property
    def own_department(self) -> DepartmentId | None:
        """The department whose orders are all that the person sees; None for everybody's."""
        person = self._person
        return person.department_id if person.roles and person.roles <= SCOPED_ROLES else None
