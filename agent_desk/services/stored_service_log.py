"""The service log in the shared database; called on `desk-loop`."""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import timedelta

from agent_desk.domain.builtin_service_policy import builtin_policy
from agent_desk.domain.errors import ConfigurationError
from agent_desk.domain.escalation import EscalationAcknowledgedEvent
from agent_desk.domain.identifiers import EventId, WorkOrderId
from agent_desk.domain.rights import Right
from agent_desk.domain.service_history import (
    ENDED_DAYS,
    EVERY_ORDER,
    OrderScope,
    ServiceBook,
    acknowledgement_record,
)
from agent_desk.domain.service_policy_file import Calendars, service_policy_of
from agent_desk.domain.service_target import ServicePolicy
from agent_desk.ports.clock import Clock
from agent_desk.ports.service_log import Histories
from agent_desk.ports.storage import Storage
from agent_desk.services.access import Access

_log = logging.getLogger(__name__)


class StoredServiceLog:
    """``ports.service_log.ServiceLog`` of what the person at this desk has to know of.

    Who dispatches, reviews or supervises follows every order, a department's or dealer's people
    their own, an agent those whom the agent called about first.
    """

    def __init__(self, *, storage: Storage, access: Access, clock: Clock) -> None:
        """Read from ``storage``, where acknowledgements are written too."""
        self._storage = storage
        self._access = access
        self._clock = clock
        self._book = ServiceBook()
        self._calendars: Calendars = {}
        self._policy = builtin_policy()

    async def policy(self) -> ServicePolicy:
        """Return the imported targets, or the built-in ones where nothing was imported."""
        book, calendars = await self._storage.read(
            lambda uow: (uow.service_records.book(), uow.calendars.all())
        )
        if (book, calendars) != (self._book, self._calendars):
            self._policy = stored_policy(book, calendars)
            self._book, self._calendars = book, calendars
        return self._policy

    async def followed(self) -> Collection[WorkOrderId]:
        """Return the orders that this desk follows by itself, the newest first."""
        ended_since = self._clock.now() - timedelta(days=ENDED_DAYS)
        scope = followed_scope(self._access)
        return await self._storage.read(
            lambda uow: uow.service_records.followed(scope, ended_since=ended_since)
        )

    async def histories(self, orders: Collection[WorkOrderId]) -> Histories:
        """Return what happened to ``orders``, as far as the person may see them."""
        seen = OrderScope(department_id=self._access.own_department)
        hours = self._book.hours
        return await self._storage.read(
            lambda uow: uow.service_records.histories(orders, seen, hours)
        )

    async def acknowledge(self, event: EscalationAcknowledgedEvent, *, id: EventId) -> None:
        """Store ``event`` in its order's stream of the log, once for each ``id``."""
        record = acknowledgement_record(event, id=id)
        await self._storage.write(lambda uow: uow.events.append([record]))


def stored_policy(book: ServiceBook, calendars: Calendars) -> ServicePolicy:
    """Return the policy of ``book``, the built-in one where there is none that is understood."""
    if book.tables is None:
        return builtin_policy(calendars)
    try:
        return service_policy_of(book.tables, calendars)
    except ConfigurationError as error:
        # Imported by a newer program, or a calendar of it was taken away with plain SQL.
        _log.warning("service policy %d is not understood here: %s", book.version, error)
        return builtin_policy(calendars)


def followed_scope(access: Access) -> OrderScope:
    """Return whose orders the person follows, in sight or not."""
    if access.own_department is not None:
        return OrderScope(department_id=access.own_department)
    if access.may(Right.DISPATCH_ORDERS, Right.REVIEW_REPORTS, Right.SEE_FIGURES):
        return EVERY_ORDER
    return OrderScope(owner=access.login)
