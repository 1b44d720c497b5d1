"""The main window with sample panels: pages, columns, reflow, layout, attention, closing."""

import os
import subprocess
import sys
from collections.abc import Callable
from itertools import product

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QSplitter, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.preview import sample_orders, sample_ticket, sample_window
from ui.language import Language, set_language
from ui.shell.agent_page import AgentPage, Column
from ui.shell.main_window import MainWindow
from ui.shell.nav_rail import NavButton
from ui.shell.search_box import SearchBox
from ui.theme.theme import ThemeName, apply_theme
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button
from ui.widgets.swap import Swap

LOOKS = list(product(ThemeName, Language))


@pytest.fixture
def window(qtbot: QtBot) -> MainWindow:
    window = sample_window()
    qtbot.addWidget(window)
    window.resize(1440, 900)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


def agent_page(window: MainWindow) -> AgentPage:
    page = window.page("agent")
    assert isinstance(page, AgentPage)
    return page


def resize(qtbot: QtBot, window: MainWindow, width: int, height: int) -> None:
    window.resize(width, height)
    qtbot.waitUntil(lambda: window.size() == QSize(width, height))
    QApplication.processEvents()


def inside(window: MainWindow, widget: QWidget) -> QRect:
    return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())


def test_the_agent_page_is_shown_and_selected_first(window: MainWindow) -> None:
    assert window.current_page() == "agent"
    assert window.rail.button("agent").isChecked()


def test_no_button_has_the_focus_at_first(window: MainWindow) -> None:
    assert not isinstance(QApplication.focusWidget(), QAbstractButton)


def test_a_page_is_made_when_it_is_first_shown(window: MainWindow, qtbot: QtBot) -> None:
    made: list[QWidget] = []

    def factory() -> QWidget:
        made.append(QLabel("figures"))
        return made[-1]

    window.add_page("settings", "settings", "nav.settings", factory)
    assert made == []
    with qtbot.waitSignal(window.page_shown) as shown:
        window.show_page("settings")
    assert shown.args == ["settings"]
    window.show_page("agent")
    window.show_page("settings")
    assert len(made) == 1
    assert window.page("settings") is made[0]
    assert made[0].isVisible()


def test_the_rail_leads_to_pages_by_mouse_and_keyboard(window: MainWindow) -> None:
    QTest.mouseClick(window.rail.button("tickets"), Qt.MouseButton.LeftButton)
    assert window.current_page() == "tickets"
    assert window.rail.button("tickets").isChecked()
    assert not window.rail.button("agent").isChecked()
    window.rail.button("department").setFocus()
    QTest.keyClick(window.rail.button("department"), Qt.Key.Key_Space)
    assert window.current_page() == "department"


def test_tab_goes_down_the_rail(window: MainWindow, qtbot: QtBot) -> None:
    window.rail.button("agent").setFocus(Qt.FocusReason.TabFocusReason)
    order = []
    for _ in range(7):
        button = QApplication.focusWidget()
        assert isinstance(button, NavButton)
        order.append(button)
        QTest.keyClick(button, Qt.Key.Key_Tab)
    heights = [inside(window, button).y() for button in order]
    assert heights == sorted(heights)
    assert len(set(order)) == 7


def test_the_rail_names_its_buttons_and_their_keys(window: MainWindow, qtbot: QtBot) -> None:
    button = window.rail.button("tickets")
    assert button.toolTip() == "My tickets: 3 waiting (Ctrl+2)"
    assert button.accessibleName() == "My tickets: 3 waiting"
    set_language(Language.ZH)
    qtbot.waitUntil(lambda: button.accessibleName() == "我的工单：3 项待处理")
    assert [b for b in window.rail.findChildren(NavButton) if not b.accessibleName()] == []


