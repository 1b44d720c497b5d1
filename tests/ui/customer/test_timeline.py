"""The timeline: rows, paging, filter, keyboard, states."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QModelIndex, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QHoverEvent, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QStyleOptionViewItem, QTabBar
from pytestqt.qtbot import QtBot

from agent_desk.domain.customer import TimelineEntry, TimelineKind
from agent_desk.domain.order_story import PLAIN_STEPS
from tests.ui.customer import samples
from ui.language import Language, set_language, tr
from ui.theme.theme import colour
from ui.timeline.delegate import entry_subject, spoken_entry
from ui.timeline.head import columns_for
from ui.timeline.model import TimelineModel
from ui.timeline.panel import TimelinePanel


@pytest.fixture
def panel(qtbot: QtBot) -> TimelinePanel:
    made = TimelinePanel(now=samples.now)
    qtbot.addWidget(made)
    made.resize(560, 420)
    made.show()
    return made


def shown_texts(panel: TimelinePanel) -> str:
    return "\n".join(label.text() for label in panel.findChildren(QLabel) if label.isVisible())


def serve(panel: TimelinePanel, total: int, page: int = 200) -> list[int]:
    """Answer every request for more from a history of ``total`` rows; return the offsets."""
    history = samples.entries(total)
    asked: list[int] = []

    def answer(offset: int) -> None:
        asked.append(offset)
        panel.append_entries(history[offset : offset + page])

    panel.more_requested.connect(answer, Qt.ConnectionType.QueuedConnection)
    panel.show_entries(history[:50], total)
    return asked


def test_a_row_is_spoken_with_everything_it_shows() -> None:
    spoken = spoken_entry(samples.entries(2)[1], samples.NOW)
    for expected in ("Today", "Ticket", "#1043 Invoice", "agent017", "To verify"):
        assert expected in spoken


def test_ten_thousand_rows_are_reached_page_by_page(qtbot: QtBot, panel: TimelinePanel) -> None:
    asked = serve(panel, 10_000)
    view = panel._view

    def at_the_end() -> bool:
        view.scrollToBottom()
        return panel._model.rowCount() == 10_000

    qtbot.waitUntil(at_the_end, timeout=20_000)
    assert asked == sorted(set(asked))
    assert asked[0] == 50


def test_a_page_is_asked_for_once_until_it_comes(panel: TimelinePanel) -> None:
    asked: list[int] = []
    panel.more_requested.connect(asked.append)
    panel.show_entries(samples.entries(50), 300)
    for _ in range(5):
        panel._view.scrollToBottom()
        panel._model.fetchMore(QModelIndex())
    assert asked == [50]


def test_an_empty_page_ends_the_paging() -> None:
    model = TimelineModel(describe=lambda entry: entry.subject)
    model.replace(samples.entries(3), 9)
    model.fetchMore(QModelIndex())
    model.append([])
    assert not model.canFetchMore(QModelIndex())
    assert model.total == 3


def test_only_visible_rows_are_painted(qtbot: QtBot, panel: TimelinePanel) -> None:
    panel.show_entries(samples.entries(10_000), 10_000)
    qtbot.waitUntil(lambda: panel._view.indexAt(QPoint(5, 5)).isValid())
    panel._delegate._rows.clear()
    image = QImage(panel._view.viewport().size(), QImage.Format.Format_ARGB32)
    painter = QPainter(image)
    panel._view.viewport().render(painter, QPoint())
    painter.end()
    assert 0 < len(panel._delegate._rows) < 20


def ground_of(panel: TimelinePanel, row: int) -> QColor:
    """Return the colour at the left edge of ``row``, where no word stands."""
    view = panel._view
    place = view.visualRect(panel._model.index(row))
    return view.viewport().grab().toImage().pixelColor(place.left() + 2, place.center().y())


def test_the_row_under_the_mouse_and_the_marked_row_stand_out(
    qtbot: QtBot, panel: TimelinePanel
) -> None:
    panel.show_entries(samples.entries(50), 50)
    viewport, model = panel._view.viewport(), panel._model
    panel._view.setCurrentIndex(model.index(1))
    middle = QPointF(panel._view.visualRect(model.index(3)).center())

    for kind, expected in (
        (QEvent.Type.HoverMove, colour("raised")),
        (QEvent.Type.HoverLeave, colour("card")),
    ):
        hover = QHoverEvent(kind, middle, viewport.mapToGlobal(middle), middle)
        QCoreApplication.sendEvent(viewport, hover)
        assert ground_of(panel, 3) == expected
    assert ground_of(panel, 1) == colour("selected")
    assert ground_of(panel, 2) == colour("card")


def test_another_customer_has_no_row_under_the_mouse(panel: TimelinePanel) -> None:
    panel.show_entries(samples.entries(50), 50)
    viewport = panel._view.viewport()
    middle = QPointF(panel._view.visualRect(panel._model.index(3)).center())
    hover = QHoverEvent(QEvent.Type.HoverMove, middle, viewport.mapToGlobal(middle), middle)
    QCoreApplication.sendEvent(viewport, hover)
    panel.show_entries(samples.entries(49), 49)
    assert ground_of(panel, 3) == colour("card")


def test_after_a_scroll_each_row_stands_where_the_mouse_finds_it(panel: TimelinePanel) -> None:
    panel.show_entries(samples.entries(50), 50)
    view = panel._view
    view.verticalScrollBar().setValue(101)
    row = view.indexAt(QPoint(5, 90)).row()
    view.setCurrentIndex(panel._model.index(row))
    assert view.verticalScrollBar().value() == 101
    assert ground_of(panel, row) == colour("selected")
    assert ground_of(panel, row - 1) == ground_of(panel, row + 1) == colour("card")


def test_one_row_of_the_delegate_looks_like_that_of_the_view(panel: TimelinePanel) -> None:
    panel.show_entries(samples.entries(5), 5)
    view = panel._view
    place = view.visualRect(panel._model.index(1))
    option = QStyleOptionViewItem()
    option.rect = QRect(QPoint(), place.size())
    alone = QImage(place.size(), QImage.Format.Format_RGB32)
    alone.fill(colour("card"))
    painter = QPainter(alone)
    panel._delegate.paint(painter, option, panel._model.index(1))
    painter.end()
    together = view.viewport().grab(place).toImage().convertToFormat(QImage.Format.Format_RGB32)
    assert alone == together


def test_arrows_page_keys_and_enter_work(qtbot: QtBot, panel: TimelinePanel) -> None:
    panel.show_entries(samples.entries(100), 100)
    view = panel._view
    QTest.keyClick(view, Qt.Key.Key_Home)
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert view.currentIndex().row() == 1
    QTest.keyClick(view, Qt.Key.Key_PageDown)
    assert view.currentIndex().row() > 5
    QTest.keyClick(view, Qt.Key.Key_PageUp)
    assert view.currentIndex().row() <= 1
    QTest.keyClick(view, Qt.Key.Key_End)
    QTest.keyClick(view, Qt.Key.Key_Home)
    QTest.keyClick(view, Qt.Key.Key_Down)
    with qtbot.waitSignal(panel.entry_opened) as opened:
        QTest.keyClick(view, Qt.Key.Key_Return)
    assert opened.args[0].number == 1043
    assert "#1043 Invoice 2026-10 attached to the wrong contract" in shown_texts(panel)
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert "#1043" not in shown_texts(panel)


def test_the_filter_tells_the_kinds_that_are_wanted(qtbot: QtBot, panel: TimelinePanel) -> None:
    panel.show_entries(samples.entries(5), 5)
    box = panel.findChild(QComboBox)
    assert box is not None
    with qtbot.waitSignal(panel.filter_changed) as changed:
        QTest.keyClick(box, Qt.Key.Key_Down)
    assert changed.args == [frozenset({TimelineKind.CALL})]
    with qtbot.waitSignal(panel.filter_changed) as changed:
        QTest.keyClick(box, Qt.Key.Key_Up)
    assert changed.args == [None]


def a_step(kind: str, said: str = "") -> TimelineEntry:
    return TimelineEntry(
        at=samples.NOW,
        kind=TimelineKind.STEP,
        id="e1",
        subject=said,
        channel="o118",
        agent="agent017",
        outcome=kind,
        number=118,
    )


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (Language.EN, ("Order 118 · Work done: New pump", "Order 118 · Reminded")),
        (Language.ZH, ("派工单 118 · 已处理完：New pump", "派工单 118 · 已催办")),
    ],
)
def test_steps_are_told_in_plain_words(
    qtbot: QtBot, panel: TimelinePanel, language: Language, expected: tuple[str, ...]
) -> None:
    set_language(language)
    steps = [a_step("OrderReported", "New pump"), a_step("OrderHurried")]

    spoken = "\n".join(spoken_entry(step, samples.NOW) for step in steps)

    assert all(words in spoken for words in expected)
    panel.show_entries(steps, 2)
    view = panel._view
    QTest.keyClick(view, Qt.Key.Key_Home)
    with qtbot.waitSignal(panel.entry_opened) as opened:
        QTest.keyClick(view, Qt.Key.Key_Return)
    assert opened.args[0].channel == "o118"


def test_every_step_that_is_listed_has_its_words() -> None:
    for kind in PLAIN_STEPS:
        assert entry_subject(a_step(kind)) == tr(f"order_step.{kind}")


def test_steps_are_asked_for_by_the_filter_alone(qtbot: QtBot, panel: TimelinePanel) -> None:
    box = panel.findChild(QComboBox)
    assert box is not None
    asked: list[frozenset[TimelineKind] | None] = []
    panel.filter_changed.connect(asked.append)
    for _ in range(6):
        QTest.keyClick(box, Qt.Key.Key_Down)

    assert asked[-2:] == [frozenset({TimelineKind.STEP}), frozenset(TimelineKind)]
    assert all(TimelineKind.STEP not in kinds for kinds in asked[:-2] if kinds)


def test_no_rows_under_a_filter_says_how_to_see_all(qtbot: QtBot, panel: TimelinePanel) -> None:
    panel.show_entries((), 0)
    assert "first contact" in shown_texts(panel)
    box = panel.findChild(QComboBox)
    assert box is not None
    QTest.keyClick(box, Qt.Key.Key_Down)
    panel.show_entries((), 0)
    assert "Choose “All”" in shown_texts(panel)


def test_loading_and_failure_say_so(qtbot: QtBot, panel: TimelinePanel) -> None:
    panel.show_loading()
    assert "Loading the history" in shown_texts(panel)
    panel.show_unavailable("The database did not answer")
    assert "The database did not answer" in shown_texts(panel)
    assert "The history is not available" in shown_texts(panel)


def test_a_failed_page_leaves_the_rows_that_are_there(panel: TimelinePanel) -> None:
    panel.show_entries(samples.entries(20), 300)
    panel.show_unavailable("slow")
    assert panel._view.isVisible()


def test_the_notes_tab_shows_the_notes(panel: TimelinePanel) -> None:
    panel.show_notes(samples.card().notes)
    tabs = panel.findChild(QTabBar)
    assert tabs is not None
    tabs.setCurrentIndex(1)
    assert "Prefers call-back after 17:00" in shown_texts(panel)


def test_the_columns_do_not_depend_on_the_language() -> None:
    english = columns_for(560)
    set_language(Language.ZH)
    assert columns_for(560) == english


@pytest.mark.parametrize("width", [300, 420, 560, 680, 900])
def test_the_columns_fit_and_the_subject_keeps_its_room(width: int) -> None:
    columns = columns_for(width)
    left, size = columns.length
    assert left + size <= width
    assert columns.subject[1] >= 50
    if width >= 560:
        assert columns.subject[1] >= 150


def test_the_same_page_again_keeps_place_and_mark(panel: TimelinePanel) -> None:
    panel.show_entries(samples.entries(50), 50)
    view = panel._view
    view.setCurrentIndex(panel._model.index(30))
    place = view.verticalScrollBar().value()
    panel.show_entries(samples.entries(50), 50)
    assert view.currentIndex().row() == 30
    assert view.verticalScrollBar().value() == place > 0
    panel.show_entries([samples.entry(0, subject="new"), *samples.entries(49)], 51)
    assert not view.currentIndex().isValid()


def test_after_a_failed_page_nothing_is_asked_until_somebody_tries_again(
    qtbot: QtBot, panel: TimelinePanel
) -> None:
    asked: list[int] = []
    panel.more_requested.connect(asked.append)
    panel.show_entries(samples.entries(50), 300)
    panel._view.scrollToBottom()
    panel.show_unavailable("slow")
    for _ in range(3):
        panel._view.scrollToTop()
        panel._view.scrollToBottom()
    assert asked == [50]
    panel.show_entries(samples.entries(50), 300)
    panel._view.scrollToTop()
    panel._view.scrollToBottom()
    assert asked == [50, 50]


def test_open_details_follow_the_arrows(panel: TimelinePanel) -> None:
    panel.show_entries(samples.entries(20), 20)
    view = panel._view
    view.setCurrentIndex(panel._model.index(0))
    QTest.keyClick(view, Qt.Key.Key_Return)
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert "#1043 Invoice" in shown_texts(panel)


def test_people_are_shown_by_name_as_soon_as_it_is_known(panel: TimelinePanel) -> None:
    first, rest = samples.entries(4)[:2], samples.entries(4)[2:]
    panel.show_entries(first, 4)
    assert panel.nameless() == {"agent017"}

    panel.show_names({"agent017": "Li Ming 李明"})
    panel.append_entries(rest)
    panel.show_entries(first, 4)

    model = panel._model
    assert [model.entry(row).agent for row in range(4)] == ["Li Ming 李明"] * 4
    assert "Li Ming 李明" in str(model.data(model.index(1)))
    assert panel.nameless() == frozenset()
