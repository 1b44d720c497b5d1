"""Work that this desk was handed: the next callback, order or contact, and its leases.

Runs on the `desk-loop` thread, the functions at the end on the `db` executor. Pauses are real
time: the leases run by the database's clock.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from agent_desk.domain.claim import AT_ONCE, LEASE_SECONDS, Claim, WorkItem, WorkKind
from agent_desk.domain.errors import AgentDeskError, StaleClaimError, StorageError
from agent_desk.domain.identifiers import DeskId, WorkItemId
from agent_desk.domain.rights import Right
from agent_desk.domain.ticket import Ticket
from agent_desk.domain.work_order import WorkOrder
from agent_desk.ports.storage import Storage, UnitOfWork
from agent_desk.services.access import Access
from agent_desk.services.case_log import CaseLog
from agent_desk.services.event_bus import EventBus

_log = logging.getLogger(__name__)

RENEW_SECONDS = LEASE_SECONDS / 3
"""Pause between two renewals: a lease survives two that fail."""

GIVE_BACK_SECONDS = 2.0
"""Longest wait for the database when the desk stops; the leases run out by themselves."""


_RIGHTS: Mapping[WorkKind, Right] = MappingProxyType(
    {
        WorkKind.CALLBACK: Right.TAKE_CALLS,
        WorkKind.DISPATCH: Right.DISPATCH_ORDERS,
        WorkKind.DIAL: Right.TAKE_CALLS,
        WorkKind.VERIFY: Right.TAKE_CALLS,
    }
)
"""Who is handed which work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimLostEvent:
    """This desk was cut off, and somebody else has its work now."""

    claim: Claim


class Claims:
    """Takes work for the agent at this desk and holds on to it until it is done."""

    def __init__(self, *, storage: Storage, bus: EventBus, access: Access, desk_id: DeskId) -> None:
        """Work is handed to who sits here; nothing is renewed before ``start``."""
        self._storage = storage
        self._bus = bus
        self._access = access
        self._desk_id = desk_id
        self._held: dict[WorkItemId, Claim] = {}
        self._task: asyncio.Task[None] | None = None

    @property
    def held(self) -> Mapping[WorkItemId, Claim]:
        """What this desk has in its hands, as far as it knows."""
        return MappingProxyType(self._held)

    async def start(self) -> None:
        """Begin to renew."""
        self._task = asyncio.create_task(self._run(), name="claims")

    async def stop(self) -> None:
        """Give everything back, as far as the database answers in time."""
        task, self._task = self._task, None
        if task is None:
            return
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        held, self._held = tuple(self._held.values()), {}
        if held:
            with suppress(StorageError, TimeoutError):
                async with asyncio.timeout(GIVE_BACK_SECONDS):
                    await self._storage.write(lambda uow: uow.claims.return_from(self._desk_id))

    async def take_next(self, kind: WorkKind) -> Claim | None:
        """Return the next piece of work for this agent, None when none is due.

        Raises RightsError.
        """
        self._access.require(_RIGHTS[kind])
        claims = await self._storage.write(
            lambda uow: uow.claims.take(kind, desk_id=self._desk_id, agent_id=self._access.login)
        )
        for claim in claims:
            self._held[claim.item.id] = claim
        return claims[0] if claims else None

    async def take_about(self, kind: WorkKind, subject_id: str) -> Claim | None:
        """Return the work about one record, due or not; None when this agent may not have it.

        Raises RightsError.
        """
        self._access.require(_RIGHTS[kind])
        claim = await self._storage.write(
            lambda uow: uow.claims.take_about(
                kind, subject_id, desk_id=self._desk_id, agent_id=self._access.login
            )
        )
        if claim is not None:
            self._held[claim.item.id] = claim
        return claim

    def let_go(self, kind: WorkKind, subject_id: str) -> None:
        """Renew the work about a record no more: it is done, or waits for another day."""
        for claim in tuple(self._held.values()):
            if claim.item.kind is kind and claim.item.subject_id == subject_id:
                del self._held[claim.item.id]

    async def waiting(self, kind: WorkKind) -> int:
        """Return how many pieces of work are due for this agent; raises RightsError."""
        self._access.require(_RIGHTS[kind])
        return await self._storage.read(
            lambda uow: uow.claims.waiting(kind, agent_id=self._access.login)
        )

    async def finish(self, claim: Claim) -> None:
        """Say that the work is done; raises StaleClaimError when somebody else has it."""
        await self._settle(claim, lambda uow: uow.claims.finish(claim))

    async def give_back(self, claim: Claim, *, due_at: datetime | None = None) -> None:
        """Let somebody else have it, at once or not before ``due_at``; raises StaleClaimError."""
        await self._settle(claim, lambda uow: uow.claims.give_back(claim, due_at=due_at))

    async def renew(self) -> None:
        """Renew every lease; what is done is let go, what somebody else has is published."""
        held = tuple(self._held.values())
        if not held:
            return
        for claim, renewed in await self._storage.write(lambda uow: _renewed(uow, held)):
            if self._held.get(claim.item.id) is not claim:
                continue  # settled while its renewal was on the way
            del self._held[claim.item.id]
            if isinstance(renewed, Claim):
                self._held[claim.item.id] = renewed
            elif renewed is not None:
                self._bus.publish(ClaimLostEvent(claim=claim))

    async def _settle(self, claim: Claim, work: Callable[[UnitOfWork], None]) -> None:
        """Let go of ``claim`` and do ``work``; hold on to it when the database does not answer."""
        held = self._held.pop(claim.item.id, None)
        try:
            await self._storage.write(work)
        except StorageError:
            if held is not None:
                self._held[claim.item.id] = held
            raise

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            try:
                await self.renew()
            except AgentDeskError as error:
                _log.info("leases not renewed: %s", error)
            except Exception:  # noqa: BLE001 the agent's work must not be lost to a defect
                _log.exception("renewing leases failed")


