"""Settlement: claims of approved reports, approved by two people, settled or sent back.

`Settlement` runs on the `desk-loop` thread; each step is one unit of work with its events.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Any

from agent_desk.domain.claim_list import MOST_CLAIMS, ClaimFilter, ClaimList, people_of
from agent_desk.domain.command import applied
from agent_desk.domain.errors import NotFoundError, StaleVersionError
from agent_desk.domain.identifiers import AgentId, ClaimId, WorkOrderId
from agent_desk.domain.loop_command import (
    ApproveClaimAtHq,
    ApproveClaimAtOffice,
    ClaimCommand,
    ResubmitClaim,
    SendClaimBack,
    SettleClaim,
)
from agent_desk.domain.money import Money
from agent_desk.domain.rights import CLAIM_STEPS, Right, Role
from agent_desk.domain.settlement import (
    CLAIM_TABLE,
    FORWARD,
    ClaimAmounts,
    ClaimKind,
    ClaimState,
    OrderClaim,
    expense_amounts,
    require_amounts,
    require_other_approver,
    supplier_amounts,
)
from agent_desk.domain.work_order import WorkOrder
from agent_desk.ports.clock import Clock
from agent_desk.ports.storage import MAX_PAGE, Storage, UnitOfWork
from agent_desk.services.access import Access
from agent_desk.services.case_log import CaseLog
from agent_desk.services.event_bus import EventBus
from agent_desk.services.idempotency import applied_id, version_before

_Step = Callable[[OrderClaim, Any], OrderClaim]


class Settlement:
    """What is claimed, and what becomes of it."""

    def __init__(self, *, storage: Storage, bus: EventBus, clock: Clock, access: Access) -> None:
        """``access`` is who acts; a department's people see its claims and no others."""
        self._storage = storage
        self._bus = bus
        self._clock = clock
        self._access = access

    async def claims(self, wanted: ClaimFilter | None = None) -> ClaimList:
        """Return what is ``wanted``, without it everything unsettled, with people's names.

        It is read in pages, so that no long list keeps other reads waiting.
        """
        wanted = self._own(wanted or ClaimFilter())
        if wanted is None:
            return ClaimList()
        found: dict[ClaimId, OrderClaim] = {}
        last: OrderClaim | None = None
        while len(found) < MOST_CLAIMS:
            page = await self._storage.read(partial(_page, wanted=wanted, after=last))
            # One that was submitted again meanwhile may come twice: the later one holds.
            found |= {claim.id: claim for claim in page}
            if len(page) < MAX_PAGE:
                return await self._named(found.values(), is_complete=True)
            last = page[-1]
        return await self._named(found.values(), is_complete=False)

    async def waiting(self) -> int:
        """Return how many claims wait for a step of this person's, at most MAX_PAGE."""
        states = frozenset(s for s, right in _NEEDS.items() if self._access.may(right))
        wanted = self._own(ClaimFilter(states=states))
        if not states or wanted is None:
            return 0
        found = await self._storage.read(partial(_page, wanted=wanted, after=None))
        me, approved = self._access.login, ClaimState.OFFICE_APPROVED
        return sum(not (c.state is approved and c.office_approved_by == me) for c in found)

    async def currencies(self) -> Sequence[str]:
        """Return the currencies of all claims that the person may see."""
        totals = await self.totals()
        return sorted({money.currency for sums in totals.values() for money in sums})

    async def of_order(self, order_id: WorkOrderId) -> Sequence[OrderClaim]:
        """Return an order's claims, oldest first."""
        found = await self._storage.read(lambda uow: uow.order_claims.of_order(order_id))
        return [claim for claim in found if self._is_shown(claim)]

    async def totals(self) -> Mapping[tuple[ClaimKind, ClaimState], Sequence[Money]]:
        """Return what is claimed, by kind and state: one sum for each currency."""
        own = self._access.own_department
        sums = await self._storage.read(lambda uow: uow.order_claims.totals(department_id=own))
        return {key: amounts for key, amounts in sums.items() if self._may_see(key[0])}

    async def apply(self, command: ClaimCommand) -> OrderClaim:
        """Apply ``command`` in one unit of work and return the claim.

        One that was applied before changes nothing. Raises RightsError, NotFoundError,
        StaleVersionError, TransitionRefusedError, ApprovalError, InputError, StorageError.
        """
        self._access.require_command(command)

        def work(uow: UnitOfWork) -> tuple[OrderClaim, CaseLog]:
            log = CaseLog(uow=uow, command=command)
            claim = uow.order_claims.get(command.claim_id)
            if applied_id(uow, command) is not None:
                return claim, log
            if not self._is_shown(claim):
                raise NotFoundError(subject="Claim", id=claim.id)
            _require_version(claim, version_before(uow, command, command.version))
            changed = _STEPS[type(command)](claim, command)
            CLAIM_TABLE.require(claim.subject, claim.state, changed.state)
            saved = log.save_claim(_KINDS[type(command)], replace(changed, changed_at=log.now))
            log.write()
            now = self._clock.now()
            uow.commands.record(applied(command, at=now, id=saved.id, version=saved.version))
            return saved, log

        claim, log = await self._storage.write(work)
        log.publish(self._bus)
        return claim

    def _own(self, wanted: ClaimFilter) -> ClaimFilter | None:
        """Return what of ``wanted`` the person may see, None for nothing of it."""
        own = self._access.own_department
        if own is not None:
            wanted = replace(wanted, department_id=own)
        if self._may_see(ClaimKind.SUPPLIER):
            return wanted
        if wanted.kind is ClaimKind.SUPPLIER:
            return None
        return replace(wanted, kind=ClaimKind.EXPENSE)

    async def _named(self, claims: Iterable[OrderClaim], *, is_complete: bool) -> ClaimList:
        listed = tuple(claims)
        people = people_of(listed)
        names = await self._storage.read(lambda uow: uow.people.names(people)) if people else {}
        known = {AgentId(login): name for login, name in names.items()}
        return ClaimList(claims=listed, names=known, is_complete=is_complete)

    def _is_shown(self, claim: OrderClaim) -> bool:
        return is_claim_shown(self._access, claim)

    def _may_see(self, kind: ClaimKind) -> bool:
        return _may_see_kind(self._access, kind)


