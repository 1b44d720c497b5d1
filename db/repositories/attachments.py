"""Attachments and their bytes; on the thread of its unit of work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from agent_desk.domain.attachment import Attachment, ContentPlace
from agent_desk.domain.errors import ContentMissingError, NotFoundError
from agent_desk.domain.identifiers import AgentId, AttachmentId, WorkOrderId
from db.attachment_tables import attachment_chunks, attachment_withdrawals, attachments
from db.statement_types import AnyRow

_FOUND = select(
    attachments,
    attachment_withdrawals.c.withdrawn_by,
    attachment_withdrawals.c.withdrawn_at,
    attachment_withdrawals.c.reason,
).outerjoin(attachment_withdrawals, attachment_withdrawals.c.attachment_id == attachments.c.id)
_BY_ID = _FOUND.where(attachments.c.id == bindparam("attachment_id"))
_OF_ORDER = _FOUND.where(attachments.c.order_id == bindparam("order_id")).order_by(
    attachments.c.added_at, attachments.c.id
)
_PIECES = select(
    func.count(), func.coalesce(func.sum(func.length(attachment_chunks.c.content)), 0)
).where(
    attachment_chunks.c.attachment_id == bindparam("attachment_id"),
    attachment_chunks.c.added_by == bindparam("added_by"),
)
_PIECE = select(attachment_chunks.c.content).where(
    attachment_chunks.c.attachment_id == bindparam("attachment_id"),
    attachment_chunks.c.added_by == bindparam("added_by"),
    attachment_chunks.c.position == bindparam("position"),
)
_HAS_PIECE = select(func.count()).where(
    attachment_chunks.c.attachment_id == bindparam("attachment_id"),
    attachment_chunks.c.added_by == bindparam("added_by"),
    attachment_chunks.c.position == bindparam("position"),
)
_KEPT = select(attachments.c.id).where(attachments.c.id == attachment_chunks.c.attachment_id)


class SqlAttachmentRepository:
    """``ports.storage.AttachmentRepository`` on one connection."""

    def __init__(self, connection: Connection) -> None:
        """Work on ``connection``."""
        self._connection = connection

    def add_chunk(
        self, attachment_id: AttachmentId, added_by: AgentId, position: int, content: bytes
    ) -> None:
        """Store a piece of what is being uploaded; one that is there already stays."""
        key = {"attachment_id": attachment_id, "added_by": added_by, "position": position}
        if not self._connection.execute(_HAS_PIECE, key).scalar_one():
            self._connection.execute(insert(attachment_chunks), {**key, "content": content})

    def drop_chunks(self, attachment_id: AttachmentId, added_by: AgentId) -> None:
        """Take away the pieces of an upload that was given up; those of an attachment stay."""
        self._connection.execute(
            delete(attachment_chunks).where(
                attachment_chunks.c.attachment_id == attachment_id,
                attachment_chunks.c.added_by == added_by,
                ~_KEPT.exists(),
            )
        )

    def add(self, attachment: Attachment) -> None:
        """Store it; raises ContentMissingError unless all its pieces are there."""
        if attachment.place is ContentPlace.DATABASE:
            key = {"attachment_id": attachment.id, "added_by": attachment.added_by}
            pieces, length = self._connection.execute(_PIECES, key).one()
            if (pieces, length) != (attachment.chunks, attachment.size_bytes):
                raise ContentMissingError(name=attachment.name, place=attachment.place)
        self._connection.execute(insert(attachments), _row(attachment))

    def get(self, attachment_id: AttachmentId) -> Attachment:
        """Return the attachment; raises NotFoundError."""
        row = self._connection.execute(_BY_ID, {"attachment_id": attachment_id}).first()
        if row is None:
            raise NotFoundError(subject="Attachment", id=attachment_id)
        return _attachment(row)

    def find(self, attachment_id: AttachmentId) -> Attachment | None:
        """Return the attachment, None while there is none."""
        row = self._connection.execute(_BY_ID, {"attachment_id": attachment_id}).first()
        return None if row is None else _attachment(row)

    def of_order(self, order_id: WorkOrderId) -> Sequence[Attachment]:
        """Return an order's, oldest first, also those that are void."""
        return [_attachment(x) for x in self._connection.execute(_OF_ORDER, {"order_id": order_id})]

    def chunk(self, attachment: Attachment, position: int) -> bytes:
        """Return a piece, from 0; raises ContentMissingError."""
        key = {"attachment_id": attachment.id, "added_by": attachment.added_by}
        content = self._connection.execute(_PIECE, {**key, "position": position}).scalar()
        if content is None:
            raise ContentMissingError(name=attachment.name, place=attachment.place)
        return bytes(content)

    def withdraw(
        self, attachment_id: AttachmentId, *, by: AgentId, at: datetime, reason: str
    ) -> None:
        """Mark it as void; one that is void already stays as it was marked."""
        if self.get(attachment_id).withdrawn_at is None:
            self._connection.execute(
                insert(attachment_withdrawals),
                {
                    "attachment_id": attachment_id,
                    "withdrawn_by": by,
                    "withdrawn_at": at,
                    "reason": reason,
                },
            )


def _row(attachment: Attachment) -> dict[str, object]:
    return {
        "id": attachment.id,
        "order_id": attachment.order_id,
        "report": attachment.report,
        "name": attachment.name,
        "media_type": attachment.media_type,
        "size_bytes": attachment.size_bytes,
        "sha256": attachment.sha256,
        "place": attachment.place.value,
        "added_by": attachment.added_by,
        "added_at": attachment.added_at,
    }


def _attachment(row: AnyRow) -> Attachment:
    return Attachment(
        id=AttachmentId(row.id),
        order_id=WorkOrderId(row.order_id),
        report=row.report,
        name=row.name,
        media_type=row.media_type,
        size_bytes=row.size_bytes,
        sha256=row.sha256,
        place=ContentPlace(row.place),
        added_by=AgentId(row.added_by),
        added_at=row.added_at,
        withdrawn_by=AgentId(row.withdrawn_by) if row.withdrawn_by else None,
        withdrawn_at=row.withdrawn_at,
        reason=row.reason or "",
    )
