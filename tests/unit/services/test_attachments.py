"""Attachments of an order: whole or not there, the same upload once, only for those who see it."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent_desk.domain.attachment import CHUNK_BYTES, MAX_BYTES, ContentPlace
from agent_desk.domain.errors import (
    AttachmentSizeError,
    AttachmentTypeError,
    ContentFolderError,
    ContentMissingError,
    DatabaseUnavailableError,
    InputError,
    NotFoundError,
    RightsError,
    UploadCancelledError,
)
from agent_desk.domain.event_log import Stream
from agent_desk.domain.identifiers import AgentId, AttachmentId, DepartmentId, new_uuid7
from agent_desk.domain.rights import Person, Role
from agent_desk.domain.work_order import WorkOrder
from agent_desk.services.attachments import (
    Attachments,
    AttachmentsChangedEvent,
    Upload,
    UploadProgressEvent,
)
from db.content_files import ContentFiles
from tests.unit.services.bench import AGENT, Bench, dump
from tests.unit.services.test_access import AWAY
from tests.unit.services.test_work_orders import raised

JPEG = b"\xff\xd8\xff\xe0" + bytes(CHUNK_BYTES) + b"end"


def upload_to(bench: Bench, order: WorkOrder, name: str = "pump.jpg") -> Upload:
    return Upload(id=AttachmentId(new_uuid7(bench.clock.now())), order_id=order.id, name=name)


def in_folder(bench: Bench, folder: Path) -> Attachments:
    return Attachments(
        storage=bench.storage,
        bus=bench.desk.bus,
        clock=bench.clock,
        access=bench.desk.access,
        folder=ContentFiles(folder),
    )


def seat(bench: Bench, role: Role, department: str | None = None) -> None:
    place = DepartmentId(department) if department else None
    person = Person(login=AGENT, name="Li", roles=frozenset({role}), department_id=place)
    bench.desk.access.change(person)


async def test_an_upload_comes_back_as_it_was_and_is_told_in_the_order_s_story(
    bench: Bench,
) -> None:
    _, order = await raised(bench)
    added = await bench.desk.attachments.add(upload_to(bench, order), JPEG)

    assert await bench.desk.attachments.of_order(order.id) == [added]
    assert await bench.desk.attachments.content(added) == JPEG
    assert (added.name, added.media_type, added.place) == (
        "pump.jpg",
        "image/jpeg",
        ContentPlace.DATABASE,
    )
    assert (await bench.kinds(Stream.WORK_ORDER, order.id))[-1] == "AttachmentAdded"
    steps = await bench.desk.order_stories.of_order(order.id)
    assert (steps[-1].kind, steps[-1].reason) == ("AttachmentAdded", "pump.jpg")
    sent = [e.sent_bytes for e in bench.seen.all(UploadProgressEvent)]
    assert sent == [CHUNK_BYTES, len(JPEG)]
    assert bench.seen.all(AttachmentsChangedEvent)[-1].order_id == order.id


async def test_the_same_upload_twice_is_one_attachment(bench: Bench) -> None:
    _, order = await raised(bench)
    upload = upload_to(bench, order)
    first = await bench.desk.attachments.add(upload, JPEG)
    again = await bench.desk.attachments.add(upload, JPEG)

    assert again == first
    kinds = await bench.kinds(Stream.WORK_ORDER, order.id)
    assert kinds.count("AttachmentAdded") == 1


@AWAY
async def test_an_upload_that_broke_off_shows_nothing_and_goes_on_when_tried_again(
    bench: Bench,
) -> None:
    _, order = await raised(bench)
    upload = upload_to(bench, order)
    away = DatabaseUnavailableError(path="desk", reason="gone")

    def break_off(event: UploadProgressEvent) -> None:
        bench.storage.fault = away if event.sent_bytes == CHUNK_BYTES else None

    bench.desk.bus.subscribe(UploadProgressEvent, break_off)
    with pytest.raises(DatabaseUnavailableError):
        await bench.desk.attachments.add(upload, JPEG)
    bench.storage.fault = None
    assert await bench.desk.attachments.of_order(order.id) == []

    bench.desk.bus.subscribe(UploadProgressEvent, lambda _: setattr(bench.storage, "fault", None))
    added = await bench.desk.attachments.add(upload, JPEG)
    assert await bench.desk.attachments.content(added) == JPEG


async def test_what_is_cancelled_on_the_way_leaves_nothing(bench: Bench) -> None:
    _, order = await raised(bench)
    upload = upload_to(bench, order)
    bench.desk.bus.subscribe(UploadProgressEvent, lambda _: upload.cancel())
    with pytest.raises(UploadCancelledError):
        await bench.desk.attachments.add(upload, JPEG)

    assert await bench.desk.attachments.of_order(order.id) == []
    assert dump(bench.database)["attachment_chunks"] == []


async def test_a_folder_has_the_bytes_and_says_when_they_are_gone(
    bench: Bench, tmp_path: Path
) -> None:
    _, order = await raised(bench)
    attachments = in_folder(bench, tmp_path / "files")
    added = await attachments.add(upload_to(bench, order), JPEG)
    (file,) = [path for path in (tmp_path / "files").rglob("*") if path.is_file()]

    assert await attachments.content(added) == JPEG
    file.write_bytes(JPEG[:-1] + b"?")
    with pytest.raises(ContentMissingError, match=r"pump\.jpg"):
        await attachments.content(added)
    file.unlink()
    with pytest.raises(ContentMissingError, match="files"):
        await attachments.content(added)
    with pytest.raises(ContentMissingError):
        await bench.desk.attachments.content(added)


async def test_a_folder_that_cannot_be_written_is_named(bench: Bench, tmp_path: Path) -> None:
    _, order = await raised(bench)
    (tmp_path / "files").write_text("in the way")
    with pytest.raises(ContentFolderError, match="files"):
        await in_folder(bench, tmp_path / "files").add(upload_to(bench, order), JPEG)
    assert await bench.desk.attachments.of_order(order.id) == []


async def test_what_cannot_be_attached_is_refused_before_anything_is_sent(bench: Bench) -> None:
    _, order = await raised(bench)
    with pytest.raises(AttachmentTypeError):
        await bench.desk.attachments.add(upload_to(bench, order, "setup.exe"), b"MZ\x00")
    with pytest.raises(AttachmentSizeError):
        await bench.desk.attachments.add(upload_to(bench, order), bytes(MAX_BYTES + 1))
    assert bench.seen.all(UploadProgressEvent) == []


async def test_nothing_is_taken_away_but_marked_as_void_with_a_reason(bench: Bench) -> None:
    _, order = await raised(bench)
    added = await bench.desk.attachments.add(upload_to(bench, order), JPEG)
    with pytest.raises(InputError):
        await bench.desk.attachments.withdraw(added.id, " ")
    await bench.desk.attachments.withdraw(added.id, "wrong photo")

    (found,) = await bench.desk.attachments.of_order(order.id)
    assert (found.withdrawn_by, found.reason) == (AGENT, "wrong photo")
    assert await bench.desk.attachments.content(found) == JPEG


async def test_an_auditor_adds_nothing_and_a_dealer_sees_no_other_s(bench: Bench) -> None:
    _, order = await raised(bench)
    added = await bench.desk.attachments.add(upload_to(bench, order), JPEG)
    seat(bench, Role.AUDITOR)
    with pytest.raises(RightsError):
        await bench.desk.attachments.add(upload_to(bench, order), JPEG)
    seat(bench, Role.DEALER, "d-other")
    for refused in (
        bench.desk.attachments.of_order(order.id),
        bench.desk.attachments.add(upload_to(bench, order), JPEG),
        bench.desk.attachments.withdraw(added.id, "not mine"),
    ):
        with pytest.raises(NotFoundError):
            await refused


async def test_only_a_reviewer_marks_somebody_else_s_as_void(bench: Bench) -> None:
    _, order = await raised(bench)
    added = await bench.desk.attachments.add(upload_to(bench, order), JPEG)
    other = Person(login=AgentId("chen"), name="Chen", roles=frozenset({Role.AGENT}))
    bench.desk.access.change(other)
    with pytest.raises(RightsError):
        await bench.desk.attachments.withdraw(added.id, "not mine")