def is_claim_shown(access: Access, claim: OrderClaim) -> bool:
    """Return whether the person may see ``claim``: a department its own, a dealer its costs."""
    own = access.own_department
    return own in (None, claim.department_id) and _may_see_kind(access, claim.kind)


def _may_see_kind(access: Access, kind: ClaimKind) -> bool:
    """What a supplier owes us is no dealer's business."""
    return kind is ClaimKind.EXPENSE or access.person.roles != {Role.DEALER}


_NEEDS: Mapping[ClaimState, Right] = MappingProxyType(
    {
        ClaimState.SENT_BACK: CLAIM_STEPS[ClaimState.SUBMITTED],
        **{state: CLAIM_STEPS[target] for state, target in FORWARD.items()},
    }
)
"""Where a claim waits -> the right of whoever it waits for."""


def _page(
    uow: UnitOfWork, *, wanted: ClaimFilter, after: OrderClaim | None
) -> Sequence[OrderClaim]:
    return uow.order_claims.lines(wanted, after=after)


def submit_claims(log: CaseLog, order: WorkOrder) -> None:
    """Claim what the approved report of ``order`` costs, in the unit of work that approves it."""
    report = order.report
    expense, owed = expense_amounts(order), supplier_amounts(order)
    if expense is not None:
        log.add_claim(order, _new_claim(log, order, ClaimKind.EXPENSE, expense))
    if owed is not None and report is not None and report.faulty is not None:
        claim = _new_claim(log, order, ClaimKind.SUPPLIER, owed)
        faulty = report.faulty
        log.add_claim(order, replace(claim, part=faulty.part, supplier=faulty.supplier))


def _new_claim(
    log: CaseLog, order: WorkOrder, kind: ClaimKind, amounts: ClaimAmounts
) -> OrderClaim:
    assert order.department_id is not None
    return OrderClaim(
        id=ClaimId(log.new_id(f"{kind} claim")),
        order_id=order.id,
        order_number=order.number,
        report=order.reports,
        kind=kind,
        state=ClaimState.SUBMITTED,
        department_id=order.department_id,
        amounts=amounts,
        submitted_by=log.actor,
        submitted_at=log.now,
        changed_at=log.now,
    )


def _require_version(claim: OrderClaim, version: int) -> None:
    if claim.version != version:
        raise StaleVersionError(subject=claim.subject, mine=version, theirs=claim.version)


def _approve_at_office(claim: OrderClaim, command: ApproveClaimAtOffice) -> OrderClaim:
    return replace(claim, state=ClaimState.OFFICE_APPROVED, office_approved_by=command.actor)


def _approve_at_hq(claim: OrderClaim, command: ApproveClaimAtHq) -> OrderClaim:
    require_other_approver(claim, command.actor)
    return replace(claim, state=ClaimState.HQ_APPROVED, hq_approved_by=command.actor)


def _settle(claim: OrderClaim, command: SettleClaim) -> OrderClaim:
    return replace(claim, state=ClaimState.SETTLED, settled_by=command.actor)


def _send_back(claim: OrderClaim, command: SendClaimBack) -> OrderClaim:
    return replace(
        claim,
        state=ClaimState.SENT_BACK,
        office_approved_by=None,
        hq_approved_by=None,
        reason=command.reason,
    )


def _resubmit(claim: OrderClaim, command: ResubmitClaim) -> OrderClaim:
    require_amounts(claim, command.amounts)
    return replace(
        claim,
        state=ClaimState.SUBMITTED,
        amounts=command.amounts,
        submitted_by=command.actor,
        submitted_at=command.at,
        reason="",
    )


_STEPS: Mapping[type[ClaimCommand], _Step] = MappingProxyType(
    {
        ApproveClaimAtOffice: _approve_at_office,
        ApproveClaimAtHq: _approve_at_hq,
        SettleClaim: _settle,
        SendClaimBack: _send_back,
        ResubmitClaim: _resubmit,
    }
)
_KINDS: Mapping[type[ClaimCommand], str] = MappingProxyType(
    {
        ApproveClaimAtOffice: "ClaimApprovedAtOffice",
        ApproveClaimAtHq: "ClaimApprovedAtHq",
        SettleClaim: "ClaimSettled",
        SendClaimBack: "ClaimSentBack",
        ResubmitClaim: "ClaimResubmitted",
    }
)
"""What each command does to a claim of the right version, and what the log calls it."""
