"""The main window: rail, top bar, notices and the stack of pages; main thread."""

from __future__ import annotations

import base64
import binascii
import logging
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QByteArray, QEvent, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ui.language import tr
from ui.shell.nav_rail import NavRail
from ui.shell.top_bar import TopBar

if TYPE_CHECKING:
    from ui.shell.shortcut_overlay import ShortcutOverlay

if TYPE_CHECKING:
    from ui.shell.agent_page import AgentPage, Column

logger = logging.getLogger(__name__)

AGENT_PAGE: Final = "agent"
FIRST_SIZE: Final = QSize(1440, 900)
LEAST_SIZE: Final = QSize(640, 360)
"""1280x720 at 200 %: the least that the desk can be worked with."""


class MainWindow(QMainWindow):
    """Holds the panels that the wiring gives it; emits what its own buttons are pressed for.

    first_painted: once, inside the first painting; connect queued to come after it.
    """

    page_shown = Signal(str)
    theme_toggled = Signal()
    language_toggled = Signal()
    closing = Signal()
    first_painted = Signal()

    def __init__(self, *, may_close: Callable[[], bool], raise_on_ring: bool = False) -> None:
        """Ask ``may_close`` before closing; ``raise_on_ring``: come to the front on a ring."""
        super().__init__()
        self.raise_on_ring = raise_on_ring
        self._may_close = may_close
        self._factories: dict[str, Callable[[], QWidget]] = {}
        self._withdrawn: set[str] = set()
        self._pages: dict[str, QWidget] = {}
        self._overlay: ShortcutOverlay | None = None
        self._agent_page: AgentPage | None = None
        self._wanted_columns: list[int] = []
        self._wanted_rows: list[int] = []
        self._attention = ""
        self._was_painted = False
        self.top_bar = TopBar()
        self.rail = NavRail()
        self._stack = QStackedWidget()
        self._notices = QVBoxLayout()
        self.setMinimumSize(LEAST_SIZE)
        self.resize(FIRST_SIZE)
        self._build()
        self._connect()
        self.retranslate()

    def _build(self) -> None:
        window = QWidget()
        window.setObjectName("window")
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.top_bar)
        right.addLayout(self._notices)
        right.addWidget(self._stack, 1)
        layout = QHBoxLayout(window)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.rail)
        layout.addLayout(right, 1)
        # Nothing has the focus at first: a key pressed by chance must not press a button.
        window.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setCentralWidget(window)
        window.setFocus()

    def _connect(self) -> None:
        self.rail.chosen.connect(self.show_page)
        self.rail.theme_toggled.connect(self.theme_toggled)
        self.rail.language_toggled.connect(self.language_toggled)
        self.rail.shortcuts_requested.connect(self.toggle_shortcuts)

    def set_top_bar(self, *, state: QWidget, calls: QWidget, search: QWidget) -> None:
        """Put the agent's state, the calls and the search into the bar at the top."""
        self.top_bar.set_parts(state=state, calls=calls, search=search)

    def set_notices(self, notices: QWidget) -> None:
        """Put ``notices`` between the top bar and the page; it takes no room while hidden."""
        self._notices.addWidget(notices)

    def set_agent_page(
        self,
        *,
        customer: QWidget,
        timeline: QWidget,
        ticket: QWidget,
        orders: QWidget,
        queues: QWidget,
    ) -> AgentPage:
        """Build the agent's page of these panels, show it and return it."""
        from ui.shell.agent_page import AgentPage

        page = AgentPage(
            customer=customer, timeline=timeline, ticket=ticket, orders=orders, queues=queues
        )
        self._agent_page = page
        self._restore_columns()
        self.add_page(AGENT_PAGE, "headphones", "nav.agent", lambda: page)
        self.show_page(AGENT_PAGE)
        return page

    def add_page(
        self,
        name: str,
        icon_name: str,
        title_key: str,
        factory: Callable[[], QWidget],
        *,
        bottom: bool = False,
    ) -> None:
        """Offer page ``name`` on the rail; ``factory`` makes it when it is first shown."""
        self._factories[name] = factory
        self.rail.add(name, icon_name, title_key, f"page.{name}", bottom=bottom)

    def add_hidden_page(self, name: str, page: QWidget) -> None:
        """Hold ``page`` ready for `show_page` without an entry on the rail."""
        self._pages[name] = page
        self._stack.addWidget(page)

    def withdraw_page(self, name: str) -> None:
        """Offer page ``name`` no more: neither its entry nor a key shows it from now on."""
        self._withdrawn.add(name)
        self.rail.button(name).setVisible(False)

    def show_page(self, name: str) -> None:
        """Show page ``name``, making it when need be; KeyError for an unknown one.

        One that was withdrawn is not shown.
        """
        if name in self._withdrawn:
            return
        if name not in self._pages:
            page = self._factories[name]()
            self._pages[name] = page
            self._stack.addWidget(page)
        self._stack.setCurrentWidget(self._pages[name])
        self.rail.select(name)
        self.page_shown.emit(name)

    def page(self, name: str) -> QWidget | None:
        """Return page ``name``, None while it has not been shown yet."""
        return self._pages.get(name)

    def current_page(self) -> str:
        """Return the name of the page shown now, ``""`` when there is none."""
        shown = self._stack.currentWidget()
        return next((name for name, page in self._pages.items() if page is shown), "")

    def focus_column(self, column: Column) -> None:
        """Go to a column of the agent's page."""
        if self._agent_page is not None:
            self.show_page(AGENT_PAGE)
            self._agent_page.focus_column(column)

    def toggle_shortcuts(self) -> None:
        """Open or close the list of shortcuts."""
        if self._overlay is None:
            from ui.shell.shortcut_overlay import ShortcutOverlay

            self._overlay = ShortcutOverlay(self)
        self._overlay.toggle()

    def attention(self, text: str) -> None:
        """Say ``text`` in the taskbar and title; come to the front only when set so."""
        self._attention = text
        self.retranslate()
        QApplication.alert(self)
        if self.raise_on_ring:
            self.come_to_front()

    def come_to_front(self) -> None:
        """Be where the person looks, as far as the window manager lets it."""
        if self.isMinimized():
            self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.raise_()
        self.activateWindow()

    def calm(self) -> None:
        """Take back what `attention` said."""
        self._attention = ""
        self.retranslate()

    def retranslate(self) -> None:
        """Show the title in the current language."""
        name = QApplication.applicationName()
        self.setWindowTitle(
            tr("shell.attention", text=self._attention, application=name)
            if self._attention
            else name
        )

    def save_layout(self) -> dict[str, str]:
        """Return the window's place and the columns' widths as texts for `restore_layout`."""
        layout = {"geometry": base64.b64encode(self.saveGeometry().data()).decode("ascii")}
        if self._agent_page is not None:
            layout["columns"] = _joined(self._agent_page.sizes())
            layout["rows"] = _joined(self._agent_page.heights())
        return layout

    def restore_layout(self, layout: Mapping[str, str]) -> None:
        """Go back to what `save_layout` returned; what does not read is logged and left out."""
        try:
            geometry = base64.b64decode(layout.get("geometry", ""), validate=True)
            self._wanted_columns = _numbers(layout.get("columns", ""))
            self._wanted_rows = _numbers(layout.get("rows", ""))
        except (binascii.Error, ValueError) as error:
            logger.info("the saved window layout is not used: %s", error)
            return
        if geometry:
            self.restoreGeometry(QByteArray(geometry))
        self._restore_columns()

    def _restore_columns(self) -> None:
        """Give the agent's page the restored sizes, now or as soon as it is built."""
        page, columns, rows = self._agent_page, self._wanted_columns, self._wanted_rows
        if page is not None and len(columns) == len(page.sizes()):
            page.set_sizes(columns)
        if page is not None and len(rows) == len(page.heights()):
            page.set_heights(rows)

    def paintEvent(self, event: QPaintEvent, /) -> None:
        """Tell once that the window has been painted."""
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            self.first_painted.emit()

    def closeEvent(self, event: QCloseEvent, /) -> None:
        if not self._may_close():
            event.ignore()
            return
        self.closing.emit()
        event.accept()

    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()


def _joined(sizes: list[int]) -> str:
    return ",".join(str(size) for size in sizes)


def _numbers(text: str) -> list[int]:
    """Return the numbers of ``text``; ValueError for what is none."""
    return [int(size) for size in text.split(",") if size]
