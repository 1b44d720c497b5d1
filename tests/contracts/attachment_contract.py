"""What every implementation of ``ports.storage.Storage`` does with attachments."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent_desk.domain.attachment import CHUNK_BYTES, Attachment, ContentPlace
from agent_desk.domain.errors import ContentMissingError, NotFoundError, StorageError
from agent_desk.domain.identifiers import AttachmentId
from agent_desk.domain.work_order import WorkOrder
from agent_desk.ports.storage import Storage, UnitOfWork
from tests.contracts.order_loop_contract import an_order_to_verify
from tests.contracts.storage_samples import AGENT, NOW, fresh_id

CONTENT = bytes(range(256)) * (CHUNK_BYTES // 256) + b"tail"


def an_attachment(order: WorkOrder, **fields: object) -> Attachment:
    made = Attachment(
        id=AttachmentId(fresh_id()),
        order_id=order.id,
        report=1,
        name="泵 pump.jpg",
        media_type="image/jpeg",
        size_bytes=len(CONTENT),
        sha256="a" * 64,
        place=ContentPlace.DATABASE,
        added_by=AGENT,
        added_at=NOW,
    )
    return replace(made, **fields)  # type: ignore[arg-type]


async def send(storage: Storage, made: Attachment, *positions: int) -> None:
    for position in positions:
        piece = CONTENT[position * CHUNK_BYTES : (position + 1) * CHUNK_BYTES]

        def work(uow: UnitOfWork, position: int = position, piece: bytes = piece) -> None:
            uow.attachments.add_chunk(made.id, AGENT, position, piece)

        await storage.write(work)


async def piece_of(storage: Storage, made: Attachment, position: int) -> bytes:
    return await storage.read(lambda uow: uow.attachments.chunk(made, position))


async def drop(storage: Storage, made: Attachment) -> None:
    await storage.write(lambda uow: uow.attachments.drop_chunks(made.id, AGENT))


async def withdraw(storage: Storage, made: Attachment, reason: str) -> None:
    await storage.write(
        lambda uow: uow.attachments.withdraw(made.id, by=AGENT, at=NOW, reason=reason)
    )


class AttachmentContract:
    async def test_it_is_seen_whole_once_its_last_piece_is_there(self, storage: Storage) -> None:
        order = await an_order_to_verify(storage)
        made = an_attachment(order)
        await send(storage, made, 0)
        with pytest.raises(ContentMissingError):
            await storage.write(lambda uow: uow.attachments.add(made))
        assert await storage.read(lambda uow: uow.attachments.of_order(order.id)) == []
        assert await storage.read(lambda uow: uow.attachments.find(made.id)) is None
        await send(storage, made, 0, 1)
        await storage.write(lambda uow: uow.attachments.add(made))

        assert await storage.read(lambda uow: uow.attachments.of_order(order.id)) == [made]
        pieces = [await piece_of(storage, made, position) for position in (0, 1)]
        assert b"".join(pieces) == CONTENT
        with pytest.raises(ContentMissingError):
            await storage.read(lambda uow: uow.attachments.chunk(made, 2))

    async def test_what_was_given_up_is_gone_and_what_was_added_stays(
        self, storage: Storage
    ) -> None:
        order = await an_order_to_verify(storage)
        kept, left = an_attachment(order), an_attachment(order)
        for made in (kept, left):
            await send(storage, made, 0, 1)
        await storage.write(lambda uow: uow.attachments.add(kept))
        for made in (kept, left):
            await drop(storage, made)

        assert len(await storage.read(lambda uow: uow.attachments.chunk(kept, 1))) == 4
        with pytest.raises(ContentMissingError):
            await storage.read(lambda uow: uow.attachments.chunk(left, 0))

    async def test_it_is_marked_as_void_once(self, storage: Storage) -> None:
        order = await an_order_to_verify(storage)
        made = an_attachment(order, place=ContentPlace.FOLDER)
        await storage.write(lambda uow: uow.attachments.add(made))
        for reason in ("wrong photo", "again"):
            await withdraw(storage, made, reason)

        found = await storage.read(lambda uow: uow.attachments.get(made.id))
        assert found == replace(made, withdrawn_by=AGENT, withdrawn_at=NOW, reason="wrong photo")
        with pytest.raises(NotFoundError):
            await storage.read(lambda uow: uow.attachments.get(AttachmentId(fresh_id())))

    async def test_the_database_refuses_what_is_too_large(self, storage: Storage) -> None:
        order = await an_order_to_verify(storage)
        large = an_attachment(order, place=ContentPlace.FOLDER, size_bytes=26_214_401)
        with pytest.raises(StorageError):
            await storage.write(lambda uow: uow.attachments.add(large))
