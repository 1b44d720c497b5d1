"""The search box: asks after a pause, shows hits without taking the focus, all by keyboard."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QListView, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from agent_desk.domain.customer import SearchHit
from tests.ui.preview import HITS
from ui.language import Language, set_language
from ui.shell.search_box import SearchBox
from ui.shell.search_list import HIT_ROLE, hit_title
from ui.theme.theme import ThemeName, apply_theme


class Page(QWidget):
    """A search box above another field, in an active window."""

    def __init__(self, qtbot: QtBot) -> None:
        super().__init__()
        self.box = SearchBox()
        self.other = QLineEdit()
        self.asked: list[str] = []
        self.chosen: list[SearchHit] = []
        self.box.search_requested.connect(self.asked.append)
        self.box.hit_chosen.connect(self.chosen.append)
        layout = QVBoxLayout(self)
        layout.addWidget(self.box)
        layout.addWidget(self.other)
        layout.addStretch(1)
        self.resize(700, 500)
        qtbot.addWidget(self)
        self.show()
        self.activateWindow()
        qtbot.waitUntil(self.isActiveWindow)
        self.box.setFocus()

    def visible_texts(self) -> list[str]:
        labels = self.findChildren(QLabel)
        return [label.text() for label in labels if label.isVisible() and label.text()]

    def list_view(self) -> QListView:
        view = self.findChild(QListView)
        assert view is not None
        return view

    def search(self, query: str, *hits: SearchHit) -> None:
        self.box.setText(query)
        self.box.show_hits(query, hits)


@pytest.fixture
def page(qtbot: QtBot) -> Page:
    return Page(qtbot)


def test_a_pause_of_typing_asks_once(page: Page, qtbot: QtBot) -> None:
    QTest.keyClicks(page.box, "wang")
    assert page.asked == []
    qtbot.waitUntil(lambda: bool(page.asked))
    assert page.asked == ["wang"]


def test_chinese_is_searched_as_it_is_committed(page: Page, qtbot: QtBot) -> None:
    committed = QInputMethodEvent()
    committed.setCommitString("王芳")
    QApplication.sendEvent(page.box, committed)
    qtbot.waitUntil(lambda: page.asked == ["王芳"])


def test_enter_does_not_wait_for_the_pause(page: Page) -> None:
    QTest.keyClicks(page.box, " 118 ")
    QTest.keyClick(page.box, Qt.Key.Key_Return)
    assert page.asked == ["118"]


def test_spaces_alone_ask_nothing(page: Page) -> None:
    QTest.keyClicks(page.box, "   ")
    QTest.keyClick(page.box, Qt.Key.Key_Return)
    assert page.asked == []


def test_hits_appear_while_the_cursor_stays_in_the_box(page: Page) -> None:
    page.search("wf", *HITS)
    assert page.box.is_list_open()
    assert page.box.hits() == HITS
    assert page.box.hasFocus()
    QTest.keyClicks(page.box, "x")
    assert page.box.text() == "wfx"


def test_the_first_hit_opens_by_enter(page: Page) -> None:
    page.search("wf", *HITS)
    page.box.show_hits("wf", HITS)
    QTest.keyClick(page.box, Qt.Key.Key_Return)
    assert page.asked == ["wf"]
    QTest.keyClick(page.box, Qt.Key.Key_Return)
    assert page.chosen == [HITS[0]]
    assert page.box.text() == ""
    assert not page.box.is_list_open()


@pytest.mark.parametrize(("key", "hit"), [(Qt.Key.Key_Down, 1), (Qt.Key.Key_Up, 2)])
def test_arrows_choose_and_go_round(page: Page, qtbot: QtBot, key: Qt.Key, hit: int) -> None:
    page.search("wf", *HITS)
    qtbot.waitUntil(lambda: bool(page.asked))
    QTest.keyClick(page.box, key)
    assert page.box.hasFocus()
    QTest.keyClick(page.box, Qt.Key.Key_Return)
    assert page.chosen == [HITS[hit]]


def test_a_click_opens_a_hit(page: Page) -> None:
    page.search("wf", *HITS)
    view = page.list_view()
    place = view.visualRect(view.model().index(2, 0)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert page.chosen == [HITS[2]]


def test_nothing_found_says_so(page: Page) -> None:
    page.search("Nobody")
    assert page.visible_texts() == ["Nothing found for “Nobody”"]
    QTest.keyClick(page.box, Qt.Key.Key_Down)
    assert page.chosen == []


def test_a_failure_is_a_line_and_the_text_stays(page: Page) -> None:
    page.box.setText("wang")
    page.box.show_error("The database did not answer within 2 s")
    assert page.visible_texts() == ["The database did not answer within 2 s"]
    assert page.box.text() == "wang"
    page.box.show_hits("wang", HITS)
    assert page.box.hits() == HITS


def test_an_answer_to_an_older_question_is_left_out(page: Page) -> None:
    page.box.setText("wang f")
    page.box.show_hits("wang", HITS)
    assert not page.box.is_list_open()
    page.box.clear()
    page.box.show_hits("", HITS)
    assert not page.box.is_list_open()


def test_escape_closes_the_list_and_then_empties_the_box(page: Page) -> None:
    page.search("wf", *HITS)
    QTest.keyClick(page.box, Qt.Key.Key_Escape)
    assert (page.box.is_list_open(), page.box.text()) == (False, "wf")
    QTest.keyClick(page.box, Qt.Key.Key_Escape)
    assert page.box.text() == ""


def test_down_opens_the_list_again(page: Page) -> None:
    page.search("wf", *HITS)
    QTest.keyClick(page.box, Qt.Key.Key_Escape)
    QTest.keyClick(page.box, Qt.Key.Key_Down)
    assert page.box.is_list_open()


def test_leaving_the_box_closes_the_list(page: Page) -> None:
    page.search("wf", *HITS)
    page.other.setFocus()
    assert not page.box.is_list_open()


def test_emptying_the_box_closes_the_list(page: Page) -> None:
    page.search("wf", *HITS)
    page.box.clear()
    assert not page.box.is_list_open()


def test_the_list_stays_inside_a_small_window(page: Page) -> None:
    page.resize(320, 240)
    QApplication.processEvents()
    page.search("wf", *(HITS * 10))
    popup = page.list_view().parentWidget()
    assert popup is not None
    corner = popup.mapTo(page, QPoint(0, 0))
    assert corner.x() >= 0
    assert corner.x() + popup.width() <= page.width()
    assert corner.y() + popup.height() <= page.height()


def test_the_shortcut_selects_what_is_there(page: Page) -> None:
    page.box.setText("wang")
    page.other.setFocus()
    page.box.focus_search()
    assert page.box.hasFocus()
    assert page.box.selectedText() == "wang"


def test_a_screen_reader_hears_every_hit(page: Page) -> None:
    page.search("wf", *HITS)
    model = page.list_view().model()
    spoken = model.index(2, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Ticket 118: Router offline 断网, 王芳 · 18 Nov"
    assert model.index(0, 0).data(HIT_ROLE) == HITS[0]
    assert page.list_view().accessibleName() == "Search results"


def test_texts_follow_the_language(page: Page, qtbot: QtBot) -> None:
    set_language(Language.ZH)
    qtbot.waitUntil(lambda: page.box.placeholderText() == "搜索客户、工单、号码…")
    assert hit_title(HITS[2]) == "工单 118：Router offline 断网"
    page.search("没有")
    assert page.visible_texts() == ["没有找到“没有”"]


@pytest.mark.parametrize("theme", list(ThemeName))
def test_the_list_is_painted_in_both_themes(page: Page, theme: ThemeName) -> None:
    apply_theme(theme, 150)
    page.search("wf", *HITS)
    picture = page.list_view().grab().toImage()
    colours = {picture.pixel(x, 30) for x in range(picture.width())}
    assert len(colours) > 5