def promise_callback(log: CaseLog, ticket: Ticket) -> None:
    """Let the customer be called at the ticket's follow-up, by its owner first.

    Replaces a former promise. Called in the unit of work that saves the ticket.
    """
    drop_callback(log, ticket)
    if ticket.follow_up_at is None:
        return
    item = WorkItem(
        id=WorkItemId(log.new_id("callback")),
        kind=WorkKind.CALLBACK,
        subject_id=ticket.id,
        due_at=ticket.follow_up_at,
        priority=ticket.priority,
        reserved_for=ticket.owner,
    )
    log.uow.claims.put(item, at=log.now)


def drop_callback(log: CaseLog, ticket: Ticket) -> None:
    """Let nobody call about the ticket any more: it is done, or on its way by other means."""
    log.uow.claims.withdraw(WorkKind.CALLBACK, ticket.id)


def await_dispatch(log: CaseLog, order: WorkOrder) -> None:
    """Let somebody find a department for ``order``; in the unit of work that saves it."""
    item = WorkItem(
        id=WorkItemId(log.new_id("dispatch")),
        kind=WorkKind.DISPATCH,
        subject_id=order.id,
        due_at=AT_ONCE,
        priority=order.priority,
    )
    log.uow.claims.put(item, at=log.now)


def drop_dispatch(log: CaseLog, order: WorkOrder) -> None:
    """Let nobody dispatch ``order`` any more: it has a department, or is cancelled."""
    log.uow.claims.withdraw(WorkKind.DISPATCH, order.id)


def _renewed(
    uow: UnitOfWork, held: Sequence[Claim]
) -> list[tuple[Claim, Claim | StaleClaimError | None]]:
    """Return each claim with its renewal: None when done, the error when it is lost."""
    return [(claim, _renewal(uow, claim)) for claim in held]


def _renewal(uow: UnitOfWork, claim: Claim) -> Claim | StaleClaimError | None:
    try:
        return uow.claims.renew(claim)
    except StaleClaimError as error:
        return error
