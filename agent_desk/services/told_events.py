"""What of an order the person at this desk is told; within a unit of work, on its thread.

A server shows a department or dealer nothing else; a file would.
"""

from __future__ import annotations

from collections.abc import Sequence

from agent_desk.domain.attachment import Attachment
from agent_desk.domain.event_log import LoggedEvent, Stream
from agent_desk.domain.identifiers import WorkOrderId
from agent_desk.domain.rights import Role
from agent_desk.domain.told_event import Listener, told_to
from agent_desk.ports.storage import UnitOfWork
from agent_desk.services.access import Access


def listener_at(access: Access, uow: UnitOfWork) -> Listener | None:
    """Return who listens at this desk; None for the house, which is told everything."""
    own = access.own_department
    if own is None:
        return None
    return Listener(
        department_id=own,
        sees_suppliers=access.person.roles != {Role.DEALER},
        strangers=uow.people.of_others(own),
    )


def told_of_order(access: Access, uow: UnitOfWork, order_id: WorkOrderId) -> Sequence[LoggedEvent]:
    """Return the order's events that the person is told, oldest first."""
    events = uow.events.of(Stream.WORK_ORDER, order_id)
    listener = listener_at(access, uow)
    return events if listener is None else told_to(listener, events)


def shown_attachments(
    access: Access, uow: UnitOfWork, order_id: WorkOrderId
) -> Sequence[Attachment]:
    """Return the order's attachments but for those that a former department or dealer added."""
    found = uow.attachments.of_order(order_id)
    own = access.own_department
    if own is None:
        return found
    strangers = uow.people.of_others(own)
    return [attachment for attachment in found if attachment.added_by not in strangers]
