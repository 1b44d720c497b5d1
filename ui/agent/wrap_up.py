"""After-call work: what came of the call, a note, and the time that is left; main thread."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QPlainTextEdit,
    QProgressBar,
    QWidget,
)

from agent_desk.domain.interaction import Disposition
from ui.agent.disposition_button import DispositionButton
from ui.calls.ticker import ticker
from ui.formats import format_duration, format_number
from ui.language import tr
from ui.theme.theme import px, theme_signals
from ui.theme.tokens import XS, S
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.form_field import FormField
from ui.widgets.label import Label
from ui.widgets.pill import Pill

KEYS: Final = "1234567890"
FINISH_KEY: Final = "Ctrl+Return"
COLUMNS: Final = 2
NOTE_HEIGHT: Final = 48
HURRY_SECONDS: Final = 10
STEPS: Final = 1000


class WrapUpPanel(Card):
    """Takes the result of one call; the digit keys choose it, Ctrl+Enter finishes."""

    finished = Signal(str, str, str)
    extend_requested = Signal()

    def __init__(self, *, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__("wrap_up.title", parent)
        self._now = now
        self._call_id = ""
        self._began: datetime | None = None
        self._until: datetime | None = None
        self._talk_seconds: float | None = None
        self._who = ElidedLabel(role="heading")
        self._detail = Label(role="muted")
        self._left = Pill()
        self._bar = QProgressBar()
        self._group = QButtonGroup(self)
        self._choices = {d: DispositionButton(d, k) for d, k in zip(Disposition, KEYS, strict=True)}
        self._error = Label(role="error")
        self._note = QPlainTextEdit()
        self._extend = Button("wrap_up.extend", "timer", "ghost", tooltip_key="wrap_up.extend_tip")
        self._finish = Button(
            "wrap_up.finish",
            "check",
            "primary",
            tooltip_key="wrap_up.finish_tip",
            shortcut_hint=FINISH_KEY,
        )
        self._connect()
        self._lay_out()
        ticker().ticked.connect(self._tick)
        theme_signals().changed.connect(self._rescale)
        self._rescale()
        self.retranslate()
        self.clear()

    def show_wrap_up(
        self,
        *,
        call_id: str,
        name: str,
        number: str,
        talk_seconds: float | None,
        until: datetime | None,
    ) -> None:
        """Begin with the call ``call_id``; for the call that is shown already only time moves on.

        talk_seconds: None when nobody answered. until: the end of after-call work, None for none.
        """
        if call_id != self._call_id:
            self.clear()
            self._call_id = call_id
        self._began = self._began if until == self._until and self._began else self._now()
        self._until, self._talk_seconds = until, talk_seconds
        self._who.setText(name or format_number(number))
        self._extend.setVisible(until is not None)
        self._bar.setVisible(until is not None)
        self.setEnabled(True)
        self._show_talk()
        self._show_time()

    def clear(self) -> None:
        """Forget the call and what was entered."""
        self._call_id = ""
        self._until = self._began = self._talk_seconds = None
        self._who.clear()
        self._detail.clear()
        self._note.clear()
        self._choose(None)
        for choice in self._choices.values():
            choice.set_suggested(False)
        self._show_error("")
        self.setEnabled(False)

    def suggest(self, disposition: Disposition) -> None:
        """Choose ``disposition`` for the agent, marked as a suggestion, unless one is chosen."""
        for value, choice in self._choices.items():
            choice.set_suggested(value is disposition)
        if self.disposition() is None:
            self._choose(disposition)

    def call_id(self) -> str:
        """Return the call that is worked on, ``""`` for none."""
        return self._call_id

    def disposition(self) -> Disposition | None:
        """Return what is chosen."""
        chosen = (value for value, choice in self._choices.items() if choice.isChecked())
        return next(chosen, None)

    def choice(self, disposition: Disposition) -> DispositionButton:
        """Return the button of ``disposition``."""
        return self._choices[disposition]

    def note(self) -> QPlainTextEdit:
        """Return the note's field."""
        return self._note

    def finish_button(self) -> Button:
        """Return the button that finishes."""
        return self._finish

    def extend_button(self) -> Button:
        """Return the button that asks for more time; hidden when there is no limit."""
        return self._extend

    def error(self) -> str:
        """Return why it cannot be finished, ``""`` for nothing."""
        return "" if self._error.isHidden() else self._error.text()

    def time_text(self) -> str:
        """Return the time that is left as it is shown."""
        return self._left.text()

    def finish(self) -> None:
        """Report the result, or say that one has to be chosen first."""
        if not self._call_id:
            return
        chosen = self.disposition()
        if chosen is None:
            self._show_error(tr("wrap_up.choose_first"))
            self.focus_choices()
            return
        self.finished.emit(self._call_id, chosen.value, self._note.toPlainText().strip())

    def retranslate(self) -> None:
        """Set every text in the current language."""
        self._note.setPlaceholderText(tr("wrap_up.note_hint"))
        self._note.setToolTip(tr("wrap_up.note_tip"))
        self._show_time()
        if self.error():
            self._show_error(tr("wrap_up.choose_first"))
        self._show_talk()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def focus_choices(self) -> None:
        """Put the focus on the chosen result, or on the first one; digits choose from there."""
        chosen = self.disposition() or next(iter(self._choices))
        self._choices[chosen].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose by digit, finish with Ctrl+Enter."""
        if not self._finishes(event) and not self._chooses(event):
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """In the note digits are text: Escape leads back to the results, Ctrl+Enter finishes."""
        if watched is self._note and isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape:
                self.focus_choices()
                return True
            return event.type() == QEvent.Type.KeyPress and self._finishes(event)
        return super().eventFilter(watched, event)

    def _finishes(self, event: QKeyEvent) -> bool:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if not control or event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return False
        self.finish()
        return True

    def _chooses(self, event: QKeyEvent) -> bool:
        place = KEYS.find(event.text()) if event.text() else -1
        if place < 0 or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        chosen = tuple(self._choices)[place]
        self._choose(chosen)
        self._choices[chosen].setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def _choose(self, disposition: Disposition | None) -> None:
        self._group.setExclusive(False)
        for value, choice in self._choices.items():
            choice.setChecked(value is disposition)
        self._group.setExclusive(True)
        self._show_error("")

    def _on_chosen(self) -> None:
        self._show_error("")

    def _show_error(self, text: str) -> None:
        self._error.setText(text)
        self._error.setVisible(bool(text))

    def _show_talk(self) -> None:
        if not self._call_id:
            self._detail.clear()
        elif self._talk_seconds is None:
            self._detail.setText(tr("wrap_up.not_answered"))
        else:
            self._detail.setText(tr("wrap_up.talked", time=format_duration(self._talk_seconds)))

    def _tick(self) -> None:
        if self._call_id and self.isVisible():
            self._show_time()

    def _show_time(self) -> None:
        if self._until is None or self._began is None:
            self._left.setText(tr("wrap_up.unlimited"))
            self._left.set_kind("neutral")
            return
        left = (self._until - self._now()).total_seconds()
        whole = max(1.0, (self._until - self._began).total_seconds())
        self._bar.setValue(round(STEPS * max(0.0, min(1.0, left / whole))))
        over = left <= 0
        self._left.setText(
            tr("wrap_up.over") if over else tr("wrap_up.ready_in", time=format_duration(left))
        )
        self._left.set_kind("danger" if over else "warning" if left <= HURRY_SECONDS else "info")

    def _connect(self) -> None:
        for choice in self._choices.values():
            self._group.addButton(choice)
            choice.clicked.connect(self._on_chosen)
        self._extend.clicked.connect(self.extend_requested)
        self._finish.clicked.connect(self.finish)
        self._note.setTabChangesFocus(True)
        self._note.installEventFilter(self)
        self._bar.setRange(0, STEPS)
        self._bar.setTextVisible(False)

    def _lay_out(self) -> None:
        self.header.addWidget(self._left)
        grid = QGridLayout()
        grid.setHorizontalSpacing(S)
        grid.setVerticalSpacing(XS)
        for place, choice in enumerate(self._choices.values()):
            rows = -(-len(self._choices) // COLUMNS)
            grid.addWidget(choice, place % rows, place // rows)
        foot = QHBoxLayout()
        foot.setSpacing(S)
        foot.addWidget(self._extend)
        foot.addStretch(1)
        foot.addWidget(self._finish)
        line = QHBoxLayout()
        line.setSpacing(S)
        line.addWidget(self._who, 1)
        line.addWidget(self._detail)
        self.body.addWidget(self._bar)
        self.body.addLayout(line)
        self.body.addLayout(grid)
        self.body.addWidget(self._error)
        self.body.addWidget(FormField("wrap_up.note", self._note))
        self.body.addLayout(foot)
        self.body.addStretch(1)

    def _rescale(self) -> None:
        self._note.setFixedHeight(px(NOTE_HEIGHT))
