"""A customer's notes, pinned ones first, as wrapped text; Qt main thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from agent_desk.domain.customer import Note
from ui.customer.row_pool import RowPool
from ui.formats import format_moment
from ui.language import tr
from ui.theme.theme import px
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.icon_label import IconLabel
from ui.widgets.label import Label


class _NoteView(QWidget):
    """One note: who and when, then its words."""

    def __init__(self) -> None:
        super().__init__()
        self._pin = IconLabel("star", "warning", 14)
        self._about = ElidedLabel(role="muted")
        self._text = QLabel()
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        # A word longer than the column is cut rather than making the column wider.
        self._text.setMinimumWidth(1)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        about = QHBoxLayout()
        about.setSpacing(px(4))
        about.addWidget(self._pin)
        about.addWidget(self._about, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(1))
        layout.addLayout(about)
        layout.addWidget(self._text)

    def show_note(self, note: Note, author: str, now: datetime) -> None:
        self._pin.setVisible(note.pinned)
        self._pin.setToolTip(tr("customer_card.note_pinned"))
        self._pin.setAccessibleName(tr("customer_card.note_pinned"))
        about = f"{author} · {format_moment(note.created_at, now)}"
        self._about.setText(about)
        self._text.setText(note.text)
        self._text.setAccessibleName(f"{note.text} ({about})")


class NotesView(QWidget):
    """All notes under each other, or one line that there are none."""

    def __init__(self, *, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self._names: dict[str, str] = {}
        self._authors: frozenset[str] = frozenset()
        self._none = Label("customer_card.no_notes", role="muted")
        self._pool: RowPool[Note, _NoteView] = RowPool(make=_NoteView, fill=self._fill, spacing=10)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._none)
        layout.addWidget(self._pool)
        self.show_notes(())

    def show_notes(self, notes: Iterable[Note], *, say_none: bool = True) -> None:
        """Show ``notes``: pinned ones first, each group newest first.

        say_none: tell when there are none; not where one stands elsewhere already.
        """
        ordered = sorted(notes, key=lambda note: note.created_at, reverse=True)
        ordered.sort(key=lambda note: not note.pinned)
        self._authors = frozenset(note.author for note in ordered)
        self._pool.show_items(ordered)
        self._pool.setVisible(bool(ordered))
        self._none.setVisible(say_none and not ordered)

    def nameless(self) -> frozenset[str]:
        """Return the authors who are shown by login for want of a name."""
        return self._authors - self._names.keys()

    def show_names(self, names: Mapping[str, str]) -> None:
        """Show authors by ``names``, by login, from now on."""
        self._names.update(names)
        self._pool.refill()

    def _fill(self, row: _NoteView, note: Note) -> None:
        row.show_note(note, self._names.get(note.author, note.author), self._now())

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._pool.refill()
