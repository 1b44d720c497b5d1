"""Makes commands of the closed loop: checked, stamped with id, time and actor.

Runs on the `desk-loop` thread and needs no database.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from agent_desk.domain.command import CancelOrder
from agent_desk.domain.errors import InputError
from agent_desk.domain.identifiers import AgentId, CommandId, WorkOrderId, new_uuid7
from agent_desk.domain.interaction import Interaction
from agent_desk.domain.loop_command import (
    ApproveClaimAtHq,
    ApproveClaimAtOffice,
    AskSupervisor,
    ClaimCommand,
    HoldOrder,
    HurryOrder,
    InformOrder,
    LogAttempt,
    OverrideClosing,
    ResubmitClaim,
    RouteOrder,
    SendClaimBack,
    SettleClaim,
)
from agent_desk.domain.settlement import (
    FORWARD,
    ClaimAmounts,
    ClaimState,
    OrderClaim,
    require_amounts,
)
from agent_desk.ports.clock import Clock


class LoopCommands:
    """Every method raises InputError for the first field that the desk cannot take."""

    def __init__(self, *, clock: Clock, agent_id: AgentId) -> None:
        """Commands are the agent's."""
        self._clock = clock
        self._agent_id = agent_id

    def hold_order(self, order_id: WorkOrderId, version: int, reason: str) -> HoldOrder:
        """The work has to wait."""
        reason = told("reason", reason, "what the work waits for, such as parts")
        return HoldOrder(**self._step(order_id, version), reason=reason)

    def route_order(self, order_id: WorkOrderId, version: int) -> RouteOrder:
        """Look once more whom a waiting order can go to by the rules."""
        return RouteOrder(**self._step(order_id, version))

    def log_attempt(
        self, order_id: WorkOrderId, version: int, *, call: Interaction | None, note: str = ""
    ) -> LogAttempt:
        """The customer was called in vain, on the day of this desk's own calendar."""
        if call is None:
            accepted = "a call with this customer since the order came back"
            raise InputError(field="call", value="", accepted=accepted)
        day = call.began_at.astimezone().date()
        step = self._step(order_id, version)
        return LogAttempt(**step, call=call, day=day, note=note.strip())

    def override_closing(self, order_id: WorkOrderId, version: int, reason: str) -> OverrideClosing:
        """A supervisor closes an order whose customer cannot be reached."""
        reason = told("reason", reason, "why it is closed without the customer's word")
        return OverrideClosing(**self._step(order_id, version), reason=reason)

    def ask_supervisor(self, order_id: WorkOrderId, version: int, note: str) -> AskSupervisor:
        """A supervisor is to decide; ``note`` may be empty."""
        return AskSupervisor(**self._step(order_id, version), text=note.strip())

    def inform_order(
        self, order_id: WorkOrderId, version: int, text: str, *, call: Interaction | None = None
    ) -> InformOrder:
        """Tell whoever works on it something more, as said in ``call``."""
        text = told("information", text, "what whoever works on it has to know")
        return InformOrder(**self._step(order_id, version), text=text, call=call)

    def hurry_order(
        self, order_id: WorkOrderId, version: int, text: str, *, call: Interaction | None = None
    ) -> HurryOrder:
        """Remind whoever works on it; ``text`` may be empty."""
        return HurryOrder(**self._step(order_id, version), text=text.strip(), call=call)

    def cancel_with_consent(
        self,
        order_id: WorkOrderId,
        version: int,
        *,
        reason: str,
        consent: str,
        call: Interaction | None,
    ) -> CancelOrder:
        """Withdraw the order because ``consent``, somebody at the customer's, agreed in ``call``.

        Without a call the name says how they agreed.
        """
        reason = told("reason", reason, "why the order is cancelled")
        consent = told("consent", consent, "who of the customer's agreed to it")
        step = self._step(order_id, version)
        return CancelOrder(**step, reason=reason, consent=consent, consent_call=call)

    def approve_claim_at_office(self, claim: OrderClaim) -> ApproveClaimAtOffice:
        """The first approval."""
        return ApproveClaimAtOffice(**self._claim_step(claim))

    def approve_claim_at_hq(self, claim: OrderClaim) -> ApproveClaimAtHq:
        """The second approval."""
        return ApproveClaimAtHq(**self._claim_step(claim))

    def settle_claim(self, claim: OrderClaim) -> SettleClaim:
        """It is paid."""
        return SettleClaim(**self._claim_step(claim))

    def take_claim_on(self, claim: OrderClaim) -> ClaimCommand:
        """The next step of a claim that nothing is wrong with; InputError where none is left."""
        target = FORWARD.get(claim.state)
        if target is None:
            raise InputError(field="state", value=claim.state, accepted=", ".join(FORWARD))
        return _ONWARD[target](**self._claim_step(claim))

    def send_claim_back(self, claim: OrderClaim, reason: str) -> SendClaimBack:
        """Something is wrong with it."""
        reason = told("reason", reason, "what is wrong with the claim")
        return SendClaimBack(**self._claim_step(claim), reason=reason)

    def resubmit_claim(self, claim: OrderClaim, amounts: ClaimAmounts) -> ResubmitClaim:
        """Claim again, with ``amounts``."""
        require_amounts(claim, amounts)
        return ResubmitClaim(**self._claim_step(claim), amounts=amounts)

    def _stamp(self) -> dict[str, Any]:
        now = self._clock.now()
        return {"id": CommandId(new_uuid7(now)), "at": now, "actor": self._agent_id}

    def _step(self, order_id: WorkOrderId, version: int) -> dict[str, Any]:
        return {**self._stamp(), "order_id": order_id, "version": version}

    def _claim_step(self, claim: OrderClaim) -> dict[str, Any]:
        return {**self._step(claim.order_id, claim.version), "claim_id": claim.id}


_ONWARD: Mapping[ClaimState, type[ClaimCommand]] = MappingProxyType(
    {
        ClaimState.OFFICE_APPROVED: ApproveClaimAtOffice,
        ClaimState.HQ_APPROVED: ApproveClaimAtHq,
        ClaimState.SETTLED: SettleClaim,
    }
)
"""What brings a claim into each state when nothing is wrong with it."""


def told(field: str, text: str, accepted: str) -> str:
    """Return ``text`` stripped; raises InputError when nothing is left."""
    text = text.strip()
    if not text:
        raise InputError(field=field, value=text, accepted=accepted)
    return text
