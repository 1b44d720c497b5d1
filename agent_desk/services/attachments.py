"""Attachments of work orders: added in pieces, read whole, never changed, only marked as void.

Runs on the `desk-loop` thread. Each piece is a unit of work of its own, so that nobody waits
behind a large file; what is seen begins with the last one. An upload that broke off goes on where
it stopped when it is tried again under its id.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from agent_desk.domain.attachment import (
    CHUNK_BYTES,
    Attachment,
    ContentPlace,
    named_and_typed,
    require_size,
)
from agent_desk.domain.errors import ContentMissingError, NotFoundError, UploadCancelledError
from agent_desk.domain.event_log import LoggedEvent, Stream, to_payload
from agent_desk.domain.identifiers import AttachmentId, EventId, WorkOrderId, derived_uuid7
from agent_desk.domain.rights import Right
from agent_desk.domain.work_order import WorkOrder
from agent_desk.ports.clock import Clock
from agent_desk.ports.content_folder import ContentFolder
from agent_desk.ports.storage import Storage, UnitOfWork
from agent_desk.services.access import Access
from agent_desk.services.event_bus import EventBus
from agent_desk.services.loop_commands import told
from agent_desk.services.told_events import shown_attachments

ADDING_RIGHTS = (
    Right.WORK_ON_ORDERS,
    Right.RAISE_ORDERS,
    Right.DISPATCH_ORDERS,
    Right.REVIEW_REPORTS,
)
"""Any of them is enough to add an attachment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentsChangedEvent:
    """An attachment of the order was added or marked as void."""

    order_id: WorkOrderId


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadProgressEvent:
    """So many bytes of an upload are safe."""

    id: AttachmentId
    sent_bytes: int
    size_bytes: int


class Upload:
    """One file on its way. id: of the attachment that it becomes."""

    def __init__(self, *, id: AttachmentId, order_id: WorkOrderId, name: str) -> None:
        """Nothing is sent before `Attachments.add`."""
        self.id = id
        self.order_id = order_id
        self.name = name
        self._cancelled = False

    def cancel(self) -> None:
        """Give it up before the next piece; callable from any thread."""
        self._cancelled = True

    def require_wanted(self) -> None:
        """Raise UploadCancelledError when it was given up."""
        if self._cancelled:
            raise UploadCancelledError(name=self.name)


