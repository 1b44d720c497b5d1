"""Verification calls as work that is handed out: to the owner first, then to the team.

Runs on the thread of the unit of work.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from agent_desk.domain.call import CallDirection
from agent_desk.domain.calling_hours import CallingHours, zones_named
from agent_desk.domain.claim import WorkItem, WorkKind
from agent_desk.domain.errors import ReservedError
from agent_desk.domain.identifiers import AgentId, WorkItemId, time_zones_of
from agent_desk.domain.interaction import Interaction
from agent_desk.domain.work_order import WorkOrder
from agent_desk.ports.storage import UnitOfWork
from agent_desk.services.case_log import CaseLog


def await_verification(log: CaseLog, order: WorkOrder) -> None:
    """Let the customer be called in their own hours; in the unit of work that saves ``order``."""
    zones, hours = _zones(log.uow, order), _hours(log)
    due_at = hours.next_call(log.now, zones)
    item = WorkItem(
        id=WorkItemId(log.new_id("verification")),
        kind=WorkKind.VERIFY,
        subject_id=order.id,
        due_at=due_at,
        priority=order.priority,
        reserved_for=order.owner,
        open_at=hours.working_days_later(due_at, log.rules.absence_days, zones[0]),
    )
    log.uow.claims.put(item, at=log.now)


def postpone_verification(log: CaseLog, order: WorkOrder) -> None:
    """Let the customer, who was not reached, be called again on another day."""
    item = log.uow.claims.about(WorkKind.VERIFY, order.id)
    if item is None:
        return
    zones, hours = _zones(log.uow, order), _hours(log)
    due_at = hours.next_day(log.now, zones)
    open_at = item.open_at
    if item.handed_to in (None, order.owner) or open_at is None:
        later = hours.working_days_later(due_at, log.rules.absence_days, zones[0])
        open_at = later if open_at is None else max(open_at, later)
    log.uow.claims.postpone(WorkKind.VERIFY, order.id, due_at=due_at, open_at=open_at)


def drop_verification(log: CaseLog, order: WorkOrder) -> None:
    """Let nobody call about ``order`` any more: the customer has answered, or never will."""
    log.uow.claims.withdraw(WorkKind.VERIFY, order.id)


def require_verifier(
    uow: UnitOfWork, order: WorkOrder, login: AgentId, call: Interaction | None
) -> None:
    """Raise ReservedError unless it is for ``login`` to ask the customer, in ``call``.

    For the owner, for whoever was handed the call when the owner was away, and for whom the
    customer calls: who is on the line already is not called a second time.
    """
    if login == order.owner or (call is not None and _came_from(order, call)):
        return
    item = uow.claims.about(WorkKind.VERIFY, order.id)
    if item is None or item.handed_to != login:
        raise ReservedError(subject=order.title, owner=order.owner)


def _came_from(order: WorkOrder, call: Interaction) -> bool:
    is_theirs = call.customer_id == order.customer_id
    answered = call.answered_at is not None
    return is_theirs and answered and call.direction is CallDirection.INBOUND


def _zones(uow: UnitOfWork, order: WorkOrder) -> Sequence[tzinfo | None]:
    return zones_named(time_zones_of(uow.customers.number_of(order.customer_id)))


def _hours(log: CaseLog) -> CallingHours:
    rules = log.rules
    calendar = None if rules.calendar is None else log.uow.calendars.all().get(rules.calendar)
    return CallingHours(begins=rules.begins, ends=rules.ends, calendar=calendar)
