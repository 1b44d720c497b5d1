"""What a floor under load consists of; values that processes hand to each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agent_desk.domain.identifiers import AgentId
from agent_desk.domain.rights import Role

if TYPE_CHECKING:
    from db.stored_work import Opening

CONNECTIONS_PER_DESK = 3
"""One that writes and two that read, as every desk has. Desks cannot share them: the server goes by
the login of the connection."""

DESKS_PER_DEPARTMENT_DESK = 20
"""One desk in so many is a department's, which works on the orders of the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadPlan:
    """How large a load and for how long.

    calls_per_hour: of each agent; each call leaves a ticket. desks_per_process: how many share a
    Python interpreter. customers: made up when the database has none. seed: of all chance.
    """

    desks: int = 500
    minutes: float = 10.0
    calls_per_hour: float = 12.0
    desks_per_process: int = 25
    customers: int = 2000
    region: str = "CN"
    seed: int = 1

    @property
    def processes(self) -> int:
        """How many processes carry the desks."""
        return -(-self.desks // self.desks_per_process)

    @property
    def department_desks(self) -> int:
        """How many desks are a department's."""
        return self.desks // DESKS_PER_DEPARTMENT_DESK


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadSeat:
    """One desk and who sits at it.

    numbers: of the customers who call here, nobody else's. department: English name, "" for an
    agent. share: of that department's orders are handled here those with this remainder, and how
    many desks divide them.
    """

    login: AgentId
    password: str = field(repr=False)
    role: Role
    numbers: Sequence[str] = ()
    department: str = ""
    share: tuple[int, int] = (0, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerTask:
    """What one process is to do. address: of the database, without a login. seed: of its chance."""

    plan: LoadPlan
    address: str
    seats: Sequence[LoadSeat]
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Begin:
    """Work until the monotonic time ``until``, which all processes of a machine share."""

    until: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Settle:
    """Wait until everything that the desks have is written."""

    patience_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Hear:
    """Wait until every agent's desk was told of every ticket of ``openings``, but its own."""

    openings: Sequence[Opening]
    patience_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A process could not do what it was told, and why."""

    reason: str
