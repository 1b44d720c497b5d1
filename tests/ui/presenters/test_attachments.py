"""Files of an order at its department's desk: added, seen, opened, saved, void; server or not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QImage, QKeyEvent
from PySide6.QtWidgets import QApplication, QPushButton

from agent_desk.domain.draft import DraftKind
from agent_desk.domain.work_order import WorkOrder, WorkOrderState
from tests.e2e.stage import ScriptedStage
from tests.ui.presenters.test_contact import drafts, texts
from tests.ui.presenters.test_department_desk import order, page_of, restored
from ui.language import Language, set_language, tr
from ui.orders.attachment_row import AttachmentRow, PendingRow
from ui.orders.department_page import DepartmentPage
from ui.presenters.attachments import AttachmentsPresenter

__all__ = ["order"]
PDF = b"%PDF-1.7\n" + b"x" * 5000


@pytest.fixture
def page(stage: ScriptedStage, order: WorkOrder) -> DepartmentPage:
    return page_of(stage, order, WorkOrderState.ACCEPTED)


@pytest.fixture
def opened(stage: ScriptedStage, page: DepartmentPage) -> list[Path]:
    files: list[Path] = []
    presenter(stage)._open_file = files.append
    return files


def presenter(stage: ScriptedStage) -> AttachmentsPresenter:
    assert stage.view.pages is not None
    orders = stage.view.pages.department_orders
    assert orders is not None
    return orders.attachments


def drop(page: DepartmentPage, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    assert page.detail.files.take(data)


def names(page: DepartmentPage) -> list[str]:
    return [made.name for made in page.detail.files.attachments()]


def pending(page: DepartmentPage) -> list[PendingRow]:
    return [row for row in page.detail.findChildren(PendingRow) if not row.isHidden()]


def test_dropped_files_are_added_opened_and_saved(
    stage: ScriptedStage, page: DepartmentPage, opened: list[Path], tmp_path: Path
) -> None:
    report = tmp_path / "report.pdf"
    report.write_bytes(PDF)
    drop(page, report)
    stage.wait(lambda: names(page) == ["report.pdf"])
    assert pending(page) == []
    stage.wait(lambda: "File added" in texts(page.detail.story))

    (row,) = page.detail.files._rows
    row.open_wanted.emit()
    stage.wait(lambda: bool(opened))
    assert (opened[0].name, opened[0].read_bytes()) == ("report.pdf", PDF)
    page.detail.files.save_wanted.emit(row.attachment, str(tmp_path / "copy.pdf"))
    stage.wait(lambda: tr("attachments.saved", name="copy.pdf") in stage.view.notices.texts())
    assert (tmp_path / "copy.pdf").read_bytes() == PDF
    page.detail.files.save_wanted.emit(row.attachment, str(report / "below" / "a.pdf"))
    stage.wait(lambda: any("cannot be saved" in text for text in stage.view.notices.texts()))


def test_a_pasted_picture_has_its_thumbnail(stage: ScriptedStage, page: DepartmentPage) -> None:
    image = QImage(640, 480, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    data = QMimeData()
    data.setImageData(image)
    assert page.detail.files.take(data)
    stage.wait(lambda: names(page) == ["Pasted picture 1.png"])
    (row,) = page.detail.findChildren(AttachmentRow)
    stage.wait(lambda: row._image is not None)
    assert row._image is not None
    assert row._image.pixelColor(5, 5) == QColor("red")


@pytest.mark.parametrize(
    ("name", "content", "english", "chinese"),
    [
        ("setup.exe", b"MZ\x00", "is not accepted, or is not what its name says", "不接受"),
        ("empty.txt", b"", "at most 25 MB and is not empty", "最大 25 MB"),
        ("gone.pdf", None, "a file that can be read", "可读取的文件"),
    ],
)
def test_a_file_that_is_refused_says_why_and_stays_until_it_is_dismissed(
    stage: ScriptedStage,
    page: DepartmentPage,
    tmp_path: Path,
    name: str,
    content: bytes | None,
    english: str,
    chinese: str,
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    drop(page, path)
    stage.wait(lambda: english in texts(page.detail.files))
    (row,) = pending(page)
    row.given_up.emit()
    stage.wait(lambda: pending(page) == [])
    set_language(Language.ZH)
    drop(page, path)
    stage.wait(lambda: chinese in texts(page.detail.files))
    assert names(page) == []


@pytest.mark.expected_logs("database", "storage", "away")
def test_without_the_server_the_choice_is_kept_also_across_the_end_of_the_program(
    make_stage: Callable[[], ScriptedStage],
    stage: ScriptedStage,
    order: WorkOrder,
    page: DepartmentPage,
    tmp_path: Path,
) -> None:
    report = tmp_path / "report.pdf"
    report.write_bytes(PDF)
    stage.do(stage.storage.die)
    drop(page, report)
    stage.wait(lambda: "Files need the server" in texts(page.detail.files))
    stage.wait(lambda: [draft.kind for draft in drafts(stage)] == [DraftKind.ATTACHMENTS])
    stage.do(stage.storage.revive)
    stage.on_loop(stage.desk.stop())

    second = make_stage()
    restored(second, DraftKind.ATTACHMENTS)
    page = page_of(second, order, WorkOrderState.ACCEPTED)
    second.wait(lambda: "before the desk ended" in texts(page.detail.files))
    (row,) = pending(page)
    row.retry_wanted.emit()
    second.wait(lambda: names(page) == ["report.pdf"])
    second.wait(lambda: drafts(second) == [])


def test_a_file_is_marked_as_void_with_a_reason_and_stays(
    stage: ScriptedStage, page: DepartmentPage, tmp_path: Path
) -> None:
    (tmp_path / "report.pdf").write_bytes(PDF)
    drop(page, tmp_path / "report.pdf")
    stage.wait(lambda: names(page) == ["report.pdf"])
    files = page.detail.files
    files._rows[0].withdraw_wanted.emit()
    files.reason.button.click()
    assert tr("attachments.why_missing") in texts(files)
    stage.type("wrong order")
    files.reason.button.click()
    stage.wait(lambda: "Void: wrong order" in texts(files))
    assert isinstance(files._add, QPushButton)
    assert not files._rows[0]._buttons["withdraw"].isVisible()


def dragged(data: QMimeData) -> tuple[QDragEnterEvent, QDropEvent]:
    """Return what a window system sends while ``data`` is dragged in and let go."""
    action, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    key = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(20, 20), action, data, button, key)
    return enter, QDropEvent(QPointF(20, 20), action, data, button, key)


def test_a_file_that_is_dragged_onto_the_order_is_taken(
    stage: ScriptedStage, page: DepartmentPage, tmp_path: Path
) -> None:
    path = tmp_path / "invoice.pdf"
    path.write_bytes(PDF)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    assert page.detail.acceptDrops()
    for event in dragged(data):
        event.ignore()
        QApplication.sendEvent(page.detail, event)
        assert event.isAccepted()
    stage.wait(lambda: names(page) == ["invoice.pdf"])


def test_words_that_are_dragged_onto_the_order_are_not_taken(
    stage: ScriptedStage, page: DepartmentPage
) -> None:
    data = QMimeData()
    data.setText("0800 33 55 77")
    for event in dragged(data):
        event.ignore()
        QApplication.sendEvent(page.detail, event)
        assert not event.isAccepted()
    assert not pending(page)


def test_a_picture_that_is_pasted_by_key_is_taken(
    stage: ScriptedStage, page: DepartmentPage
) -> None:
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(QColor("teal"))
    QApplication.clipboard().setImage(image)
    paste = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier, "v")
    QApplication.sendEvent(page.detail, paste)
    stage.wait(lambda: names(page) == ["Pasted picture 1.png"])
    QApplication.clipboard().clear()
