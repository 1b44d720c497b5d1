"""Wires an order's files: read, sent, opened, saved, marked as void; main thread.

Bytes are read, written and made small on other threads; the choice of files that the server did
not take is kept as a draft on this machine.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication, QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QImage

from agent_desk.domain.attachment import Attachment, require_size
from agent_desk.domain.draft import Draft, DraftKind
from agent_desk.domain.errors import (
    AgentDeskError,
    ContentFolderError,
    InputError,
    NotFoundError,
    StorageError,
    UploadCancelledError,
)
from agent_desk.domain.identifiers import AttachmentId, WorkOrderId, new_uuid7
from agent_desk.domain.rights import Right
from agent_desk.services.attachments import (
    ADDING_RIGHTS,
    AttachmentsChangedEvent,
    Upload,
    UploadProgressEvent,
)
from ui.language import error_text, tr
from ui.orders.attachment_row import SIDE
from ui.orders.attachments_view import AttachmentsView
from ui.orders.thumbnail import thumbnail
from ui.presenters.context import Context
from ui.presenters.storage import unavailable_text

_LARGEST_PICTURE: Final = 12 * 1024 * 1024
"""Larger pictures are shown by their icon: they would be read for a thumbnail alone."""

_SHARPNESS: Final = 4
"""A thumbnail is made for 200 % on a screen of two pixels to one."""


@dataclass(slots=True)
class _Job:
    """A file on its way. path: where it lies, "" for a picture that was pasted as ``content``."""

    upload: Upload
    path: str = ""
    content: bytes = b""
    failure: str = ""
    can_retry: bool = False


def open_with_system(path: Path) -> None:
    """Let the system open the file with whatever it uses for its kind."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


