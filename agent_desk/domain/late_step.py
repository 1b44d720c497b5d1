"""A step that came too late: somebody else had moved its record; pure, any thread.

A step edits no field, so there is nothing to merge: a person sees what has happened meanwhile and
takes the step once more, if the order still stands where it begins, or gives it up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from agent_desk.domain.command import (
    AcceptOrder,
    CancelOrder,
    ConfirmTicket,
    DeclineOrder,
    DispatchOrder,
    OrderCommand,
    ReopenTicket,
    ReportOrder,
    ReturnOrder,
    SendOrderBack,
    StartOrder,
    VerifyOrder,
)
from agent_desk.domain.conflict import EditConflict
from agent_desk.domain.loop_command import (
    ApproveClaimAtHq,
    ApproveClaimAtOffice,
    ClaimCommand,
    HoldOrder,
    LogAttempt,
    OverrideClosing,
    ResubmitClaim,
    RouteOrder,
    SendClaimBack,
    SettleClaim,
)
from agent_desk.domain.settlement import CLAIM_TABLE, ClaimState, OrderClaim
from agent_desk.domain.ticket import UNFINISHED, Ticket, TicketState
from agent_desk.domain.work_order import WORK_ORDER_TABLE, WorkOrder, WorkOrderState

_S = WorkOrderState

STEP_BEGINS: Mapping[type[OrderCommand], frozenset[WorkOrderState]] = MappingProxyType(
    {
        DispatchOrder: frozenset({_S.PENDING_DISPATCH}),
        RouteOrder: frozenset({_S.PENDING_DISPATCH}),
        AcceptOrder: frozenset({_S.ASSIGNED}),
        DeclineOrder: frozenset({_S.ASSIGNED}),
        StartOrder: frozenset({_S.ACCEPTED, _S.ON_HOLD}),
        # Who reports without having pressed "start" has started all the same.
        ReportOrder: frozenset({_S.ACCEPTED, _S.IN_PROGRESS}),
        ReturnOrder: frozenset({_S.REPORTED}),
        SendOrderBack: frozenset({_S.REPORTED}),
        HoldOrder: frozenset({_S.IN_PROGRESS}),
        VerifyOrder: frozenset({_S.VERIFYING}),
        LogAttempt: frozenset({_S.VERIFYING}),
        OverrideClosing: frozenset({_S.VERIFYING}),
        CancelOrder: frozenset(s for s in _S if _S.CANCELLED in WORK_ORDER_TABLE.targets(s)),
    }
)
"""Where an order stands when each step begins; of a step that is not here, its service decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LateStep:
    """``command`` was made on an order that somebody moved since.

    conflict: "mine" is what the person saw, "theirs" what is stored. order: as it is stored.
    """

    command: OrderCommand
    conflict: EditConflict
    order: WorkOrder

    @property
    def is_possible(self) -> bool:
        """Whether the step still begins where the order stands now."""
        begins = STEP_BEGINS.get(type(self.command))
        return begins is None or self.order.state in begins


@dataclass(frozen=True, slots=True, kw_only=True)
class LateTicketStep:
    """``command`` was made on a ticket that somebody moved since.

    conflict: "mine" is what the person saw, "theirs" what is stored. ticket: as it is stored.
    """

    command: ReopenTicket | ConfirmTicket
    conflict: EditConflict
    ticket: Ticket

    @property
    def is_possible(self) -> bool:
        """Whether the step still begins where the ticket stands now."""
        if isinstance(self.command, ReopenTicket):
            return self.ticket.state not in UNFINISHED
        return self.ticket.state is TicketState.RESOLVED


_CLAIM_TARGETS: Mapping[type[ClaimCommand], ClaimState] = MappingProxyType(
    {
        ApproveClaimAtOffice: ClaimState.OFFICE_APPROVED,
        ApproveClaimAtHq: ClaimState.HQ_APPROVED,
        SettleClaim: ClaimState.SETTLED,
        SendClaimBack: ClaimState.SENT_BACK,
        ResubmitClaim: ClaimState.SUBMITTED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LateClaimStep:
    """``command`` was made on a claim that somebody moved since.

    conflict: "mine" is what the person saw, "theirs" what is stored. claim: as it is stored.
    """

    command: ClaimCommand
    conflict: EditConflict
    claim: OrderClaim

    @property
    def is_possible(self) -> bool:
        """Whether the step still begins where the claim stands now, and is this person's."""
        target = _CLAIM_TARGETS[type(self.command)]
        second = target is ClaimState.HQ_APPROVED
        is_own = second and self.claim.office_approved_by == self.command.actor
        return target in CLAIM_TABLE.targets(self.claim.state) and not is_own
