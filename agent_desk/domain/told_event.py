"""Which events of an order's stream a department or dealer is told; pure, any thread.

Whoever has an order knows how it began, and what happened while they had it. What others did
with it before, who they were and what they said to the house is not theirs. On a server row-level
security says the same (`db.access.own_step_policies`); in a file the services ask here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from agent_desk.domain.event_log import LoggedEvent, Stream
from agent_desk.domain.identifiers import DepartmentId
from agent_desk.domain.rights import SCOPED_ROLES
from agent_desk.domain.settlement import ClaimKind

RAISED = "OrderRaised"
"""The kind of an order's first event, before anybody had it."""

_ATTEMPTED = "VerificationAttempted"
_TOLD_ROLES = frozenset(role.value for role in SCOPED_ROLES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """A department or dealer at its desk.

    sees_suppliers: whether it is told what suppliers owe: no dealer is. strangers: logins of those
    who are known to belong to another department or dealer.
    """

    department_id: DepartmentId
    sees_suppliers: bool = False
    strangers: Collection[str] = frozenset()

    def is_told(self, event: LoggedEvent) -> bool:
        """Return whether ``event``, of an order that the listener has, is told to it."""
        payload = event.payload
        if event.stream is not Stream.WORK_ORDER:
            return False
        if "alert_key" in payload:
            return self.is_told_acknowledgement(payload.get("role"), event.actor)
        if not self.had(event.kind, payload.get("department_id")):
            return False
        if "attempt" in payload or event.kind == _ATTEMPTED:
            # How the house reaches its customers is its own business.
            return False
        claim = payload.get("claim")
        if claim is None:
            return True
        kind = ClaimKind(claim["kind"])
        own = claim["department_id"] == self.department_id
        return own and (kind is ClaimKind.EXPENSE or self.sees_suppliers)

    def is_told_acknowledgement(self, role: str | None, actor: str) -> bool:
        """Return whether it is told that ``actor`` acknowledged what ``role`` was told."""
        return role in _TOLD_ROLES and actor not in self.strangers

    def had(self, kind: str, department_id: str | None) -> bool:
        """Return whether an event ``kind`` of an order with ``department_id`` was theirs."""
        if department_id is None:
            return kind == RAISED
        return department_id == self.department_id


def told_to(listener: Listener, events: Iterable[LoggedEvent]) -> Sequence[LoggedEvent]:
    """Return those of ``events`` that the listener is told."""
    return [event for event in events if listener.is_told(event)]
