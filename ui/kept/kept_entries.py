"""The list of kept entries: what waits, what was refused, what a person decides; main thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from agent_desk.domain.identifiers import CommandId, CustomerId
from agent_desk.domain.kept_command import KeptCommand, held
from ui.kept.entry_row import EntryRow
from ui.kept.mending import MendingPage
from ui.language import tr
from ui.theme.theme import px, theme_signals
from ui.theme.tokens import XL, L, M, S
from ui.widgets.buttons import Button
from ui.widgets.label import Label
from ui.widgets.notice import Notice

_SIZE: Final = (680, 480)


class KeptEntriesDialog(QDialog):
    """Lists kept commands in their order. Use ``open()``: calls must go on meanwhile.

    The signals carry a command's id, discard_requested also the reason, mended what the person
    made of it; the row stays until ``show_entries`` says otherwise. edit_requested: answer by
    showing it on ``mending`` with ``begin_mending``, or by closing the list for another form.
    """

    retry_requested = Signal(str)
    edit_requested = Signal(str)
    discard_requested = Signal(str, str)
    mended = Signal(str, object)

    def __init__(self, *, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        """Show times as seen from ``now`` (aware UTC)."""
        super().__init__(parent)
        self._now = now
        self._names: Mapping[CustomerId, str] = {}
        self._rows: dict[CommandId, EntryRow] = {}
        self._title = Label("kept.title", role="title")
        self._intro = QLabel()
        self._intro.setWordWrap(True)
        self._list = QVBoxLayout()
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.addStretch(1)
        self._close = Button("kept.close", "", "plain")
        self._close.clicked.connect(self.reject)
        self._notice = Notice()
        self.mending = MendingPage(now=now)
        self._mended_id = ""
        self._stack = QStackedWidget()
        self._page = QVBoxLayout()
        self._outer = QVBoxLayout(self)
        self._lay_out()
        theme_signals().changed.connect(self._measure)
        self._measure()
        self.retranslate()

    def show_entries(self, entries: Sequence[KeptCommand]) -> None:
        """Show ``entries`` in their order; a row that is still there keeps what is typed in it."""
        stuck = held(entries)
        wanted = {entry.id for entry in entries}
        for command_id in [key for key in self._rows if key not in wanted]:
            self._remove(command_id)
        if self._mended_id not in wanted:
            self.end_mending()
        for place, entry in enumerate(entries):
            row = self._rows.get(entry.id) or self._add(entry, place)
            row.show_entry(entry, is_held=entry.id in stuck)
        self.retranslate()

    def show_names(self, names: Mapping[CustomerId, str]) -> None:
        """Show whom the entries are about."""
        self._names = names
        self.retranslate()

    def begin_mending(self, command_id: CommandId) -> None:
        """Bring ``mending``, which shows this entry, in front of the list."""
        if command_id in self._rows:
            self._mended_id = command_id
            self._notice.hide()
            self._stack.setCurrentWidget(self.mending)

    def end_mending(self) -> None:
        """Go back to the list."""
        self._mended_id = ""
        self._stack.setCurrentIndex(0)

    def show_error(self, field: str, text: str) -> None:
        """Say why an entry cannot be mended, or not like this."""
        if self._mended_id:
            self.mending.show_error(field, text)
        else:
            self._notice.show_text(text, "warning")

    def ids(self) -> tuple[CommandId, ...]:
        """Return the ids of the commands in the list."""
        return tuple(self._rows)

    def retranslate(self) -> None:
        """Show the texts in the current language."""
        self.setWindowTitle(tr("kept.title"))
        self._intro.setText(tr("kept.intro") if self._rows else tr("kept.none"))
        for row in self._rows.values():
            row.retranslate(self._names)

    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _lay_out(self) -> None:
        content = QWidget()
        content.setObjectName("scrolled")
        content.setLayout(self._list)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(content)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self._close)
        page = QWidget()
        page.setLayout(self._page)
        self._page.setContentsMargins(0, 0, 0, 0)
        for widget in (self._intro, self._notice):
            self._page.addWidget(widget)
        self._page.addWidget(area, 1)
        self._page.addLayout(foot)
        self._stack.addWidget(page)
        self._stack.addWidget(self.mending)
        self._outer.addWidget(self._title)
        self._outer.addWidget(self._stack, 1)
        self.mending.left.connect(self.end_mending)
        self.mending.mended.connect(lambda made: self.mended.emit(self._mended_id, made))
        self.mending.given_up.connect(self._give_up)

    def _give_up(self) -> None:
        """Ask why the step is not to be taken: the log wants to know."""
        row = self._rows.get(CommandId(self._mended_id))
        self.end_mending()
        if row is not None:
            row.ask_reason()

    def _measure(self) -> None:
        self._outer.setContentsMargins(px(XL), px(L), px(XL), px(L))
        self._outer.setSpacing(px(M))
        self._page.setSpacing(px(M))
        self._list.setSpacing(px(S))
        parent = self.parentWidget()
        most = parent.size() if parent is not None else QSize(px(_SIZE[0]), px(_SIZE[1]))
        self.resize(QSize(px(_SIZE[0]), px(_SIZE[1])).boundedTo(most))

    def _add(self, entry: KeptCommand, place: int) -> EntryRow:
        row = EntryRow(entry, self._now)
        row.retry_requested.connect(partial(self.retry_requested.emit, entry.id))
        row.edit_requested.connect(partial(self.edit_requested.emit, entry.id))
        row.discard_requested.connect(partial(self.discard_requested.emit, entry.id))
        self._rows[entry.id] = row
        self._list.insertWidget(place, row)
        return row

    def _remove(self, command_id: CommandId) -> None:
        row = self._rows.pop(command_id)
        self._list.removeWidget(row)
        row.hide()
        row.deleteLater()