def test_theme_language_and_shortcuts_are_asked_for_on_the_rail(
    window: MainWindow, qtbot: QtBot
) -> None:
    by_name = {b.accessibleName(): b for b in window.rail.findChildren(NavButton)}
    with qtbot.waitSignal(window.theme_toggled):
        QTest.mouseClick(by_name["Dark theme"], Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(window.language_toggled):
        QTest.mouseClick(by_name["切换到中文"], Qt.MouseButton.LeftButton)
    apply_theme(ThemeName.DARK)
    assert by_name["Dark theme"].accessibleName() == "Light theme"
    set_language(Language.ZH)
    qtbot.waitUntil(lambda: by_name["切换到中文"].accessibleName() == "Switch to English")


def test_columns_stand_side_by_side_at_full_size(window: MainWindow) -> None:
    page = agent_page(window)
    assert not page.is_narrow
    widths = page.sizes()
    assert widths[0] == 296
    assert widths[2] == 340
    assert widths[1] > 600


@pytest.mark.parametrize("language", list(Language))
def test_1280_by_720_shows_three_columns_and_one_bar(
    window: MainWindow, qtbot: QtBot, language: Language
) -> None:
    set_language(language)
    resize(qtbot, window, 1280, 720)
    assert not agent_page(window).is_narrow
    assert not window.top_bar.is_folded
    for button in window.findChildren(Button):
        if button.isVisible():
            assert button.width() >= button.minimumSizeHint().width(), button.text()
            assert window.rect().contains(inside(window, button)), button.text()


def test_a_low_page_asks_for_height_and_a_high_one_gives_it_back(
    window: MainWindow, qtbot: QtBot
) -> None:
    page = agent_page(window)
    said: list[bool] = []
    page.tightened.connect(said.append)
    states = []
    for width, height in ((1280, 720), (1440, 900)):
        resize(qtbot, window, width, height)
        states.append(page.is_tight)
    assert said == states == [True, False]


@pytest.mark.parametrize(("width", "height", "scale"), [(640, 360, 100), (1280, 720, 200)])
def test_at_200_percent_the_columns_become_tabs(
    window: MainWindow, qtbot: QtBot, width: int, height: int, scale: int
) -> None:
    apply_theme(ThemeName.LIGHT, scale)
    resize(qtbot, window, width, height)
    page = agent_page(window)
    assert page.is_narrow
    assert window.top_bar.is_folded
    search = window.findChild(SearchBox)
    assert search is not None
    assert window.rect().contains(inside(window, search))
    for column in Column:
        window.focus_column(column)
        QApplication.processEvents()
        visible = [part for part in page.parts() if part.isVisible()]
        assert len(visible) == 1
        assert inside(window, visible[0]).bottom() <= height
        assert inside(window, visible[0]).height() >= height // 4


def test_1280_by_720_at_150_percent_reflows_and_comes_back(
    window: MainWindow, qtbot: QtBot
) -> None:
    page = agent_page(window)
    page.set_sizes([300, 700, 350])
    before = page.sizes()
    apply_theme(ThemeName.LIGHT, 150)
    resize(qtbot, window, 1280, 720)
    narrow, hidden = page.is_narrow, [part.isHidden() for part in page.parts()]
    apply_theme(ThemeName.LIGHT, 100)
    resize(qtbot, window, 1440, 900)
    assert (narrow, hidden) == (True, [False, True, True, True])
    assert [part.isHidden() for part in page.parts()] == [False] * 4
    assert page.sizes() == before


@pytest.mark.e2e
@pytest.mark.parametrize("factor", ["1", "1.5", "2"])
def test_the_screens_own_scale_is_honoured(factor: str) -> None:
    code = (
        "from tests.ui.preview import sample_window\n"
        "from ui.application import create_application\n"
        "create_application(['x'])\n"
        "window = sample_window()\n"
        f"window.resize(int(1280 / {factor}), int(720 / {factor}))\n"
        "window.show()\n"
        "picture = window.grab()\n"
        "print(picture.width(), picture.height(), window.page('agent').is_narrow)\n"
    )
    environment = {**os.environ, "QT_SCALE_FACTOR": factor, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    width, height, narrow = done.stdout.split()
    assert abs(int(width) - 1280) <= 2
    assert abs(int(height) - 720) <= 2
    assert narrow == str(factor != "1")


def test_a_column_that_was_dragged_keeps_its_width(window: MainWindow, qtbot: QtBot) -> None:
    page = agent_page(window)
    splitter = page.findChild(QSplitter)
    assert splitter is not None
    handle = splitter.handle(1)
    middle = handle.rect().center()
    QTest.mousePress(handle, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(handle, middle + QPoint(60, 0))
    QTest.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=middle)
    dragged = page.sizes()
    assert dragged[0] > 300
    resize(qtbot, window, 800, 600)
    resize(qtbot, window, 1440, 900)
    assert page.sizes() == dragged


def test_after_call_work_comes_into_view_in_the_place_of_the_orders(
    window: MainWindow, qtbot: QtBot
) -> None:
    orders, after_call = sample_orders(), QLabel("after-call work")
    after_call.setMinimumHeight(460)
    below = Swap()
    below.addWidget(orders)
    below.addWidget(after_call)
    page = AgentPage(
        customer=QWidget(),
        timeline=QWidget(),
        ticket=sample_ticket(),
        orders=below,
        queues=QWidget(),
    )
    qtbot.addWidget(page)
    page.resize(1216, 600)
    page.show()
    assert below.minimumSizeHint() == orders.minimumSizeHint()
    below.setCurrentWidget(after_call)
    qtbot.waitUntil(lambda: not after_call.visibleRegion().isEmpty())
    qtbot.waitUntil(lambda: after_call.visibleRegion().boundingRect().height() >= 460)
    below.setCurrentWidget(orders)
    qtbot.waitUntil(lambda: not orders.visibleRegion().isEmpty())


def test_alt_keys_lead_into_the_columns(window: MainWindow) -> None:
    window.show_page("tickets")
    window.focus_column(Column.TICKET)
    assert window.current_page() == "agent"
    assert isinstance(QApplication.focusWidget(), QLineEdit)
    window.focus_column(Column.CUSTOMER)
    assert isinstance(QApplication.focusWidget(), Button)


def test_typing_in_the_ticket_survives_the_reflow(window: MainWindow, qtbot: QtBot) -> None:
    window.focus_column(Column.TICKET)
    line = QApplication.focusWidget()
    assert isinstance(line, QLineEdit)
    resize(qtbot, window, 900, 600)
    window.focus_column(Column.TICKET)
    assert QApplication.focusWidget() is line
    QTest.keyClicks(line, "!")
    assert line.text().endswith("!")


def test_a_layout_is_saved_and_restored(window: MainWindow, qtbot: QtBot) -> None:
    agent_page(window).set_sizes([320, 600, 376])
    agent_page(window).set_heights([300, 300])
    resize(qtbot, window, 700, 600)
    saved = window.save_layout()
    assert all(isinstance(value, str) for value in saved.values())
    other = sample_window()
    qtbot.addWidget(other)
    other.show()
    other.restore_layout(saved)
    qtbot.waitUntil(lambda: other.size() == window.size())
    resize(qtbot, window, 1440, 900)
    resize(qtbot, other, 1440, 900)
    assert agent_page(other).sizes() == agent_page(window).sizes()
    assert agent_page(other).sizes()[0] == 320
    assert agent_page(other).heights() == agent_page(window).heights()


@pytest.mark.parametrize(
    "layout",
    [
        {"geometry": "not base64!"},
        {"columns": "1,two,3"},
        {"columns": "1,2"},
        {"geometry": "AAAA", "columns": ""},
        {},
    ],
)
def test_a_layout_that_does_not_read_changes_nothing(
    window: MainWindow, layout: dict[str, str]
) -> None:
    size, columns = window.size(), agent_page(window).sizes()
    window.restore_layout(layout)
    assert (window.size(), agent_page(window).sizes()) == (size, columns)


def test_closing_asks_first(qtbot: QtBot) -> None:
    answers = [False, True]
    window = MainWindow(may_close=lambda: answers.pop(0))
    qtbot.addWidget(window)
    window.show()
    closings: list[bool] = []
    window.closing.connect(lambda: closings.append(True))
    assert not window.close()
    assert window.isVisible()
    assert window.close()
    assert closings == [True]


def test_a_ring_says_so_in_the_title_and_stays_behind(window: MainWindow, qtbot: QtBot) -> None:
    other = QLineEdit()
    qtbot.addWidget(other)
    other.show()
    other.activateWindow()
    qtbot.waitUntil(other.isActiveWindow)
    window.attention("+86 138 0013 8000 王芳")
    QApplication.processEvents()
    assert window.windowTitle() == "+86 138 0013 8000 王芳 · Agent Desk"
    assert other.isActiveWindow()
    window.calm()
    assert window.windowTitle() == "Agent Desk"


def test_a_ring_brings_the_window_up_when_set_so(window: MainWindow, qtbot: QtBot) -> None:
    other = QLineEdit()
    qtbot.addWidget(other)
    other.show()
    other.activateWindow()
    qtbot.waitUntil(other.isActiveWindow)
    window.setWindowState(Qt.WindowState.WindowMinimized)
    window.raise_on_ring = True
    window.attention("8001")
    qtbot.waitUntil(window.isActiveWindow)
    assert not window.isMinimized()


def test_a_notice_takes_room_only_while_it_is_there(window: MainWindow, qtbot: QtBot) -> None:
    banner = Banner("The database answers slowly.", "warning")
    banner.hide()
    top = inside(window, agent_page(window)).y()
    window.set_notices(banner)
    QApplication.processEvents()
    assert inside(window, agent_page(window)).y() == top
    banner.show()
    qtbot.waitUntil(lambda: inside(window, agent_page(window)).y() > top)


def test_two_windows_do_not_disturb_each_other(window: MainWindow, qtbot: QtBot) -> None:
    other = sample_window()
    qtbot.addWidget(other)
    other.show()
    other.close()
    other.deleteLater()
    QApplication.processEvents()
    apply_theme(ThemeName.DARK)
    set_language(Language.ZH)
    QApplication.processEvents()
    assert window.isVisible()


@pytest.mark.parametrize(("theme", "language"), LOOKS)
@pytest.mark.parametrize("size", [(1440, 900), (1280, 720), (640, 360)])
def test_every_look_is_painted_whole(
    qtbot: QtBot, theme: ThemeName, language: Language, size: tuple[int, int]
) -> None:
    apply_theme(theme)
    set_language(language)
    window = sample_window()
    qtbot.addWidget(window)
    window.resize(*size)
    window.show()
    picture = window.grab().toImage()
    assert len(colours_of(picture)) > 20


def colours_of(picture: QImage) -> set[int]:
    points = product(range(0, picture.width(), 3), range(0, picture.height(), 3))
    return {picture.pixel(x, y) for x, y in points}


def test_columns_do_not_move_when_the_language_changes(window: MainWindow, qtbot: QtBot) -> None:
    page = agent_page(window)
    before = (page.sizes(), window.top_bar.height(), page.geometry())
    set_language(Language.ZH)
    qtbot.waitUntil(lambda: window.rail.button("agent").accessibleName() == "坐席")
    QApplication.processEvents()
    assert (page.sizes(), window.top_bar.height(), page.geometry()) == before


def test_every_control_has_a_name_and_is_reached_by_tab(window: MainWindow) -> None:
    controls: list[QWidget] = [
        widget
        for kind in (QAbstractButton, QLineEdit)
        for widget in window.findChildren(kind)
        if widget.isVisible() and not widget.objectName().startswith("qt_")
    ]
    assert len(controls) > 10
    unnamed = [type(c).__name__ for c in controls if not c.accessibleName()]
    unreached = [
        c.accessibleName() for c in controls if not c.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    assert (unnamed, unreached) == ([], [])


def test_a_factory_may_use_the_window(qtbot: QtBot) -> None:
    window = MainWindow(may_close=lambda: True)
    qtbot.addWidget(window)
    factory: Callable[[], QWidget] = sample_ticket
    window.add_page("tickets", "ticket", "nav.tickets", factory)
    assert window.current_page() == ""
    window.show_page("tickets")
    assert window.current_page() == "tickets"
    with pytest.raises(KeyError):
        window.show_page("nowhere")
    window.focus_column(Column.TICKET)
    assert window.current_page() == "tickets"
