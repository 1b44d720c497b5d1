"""Reads what happened to a work order, with the names of those who did it; on `desk-loop`."""

from __future__ import annotations

from collections.abc import Sequence

from agent_desk.domain.errors import NotFoundError
from agent_desk.domain.event_log import Stream
from agent_desk.domain.identifiers import WorkOrderId
from agent_desk.domain.order_story import StoryStep, named, story_of
from agent_desk.domain.rights import Role
from agent_desk.domain.settlement import ClaimKind
from agent_desk.ports.storage import Storage, UnitOfWork
from agent_desk.services.access import Access


class OrderStories:
    """The stories of the orders that the person at this desk may see."""

    def __init__(self, *, storage: Storage, access: Access) -> None:
        """Read from ``storage``; nothing is written here."""
        self._storage = storage
        self._access = access

    async def of_order(self, order_id: WorkOrderId) -> Sequence[StoryStep]:
        """Return the steps, oldest first; raises NotFoundError, also for another's order."""

        def work(uow: UnitOfWork) -> Sequence[StoryStep]:
            order = uow.orders.get(order_id)
            if self._access.own_department not in (None, order.department_id):
                raise NotFoundError(subject="Work order", id=order_id)
            steps = story_of(uow.events.of(Stream.WORK_ORDER, order_id))
            shown = [step for step in steps if self._is_shown(step)]
            return named(shown, uow.people.names({step.actor for step in shown}))

        return await self._storage.read(work)

    def _is_shown(self, step: StoryStep) -> bool:
        """Return what a server shows: see `db.access.event_policies`."""
        own, claim = self._access.own_department, step.claim
        if own is None:
            return True
        if claim is None:
            # How the house reaches its customers is its own business.
            return step.kind != "VerificationAttempted"
        if claim.department_id != own:
            return False
        # What a supplier owes us is no dealer's business.
        return claim.kind is ClaimKind.EXPENSE or self._access.person.roles != {Role.DEALER}
