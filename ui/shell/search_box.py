"""The search box: asks after a pause of typing, opens what is chosen below it; main thread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from ui.icons import pixmap
from ui.language import tr
from ui.shortcuts import keys_of
from ui.theme.theme import px, theme_signals
from ui.theme.tokens import XS, S
from ui.widgets.buttons import with_shortcut

if TYPE_CHECKING:
    from agent_desk.domain.customer import SearchHit
    from ui.shell.search_list import SearchList

DEBOUNCE_MS: Final = 80
"""Pause of typing after which the search is asked for."""

_GLASS: Final = 16
_LONGEST_QUERY: Final = 100


class SearchBox(QLineEdit):
    """A line to type in; results come into a list below that never takes the focus by itself.

    Down and Up choose in the list while the cursor stays in the line, Enter opens what is chosen
    (the first one when nothing is), Esc closes the list, and once more empties the line.
    """

    search_requested = Signal(str)
    hit_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make an empty search box."""
        super().__init__(parent)
        self.setMaxLength(_LONGEST_QUERY)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(DEBOUNCE_MS)
        self._pause.timeout.connect(self._ask)
        self._popup: SearchList | None = None
        self.textChanged.connect(self._on_text)
        theme_signals().changed.connect(self._measure)
        self._measure()
        self.retranslate()

    def query(self) -> str:
        """Return what is searched for, without spaces around it."""
        return self.text().strip()

    def show_hits(self, query: str, hits: Sequence[SearchHit]) -> None:
        """Show what was found for ``query``; an answer to an older question is left out."""
        if query != self.query() or not query:
            return
        popup = self._open_popup()
        popup.show_hits(hits, "" if hits else tr("search.none", query=query))

    def show_hits_from_here(self, query: str, hits: Sequence[SearchHit]) -> None:
        """Show what this machine knows for ``query``, and say that it is no more than that."""
        if query != self.query() or not query:
            return
        line = tr("search.from_here") if hits else tr("search.none_here", query=query)
        self._open_popup().show_hits(hits, line)

    def show_error(self, text: str) -> None:
        """Say that the search failed; what was typed stays."""
        self._open_popup().show_hits((), text, role="error")

    def focus_search(self) -> None:
        """Put the cursor into the line with everything selected, for the shortcut."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    def close_list(self) -> None:
        """Hide the list."""
        if self._popup is not None:
            self._popup.hide()

    def is_list_open(self) -> bool:
        """Return whether the list is shown."""
        return self._popup is not None and self._popup.isVisible()

    def hits(self) -> tuple[SearchHit, ...]:
        """Return what the list shows now."""
        return self._popup.model.hits() if self._popup is not None else ()

    def retranslate(self) -> None:
        """Show the texts in the current language."""
        self.setPlaceholderText(tr("search.placeholder"))
        self.setAccessibleName(tr("search.name"))
        self.setToolTip(with_shortcut(tr("search.name"), keys_of("desk.search")))

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self.hits():
            self._open_popup().step(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self._on_enter()
        elif key == Qt.Key.Key_Escape:
            self._on_escape()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def paintEvent(self, event: QPaintEvent, /) -> None:
        super().paintEvent(event)
        side = px(_GLASS)
        painter = QPainter(self)
        top = (self.height() - side) // 2
        painter.drawPixmap(px(S) + 2, top, pixmap("search", "text_muted", side))
        painter.end()

    def focusOutEvent(self, event: QFocusEvent, /) -> None:
        super().focusOutEvent(event)
        self.close_list()

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self.close_list()

    def _measure(self) -> None:
        self.setTextMargins(px(_GLASS + XS), 0, 0, 0)

    def _on_text(self) -> None:
        if self.query():
            self._pause.start()
        else:
            self._pause.stop()
            self.close_list()

    def _ask(self) -> None:
        if self.query():
            self.search_requested.emit(self.query())

    def _on_enter(self) -> None:
        if self._pause.isActive():
            self._pause.stop()
            self._ask()
        elif self.is_list_open() and self.hits():
            self._open_popup().open_chosen()
        else:
            self._ask()

    def _on_escape(self) -> None:
        if self.is_list_open():
            self.close_list()
        else:
            self.clear()

    def _open_popup(self) -> SearchList:
        if self._popup is None:
            # The first window does not need the list: it is made with the first search.
            from ui.shell.search_list import SearchList

            self._popup = SearchList(self)
            self._popup.chosen.connect(self._on_chosen)
        if not self._popup.isVisible():
            self._popup.place()
            self._popup.show()
            self._popup.raise_()
        return self._popup

    def _on_chosen(self, hit: SearchHit) -> None:
        self.close_list()
        self._pause.stop()
        self.blockSignals(True)
        self.clear()
        self.blockSignals(False)
        self.hit_chosen.emit(hit)