class Attachments:
    """What is attached to orders, for those who may see them."""

    def __init__(
        self,
        *,
        storage: Storage,
        bus: EventBus,
        clock: Clock,
        access: Access,
        folder: ContentFolder | None = None,
    ) -> None:
        """``folder`` takes the bytes of what is added from now on; None: the database does."""
        self._storage = storage
        self._bus = bus
        self._clock = clock
        self._access = access
        self._folder = folder

    async def of_order(self, order_id: WorkOrderId) -> Sequence[Attachment]:
        """Return an order's attachments, oldest first; raises NotFoundError for another's."""

        def work(uow: UnitOfWork) -> Sequence[Attachment]:
            self._order(uow, order_id)
            return shown_attachments(self._access, uow, order_id)

        return await self._storage.read(work)

    async def add(self, upload: Upload, content: bytes) -> Attachment:
        """Store ``content``; the same upload again changes nothing.

        Raises RightsError, AttachmentSizeError, AttachmentTypeError, UploadCancelledError,
        NotFoundError, ContentFolderError, StorageError: nothing is seen of it then.
        """
        self._access.require(*ADDING_RIGHTS)
        require_size(upload.name, len(content))
        made = await asyncio.to_thread(self._made, upload, content, self._clock.now())
        order = await self._storage.read(lambda uow: self._order(uow, upload.order_id))
        made = replace(made, report=order.reports)
        try:
            if made.place is ContentPlace.FOLDER:
                await self._send_to_folder(upload, made, content)
            else:
                await self._send_pieces(upload, made, content)
        except UploadCancelledError:
            await self._forget(made)
            raise
        added = await self._storage.write(lambda uow: self._finish(uow, made))
        self._bus.publish(AttachmentsChangedEvent(order_id=upload.order_id))
        return added

    async def content(self, attachment: Attachment) -> bytes:
        """Return the bytes; raises ContentMissingError when they are not what was added."""
        if attachment.place is ContentPlace.FOLDER:
            content = await self._from_folder(attachment)
        else:
            content = await self._from_database(attachment)
        if await asyncio.to_thread(_digest, content) != attachment.sha256:
            raise ContentMissingError(name=attachment.name, place=attachment.place)
        return content

    async def withdraw(self, attachment_id: AttachmentId, reason: str) -> None:
        """Mark it as void, with a reason; whoever added it may, and reviewers (RightsError)."""
        self._access.require(*ADDING_RIGHTS)
        reason = told("reason", reason, "why the attachment is void")

        def work(uow: UnitOfWork) -> WorkOrderId:
            found = uow.attachments.get(attachment_id)
            order = self._order(uow, found.order_id)
            if found.added_by != self._access.login:
                self._access.require(Right.REVIEW_REPORTS)
            if found.withdrawn_at is None:
                at, by = self._clock.now(), self._access.login
                uow.attachments.withdraw(attachment_id, by=by, at=at, reason=reason)
                void = replace(found, withdrawn_by=by, withdrawn_at=at, reason=reason)
                self._log(uow, "AttachmentWithdrawn", order, void, reason)
            return order.id

        order_id = await self._storage.write(work)
        self._bus.publish(AttachmentsChangedEvent(order_id=order_id))

    def _made(self, upload: Upload, content: bytes, now: datetime) -> Attachment:
        name, media_type = named_and_typed(upload.name, content)
        return Attachment(
            id=upload.id,
            order_id=upload.order_id,
            report=0,
            name=name,
            media_type=media_type,
            size_bytes=len(content),
            sha256=_digest(content),
            place=ContentPlace.DATABASE if self._folder is None else ContentPlace.FOLDER,
            added_by=self._access.login,
            added_at=now,
        )

    async def _send_pieces(self, upload: Upload, made: Attachment, content: bytes) -> None:
        for position in range(made.chunks):
            upload.require_wanted()
            begin = position * CHUNK_BYTES
            piece = content[begin : begin + CHUNK_BYTES]

            def work(uow: UnitOfWork, position: int = position, piece: bytes = piece) -> None:
                uow.attachments.add_chunk(made.id, made.added_by, position, piece)

            await self._storage.write(work)
            self._tell(made, begin + len(piece))
        upload.require_wanted()

    async def _send_to_folder(self, upload: Upload, made: Attachment, content: bytes) -> None:
        assert self._folder is not None
        upload.require_wanted()
        await asyncio.to_thread(self._folder.write, made, content)
        self._tell(made, len(content))
        upload.require_wanted()

    async def _forget(self, made: Attachment) -> None:
        if made.place is ContentPlace.FOLDER and self._folder is not None:
            await asyncio.to_thread(self._folder.remove, made)
            return
        await self._storage.write(lambda uow: uow.attachments.drop_chunks(made.id, made.added_by))

    def _finish(self, uow: UnitOfWork, made: Attachment) -> Attachment:
        there = uow.attachments.find(made.id)
        if there is not None:
            return there
        order = self._order(uow, made.order_id)
        uow.attachments.add(made)
        self._log(uow, "AttachmentAdded", order, made, made.name)
        return made

    def _log(
        self, uow: UnitOfWork, kind: str, order: WorkOrder, about: Attachment, words: str
    ) -> None:
        # With the order as it stands: each event of its stream is complete in itself.
        payload = {**to_payload(order), "reason": words, "attachment": to_payload(about)}
        event = LoggedEvent(
            id=EventId(derived_uuid7(about.id, kind)),
            stream=Stream.WORK_ORDER,
            stream_id=order.id,
            kind=kind,
            at=self._clock.now(),
            actor=self._access.login,
            payload=payload,
        )
        uow.events.append([event])

    async def _from_database(self, attachment: Attachment) -> bytes:
        pieces = []
        for position in range(attachment.chunks):

            def work(uow: UnitOfWork, position: int = position) -> bytes:
                return uow.attachments.chunk(attachment, position)

            pieces.append(await self._storage.read(work))
        return b"".join(pieces)

    async def _from_folder(self, attachment: Attachment) -> bytes:
        if self._folder is None:
            raise ContentMissingError(name=attachment.name, place=attachment.place)
        return await asyncio.to_thread(self._folder.read, attachment)

    def _tell(self, made: Attachment, sent: int) -> None:
        self._bus.publish(
            UploadProgressEvent(id=made.id, sent_bytes=sent, size_bytes=made.size_bytes)
        )

    def _order(self, uow: UnitOfWork, order_id: WorkOrderId) -> WorkOrder:
        """Return the order; raises NotFoundError for what a server would not show either."""
        order = uow.orders.get(order_id)
        if self._access.own_department not in (None, order.department_id):
            raise NotFoundError(subject="Work order", id=order_id)
        return order


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