class AttachmentsPresenter(QObject):
    """The files of the order that is shown; uploads of others go on behind it.

    changed: somebody, perhaps at another desk, added to the files of this order.
    """

    changed = Signal(str)

    def __init__(
        self,
        *,
        context: Context,
        view: AttachmentsView,
        open_file: Callable[[Path], None] = open_with_system,
    ) -> None:
        """Follow the view's wishes; ``open_file`` shows a file to the person."""
        super().__init__()
        self._context = context
        self._view = view
        self._open_file = open_file
        self._order_id: WorkOrderId | None = None
        self._shown = ("", 0)
        self._jobs: dict[str, _Job] = {}
        self._images: dict[str, QImage] = {}
        self._opened: tempfile.TemporaryDirectory[str] | None = None
        self._pasted = 0
        access = context.desk.access
        view.offer(
            adds=access.may(*ADDING_RIGHTS),
            withdraws=lambda made: (
                made.added_by == access.login or access.may(Right.REVIEW_REPORTS)
            ),
        )
        context.bridge.subscribe(UploadProgressEvent, self._on_progress)
        context.bridge.subscribe(AttachmentsChangedEvent, self._on_changed)
        view.files_added.connect(self._add_files)
        view.picture_added.connect(self._add_picture)
        view.open_wanted.connect(self._open)
        view.save_wanted.connect(self._save)
        view.withdraw_wanted.connect(self._withdraw)
        view.given_up.connect(self._give_up)
        view.retry_wanted.connect(self._retry)

    def show_order(self, order_id: str) -> None:
        """Show the files of this order from now on."""
        if order_id != self._order_id:
            self._order_id = WorkOrderId(order_id)
            self._view.show_attachments(())
        self._show_jobs()
        self.refresh()

    def refresh(self) -> None:
        """Read the files of the shown order again."""
        order_id = self._order_id
        if order_id is None:
            return
        attachments = self._context.desk.attachments
        self._context.ask(
            lambda: attachments.of_order(order_id),
            lambda found: self._show(order_id, found),
            failed=self._say_unavailable,
            owner=self,
        )

    def _say_unavailable(self, error: AgentDeskError) -> None:
        if isinstance(error, NotFoundError):
            # The order has left this desk meanwhile, and the list with it says so.
            return
        self._view.show_unavailable(unavailable_text(error))

    def restore(self, order_id: str, fields: Mapping[str, str]) -> None:
        """Offer the files of a draft again."""
        for path in fields.get("paths", "").splitlines():
            job = self._job(WorkOrderId(order_id), path)
            job.failure, job.can_retry = tr("attachments.left"), True
        self._show_jobs()

    def _show(self, order_id: WorkOrderId, found: Sequence[Attachment]) -> None:
        if order_id != self._order_id:
            return
        if self._shown != (order_id, len(found)):
            if self._shown[0] == order_id:
                self.changed.emit(order_id)
            self._shown = (order_id, len(found))
        self._view.show_attachments(found)
        for made in found:
            if made.is_image and made.size_bytes <= _LARGEST_PICTURE:
                self._show_image(made)

    def _show_image(self, made: Attachment) -> None:
        known = self._images.get(made.sha256)
        if known is not None:
            self._view.show_image(made.id, known)
            return

        async def work() -> QImage:
            content = await self._context.desk.attachments.content(made)
            return await asyncio.to_thread(thumbnail, content, SIDE * _SHARPNESS)

        def show(image: QImage) -> None:
            self._images[made.sha256] = image
            self._view.show_image(made.id, image)

        # Without its picture a file is still there; opening it says what is wrong.
        self._context.ask(work, show, failed=lambda _: None, owner=self)

    def _add_files(self, paths: list[str]) -> None:
        order_id = self._order_id
        if order_id is None:
            return
        jobs = [self._job(order_id, path) for path in paths]
        self._show_jobs()
        for job in jobs:
            self._send(job)

    def _add_picture(self, content: bytes) -> None:
        if self._order_id is None:
            return
        self._pasted += 1
        name = tr("attachments.pasted", number=self._pasted) + ".png"
        job = self._job(self._order_id, "", name=name, content=content)
        self._show_jobs()
        self._send(job)

    def _job(
        self, order_id: WorkOrderId, path: str, *, name: str = "", content: bytes = b""
    ) -> _Job:
        key = AttachmentId(new_uuid7(self._context.now()))
        upload = Upload(id=key, order_id=order_id, name=name or Path(path).name)
        job = self._jobs[key] = _Job(upload=upload, path=path, content=content)
        return job

    def _send(self, job: _Job) -> None:
        attachments = self._context.desk.attachments
        job.failure = ""

        async def work() -> Attachment:
            content = job.content or await asyncio.to_thread(_read, Path(job.path))
            return await attachments.add(job.upload, content)

        self._context.ask(
            work,
            lambda _: self._end(job),
            failed=lambda error: self._failed(job, error),
            owner=self,
        )

    def _end(self, job: _Job) -> None:
        self._jobs.pop(job.upload.id, None)
        self._show_jobs()
        self._keep_choice(job.upload.order_id)

    def _failed(self, job: _Job, error: AgentDeskError) -> None:
        if isinstance(error, UploadCancelledError):
            self._end(job)
            return
        away = isinstance(error, StorageError) and not isinstance(error, ContentFolderError)
        job.failure = tr("attachments.needs_server") if away else error_text(error)
        job.can_retry = isinstance(error, StorageError)
        self._show_jobs()
        self._keep_choice(job.upload.order_id)

    def _retry(self, key: str) -> None:
        job = self._jobs.get(key)
        if job is not None:
            self._view.show_progress(key, 0, 1)
            self._send(job)

    def _give_up(self, key: str) -> None:
        job = self._jobs.get(key)
        if job is None:
            return
        job.upload.cancel()
        if job.failure:
            self._end(job)

    def _show_jobs(self) -> None:
        jobs = [job for job in self._jobs.values() if job.upload.order_id == self._order_id]
        self._view.show_pending((job.upload.id, job.upload.name) for job in jobs)
        for job in jobs:
            if job.failure:
                self._view.show_failed(job.upload.id, job.failure, retry=job.can_retry)

    def _keep_choice(self, order_id: WorkOrderId) -> None:
        """Keep the paths that failed for want of the server; forget them when none are left."""
        paths = [
            job.path
            for job in self._jobs.values()
            if job.upload.order_id == order_id and job.can_retry and job.failure and job.path
        ]
        drafts, key = self._context.desk.drafts, f"files:{order_id}"
        if not paths:
            self._context.ask(lambda: drafts.discard(key), owner=self)
            return
        draft = Draft(
            key=key,
            kind=DraftKind.ATTACHMENTS,
            saved_at=self._context.now(),
            fields={"paths": "\n".join(paths)},
        )
        self._context.ask(lambda: drafts.save(draft), owner=self)

    def _open(self, made: Attachment) -> None:
        if self._opened is None:
            # A program may still have a file open when the desk ends: then it stays behind.
            self._opened = tempfile.TemporaryDirectory(
                prefix="agent-desk-", ignore_cleanup_errors=True
            )
            application = QCoreApplication.instance()
            if application is not None:
                application.aboutToQuit.connect(self._opened.cleanup)
        path = Path(self._opened.name) / made.id / made.name
        self._write(made, path, lambda: self._open_file(path))

    def _save(self, made: Attachment, path: str) -> None:
        def saved() -> None:
            self._context.notify("attachments", tr("attachments.saved", name=Path(path).name))

        self._write(made, Path(path), saved)

    def _write(self, made: Attachment, path: Path, then: Callable[[], None]) -> None:
        async def work() -> str:
            content = await self._context.desk.attachments.content(made)
            return await asyncio.to_thread(_write_file, path, content)

        def written(reason: str) -> None:
            if not reason:
                then()
                return
            text = tr("attachments.not_saved", name=path.name, reason=reason)
            self._context.notify("attachments", text, "warning")

        self._context.ask(work, written, owner=self)

    def _withdraw(self, attachment_id: str, reason: str) -> None:
        attachments = self._context.desk.attachments
        self._context.ask(
            lambda: attachments.withdraw(AttachmentId(attachment_id), reason), owner=self
        )

    def _on_progress(self, event: UploadProgressEvent) -> None:
        self._view.show_progress(event.id, event.sent_bytes, event.size_bytes)

    def _on_changed(self, event: AttachmentsChangedEvent) -> None:
        if event.order_id == self._order_id:
            self.refresh()


def _read(path: Path) -> bytes:
    """Return a file's bytes; raises InputError, before reading one that is too large."""
    try:
        require_size(path.name, path.stat().st_size)
        return path.read_bytes()
    except OSError as error:
        accepted = "a file that can be read"
        raise InputError(field="attachment", value=path.name, accepted=accepted) from error


def _write_file(path: Path, content: bytes) -> str:
    """Write the file; return why it could not be written, "" when it was."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        return error.strerror or str(error)
    return ""
