"""Commands of the closed loop beyond an order's plain steps: holding, attempts, claims and more.

Kept and applied as every `command.Command`; pure, any thread.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from agent_desk.domain.command import Command, OrderCommand
from agent_desk.domain.escalation import EscalationAcknowledgedEvent
from agent_desk.domain.event_log import Stream
from agent_desk.domain.identifiers import ClaimId, WorkOrderId
from agent_desk.domain.interaction import Interaction
from agent_desk.domain.rights import Role
from agent_desk.domain.settlement import ClaimAmounts


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldOrder(OrderCommand):
    """The work has to wait, for parts or whatever ``reason`` says."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteOrder(OrderCommand):
    """Look once more whom a waiting order can go to by the rules."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogAttempt(OrderCommand):
    """The customer was called in vain; day: of the calendar where the desk stands."""

    call: Interaction
    day: date
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideClosing(OrderCommand):
    """A supervisor closes an order whose customer cannot be reached."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderTalk(OrderCommand):
    """Something is said about an order, in ``call``; whatever happened to it meanwhile holds."""

    text: str
    call: Interaction | None = None

    @property
    def edits(self) -> str:
        """Nothing: it is said beside the order."""
        return ""

    @property
    def needs_version(self) -> bool:
        """No: it is as true of the order as it stands now."""
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class InformOrder(OrderTalk):
    """Whoever works on it has to know something more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HurryOrder(OrderTalk):
    """The customer asks for it to be done soon."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskSupervisor(OrderTalk):
    """Nobody reaches the customer: a supervisor is to decide what becomes of the order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgeEscalation(Command):
    """Somebody of the ``role`` that was told looks after an order that is late.

    alert_key: ServiceAlert.key.
    """

    order_id: WorkOrderId
    alert_key: str
    role: Role
    note: str = ""

    @property
    def about(self) -> tuple[Stream, str]:
        """The order."""
        return Stream.WORK_ORDER, self.order_id

    @property
    def subjects(self) -> frozenset[str]:
        """The escalation alone: it does not wait for steps of its order."""
        return frozenset({f"{self.order_id} {self.alert_key}"})

    @property
    def event(self) -> EscalationAcknowledgedEvent:
        """What is true from then on."""
        return EscalationAcknowledgedEvent(
            order_id=self.order_id,
            alert_key=self.alert_key,
            role=self.role,
            by=self.actor,
            at=self.at,
            note=self.note,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimCommand(Command):
    """A step of a claim, made on its ``version``; the outcome is the claim."""

    claim_id: ClaimId
    order_id: WorkOrderId
    version: int

    @property
    def about(self) -> tuple[Stream, str]:
        """The order that the claim belongs to: the log tells both together."""
        return Stream.WORK_ORDER, self.order_id

    @property
    def subjects(self) -> frozenset[str]:
        """The claim alone: it does not wait for steps of its order."""
        return frozenset({self.claim_id})

    @property
    def edits(self) -> str:
        """The claim."""
        return self.claim_id


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveClaimAtOffice(ClaimCommand):
    """The first approval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveClaimAtHq(ClaimCommand):
    """The second approval, by another person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleClaim(ClaimCommand):
    """It is paid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendClaimBack(ClaimCommand):
    """Something is wrong with it; both approvals are void."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResubmitClaim(ClaimCommand):
    """The department claims again, with these amounts."""

    amounts: ClaimAmounts
