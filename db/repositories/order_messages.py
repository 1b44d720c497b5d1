"""What is said about work orders; on the thread of its unit of work."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, insert, select
from sqlalchemy.exc import IntegrityError

from agent_desk.domain.errors import StaleVersionError
from agent_desk.domain.identifiers import AgentId, InteractionId, MessageId, WorkOrderId
from agent_desk.domain.order_message import MessageKind, OrderMessage
from db.loop_tables import order_messages
from db.statement_types import AnyRow

_C = order_messages.c
_OF_ORDER = (
    select(order_messages)
    .where(_C.order_id == bindparam("order_id"))
    .order_by(_C.at, _C.kind, _C.ordinal)
)


class SqlOrderMessageRepository:
    """``ports.storage.OrderMessageRepository`` on one connection."""

    def __init__(self, connection: Connection) -> None:
        """Work on ``connection``."""
        self._connection = connection

    def add(self, message: OrderMessage) -> None:
        """Store a message; StaleVersionError when another one has its ordinal."""
        row = {
            "id": message.id,
            "order_id": message.order_id,
            "kind": message.kind.value,
            "ordinal": message.ordinal,
            "text": message.text,
            "at": message.at,
            "actor": message.actor,
            "interaction_id": message.call,
        }
        try:
            self._connection.execute(insert(order_messages), row)
        except IntegrityError as error:
            if not _has_ordinal(error):
                raise
            raise StaleVersionError(
                subject="The order", mine=message.ordinal, theirs=message.ordinal
            ) from error

    def of_order(self, order_id: WorkOrderId) -> Sequence[OrderMessage]:
        """Return an order's messages, oldest first."""
        found = self._connection.execute(_OF_ORDER, {"order_id": order_id})
        return [_message_from(row) for row in found]


def _has_ordinal(error: IntegrityError) -> bool:
    text = str(error.orig)
    return "uq_order_messages" in text or "order_messages.ordinal" in text


def _message_from(row: AnyRow) -> OrderMessage:
    return OrderMessage(
        id=MessageId(row.id),
        order_id=WorkOrderId(row.order_id),
        kind=MessageKind(row.kind),
        text=row.text,
        at=row.at,
        actor=AgentId(row.actor),
        call=InteractionId(row.interaction_id) if row.interaction_id else None,
        ordinal=row.ordinal,
    )
