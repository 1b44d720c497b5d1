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
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from agent_desk.domain.command import (
    Command,
    CustomerCommand,
    OrderCommand,
)
from agent_desk.domain.identifiers import CommandId, CustomerId
from agent_desk.domain.kept_command import KeptCommand, KeptState, held
from ui.formats import format_moment
from ui.icons import pixmap
from ui.kept.description import customer_of, draft_of, what_of, words_of
from ui.language import error_text, tr
from ui.theme.theme import px, theme_signals
from ui.theme.tokens import ICON_SIZE, XL, XS, L, M, S
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.label import Label
from ui.widgets.pill import Pill

_SIZE: Final = (680, 480)


class KeptEntriesDialog(QDialog):
    """Lists kept commands in their order. Use ``open()``: calls must go on meanwhile.

    The signals carry a command's id, discard_requested also the reason; the row stays until
    ``show_entries`` says otherwise.
    """

    retry_requested = Signal(str)
    edit_requested = Signal(str)
    discard_requested = Signal(str, str)

    def __init__(self, *, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        """Show times as seen from ``now`` (aware UTC)."""
        super().__init__(parent)
        self._now = now
        self._names: Mapping[CustomerId, str] = {}
        self._rows: dict[CommandId, _EntryRow] = {}
        self._title = Label("kept.title", role="title")
        self._intro = QLabel()
        self._intro.setWordWrap(True)
        self._list = QVBoxLayout()
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.addStretch(1)
        self._close = Button("kept.close", "", "plain")
        self._close.clicked.connect(self.reject)
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
        for place, entry in enumerate(entries):
            row = self._rows.get(entry.id) or self._add(entry, place)
            row.show_entry(entry, is_held=entry.id in stuck)
        self.retranslate()

    def show_names(self, names: Mapping[CustomerId, str]) -> None:
        """Show whom the entries are about."""
        self._names = names
        self.retranslate()

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
        self._outer.addWidget(self._title)
        self._outer.addWidget(self._intro)
        self._outer.addWidget(area, 1)
        self._outer.addLayout(foot)

    def _measure(self) -> None:
        self._outer.setContentsMargins(px(XL), px(L), px(XL), px(L))
        self._outer.setSpacing(px(M))
        self._list.setSpacing(px(S))
        parent = self.parentWidget()
        most = parent.size() if parent is not None else QSize(px(_SIZE[0]), px(_SIZE[1]))
        self.resize(QSize(px(_SIZE[0]), px(_SIZE[1])).boundedTo(most))

    def _add(self, entry: KeptCommand, place: int) -> _EntryRow:
        row = _EntryRow(entry, self._now)
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


class _EntryRow(Card):
    """One entry; the decisions are there only for what was refused."""

    retry_requested = Signal()
    edit_requested = Signal()
    discard_requested = Signal(str)

    def __init__(self, entry: KeptCommand, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._entry = entry
        self._now = now
        self._is_held = False
        self._asking = False
        self._icon = QLabel()
        self._what = QLabel()
        self._what.setProperty("role", "heading")
        self._state = Pill()
        self._about = ElidedLabel(role="muted")
        self._words = ElidedLabel()
        self._why = QLabel()
        self._why.setWordWrap(True)
        self._why.setTextFormat(Qt.TextFormat.PlainText)
        self._retry = Button("kept.retry", "refresh-cw", "primary")
        self._edit = Button("kept.edit", "pencil", "plain")
        self._discard = Button("kept.discard", "trash-2", "ghost")
        self._reason = QLineEdit()
        self._keep = Button("kept.keep_it", "", "plain")
        self._confirm = Button("kept.confirm", "trash-2", "danger")
        self._lay_out()
        self._connect()
        theme_signals().changed.connect(self._remake)
        self._remake()
        self._ask(False)

    def show_entry(self, entry: KeptCommand, *, is_held: bool) -> None:
        """Show ``entry``; is_held: a refused one has to be settled before it."""
        changed = entry.state is not self._entry.state
        self._entry, self._is_held = entry, is_held
        if changed:
            self._ask(False)
        self._show_buttons()

    def retranslate(self, names: Mapping[CustomerId, str]) -> None:
        """Show the lines in the current language."""
        entry = self._entry
        command = entry.command
        self._what.setText(what_of(command))
        key = "kept.held" if self._is_held else f"kept.state.{entry.state}"
        self._state.setText(tr(key))
        self._state.set_kind("warning" if self._refused else "neutral")
        moment = format_moment(command.at, self._now())
        customer_id = customer_of(command)
        who = names.get(customer_id, "") if customer_id is not None else ""
        about = tr("kept.typed_about", moment=moment, who=who) if who else moment
        self._about.setText(about)
        words = words_of(command)
        self._words.setText(words)
        self._words.setVisible(bool(words))
        why = error_text(entry.refusal.error) if entry.refusal else ""
        self._why.setText(why)
        self._why.setVisible(bool(why))
        self._reason.setPlaceholderText(tr("kept.reason"))
        self._reason.setAccessibleName(tr("kept.reason"))
        parts = (self._what.text(), self._state.text(), about, words, why)
        self.setAccessibleName(". ".join(part for part in parts if part))

    @property
    def _refused(self) -> bool:
        return self._entry.state is KeptState.CONFLICT

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(S)
        for part in (self._icon, self._what, self._state):
            head.addWidget(part)
        head.addStretch(1)
        buttons = QHBoxLayout()
        buttons.setSpacing(S)
        buttons.addWidget(self._reason, 1)
        buttons.addStretch(0)
        for button in (self._discard, self._edit, self._retry, self._keep, self._confirm):
            buttons.addWidget(button)
        lines = QVBoxLayout()
        lines.setSpacing(2)
        lines.addLayout(head)
        for line in (self._words, self._about, self._why):
            lines.addWidget(line)
        buttons.setContentsMargins(0, XS, 0, 0)
        lines.addLayout(buttons)
        self.body.addLayout(lines)

    def _connect(self) -> None:
        self._retry.clicked.connect(self.retry_requested)
        self._edit.clicked.connect(self.edit_requested)
        self._discard.clicked.connect(partial(self._ask, True))
        self._keep.clicked.connect(partial(self._ask, False))
        self._confirm.clicked.connect(self._discard_for_good)
        self._reason.returnPressed.connect(self._discard_for_good)

    def _ask(self, asking: bool) -> None:
        self._asking = asking
        self._reason.clear()
        self._show_buttons()
        if asking:
            self._reason.setFocus(Qt.FocusReason.TabFocusReason)
        elif self.isVisible() and self._refused:
            self._discard.setFocus(Qt.FocusReason.TabFocusReason)

    def _show_buttons(self) -> None:
        deciding = self._refused and not self._asking
        may_edit = draft_of(self._entry) is not None
        self._retry.setVisible(deciding)
        self._edit.setVisible(deciding and may_edit)
        self._discard.setVisible(deciding)
        for part in (self._reason, self._keep, self._confirm):
            part.setVisible(self._refused and self._asking)

    def _discard_for_good(self) -> None:
        reason = self._reason.text().strip()
        if not reason:
            self._reason.setPlaceholderText(tr("kept.reason_missing"))
            self._reason.setFocus(Qt.FocusReason.TabFocusReason)
            return
        self.discard_requested.emit(reason)

    def _remake(self) -> None:
        name = _icon_of(self._entry.command)
        self._icon.setPixmap(pixmap(name, "text_muted", px(ICON_SIZE - 2)))


def _icon_of(command: Command) -> str:
    if isinstance(command, OrderCommand):
        return "clipboard-check"
    return "user-round" if isinstance(command, CustomerCommand) else "ticket"
