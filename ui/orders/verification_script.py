"""What to say in the verification call, and what the customer answers; Qt main thread."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from ui.language import tr
from ui.shortcuts import keys_of
from ui.theme.theme import px
from ui.widgets.buttons import Button
from ui.widgets.form_field import FormField
from ui.widgets.label import Label
from ui.widgets.notice import Notice
from ui.widgets.rating import Rating
from ui.widgets.record_detail import plain_label


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomersAnswer:
    """What the customer said. reason: when not satisfied. satisfaction: 1 to 5, None: not asked."""

    satisfied: bool
    reason: str = ""
    satisfaction: int | None = None
    remark: str = ""


class VerificationScript(QFrame):
    """The words, "is it solved?", then the score and the remark, or what is still wrong.

    given carries a CustomersAnswer. Nothing is answered by itself: "yes" and "no" open their
    part, and a press of its own, or Enter, gives the answer. What was typed stays when it is
    refused. moved: another part can be seen now.
    """

    given = Signal(object)
    moved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = plain_label()
        self._yes = Button("verification.yes", "smile", shortcut_hint=keys_of("ticket.solved"))
        self._no = Button("verification.no", "frown", shortcut_hint=keys_of("ticket.not_solved"))
        self.rating = Rating()
        self._remark = QLineEdit()
        self._reason = QLineEdit()
        self._field = FormField("verification.reason", self._reason)
        self._score = FormField("verification.rating", self.rating)
        self._note = FormField("verification.remark", self._remark)
        self._refusal = Notice()
        self.close_order = Button("verification.close", "check", "primary", shortcut_hint="Return")
        self.reopen = Button("verification.reopen", "undo-2", "danger", shortcut_hint="Return")
        self._back = Button("verification.back", role="ghost", shortcut_hint="Esc")
        self._satisfied: bool | None = None
        self._is_asked = False
        self._lay_out()
        self._connect()
        self._turn(None)
        self.retranslate()

    def begin(self) -> None:
        """Ask anew, of another customer."""
        for line in (self._remark, self._reason):
            line.clear()
        self.rating.clear()
        self._turn(None)

    def show_words(self, name: str, subject: str) -> None:
        """Show what to say to the customer ``name``."""
        self._words.setText(tr("verification.script", name=name, subject=subject))

    def ask_now(self, is_asked: bool) -> None:
        """Say whether the customer is on the phone: then the answer is what comes next."""
        self._is_asked = is_asked
        self._show_next()

    def is_answering(self) -> bool:
        """Return whether an answer is chosen and not given yet."""
        return self._satisfied is not None

    def say_yes(self) -> None:
        """It is solved: ask for the score; the keys go there, since the agent pressed for it."""
        self._turn(True)
        self.rating.setFocus(Qt.FocusReason.OtherFocusReason)

    def say_no(self) -> None:
        """It is not solved: ask what is still wrong."""
        self._turn(False)
        self._reason.setFocus(Qt.FocusReason.OtherFocusReason)

    def submit(self) -> None:
        """Give the answer that is chosen; nothing while none is."""
        if self._satisfied is None:
            return
        reason = self._reason.text().strip()
        if not self._satisfied and not reason:
            self._field.set_error(tr("verification.reason_missing"))
            self._reason.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self._refusal.hide()
        answer = CustomersAnswer(
            satisfied=self._satisfied,
            reason="" if self._satisfied else reason,
            satisfaction=self.rating.score(),
            remark=self._remark.text().strip() if self._satisfied else "",
        )
        self.given.emit(answer)

    def show_error(self, field: str, text: str) -> None:
        """Show what keeps the answer from being stored, where it is given."""
        if field == "reason":
            self._field.set_error(text)
        else:
            self._refusal.show_text(text, "warning")
            self.moved.emit()

    def hide_error(self) -> None:
        """Take the refusal away: there is a call now."""
        self._refusal.hide()

    def retranslate(self) -> None:
        """Set the hint in the current language."""
        self._reason.setPlaceholderText(tr("verification.reason_hint"))

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go back to the question on Escape."""
        if event.key() == Qt.Key.Key_Escape and self._satisfied is not None:
            self._turn(None)
            self._yes.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        say = QFrame()
        say.setObjectName("card")
        words = QVBoxLayout(say)
        words.setContentsMargins(px(14), px(10), px(14), px(12))
        words.setSpacing(px(4))
        words.addWidget(Label("verification.say", role="muted"))
        words.addWidget(self._words)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(10))
        layout.addWidget(say)
        layout.addWidget(Label("verification.question", role="heading"))
        layout.addLayout(_row(self._yes, self._no))
        for part in (self._field, self._score, self._note, self._refusal):
            layout.addWidget(part)
        layout.addLayout(_row(self.close_order, self.reopen, self._back))

    def _connect(self) -> None:
        self._yes.clicked.connect(self.say_yes)
        self._no.clicked.connect(self.say_no)
        self._back.clicked.connect(lambda: self._turn(None))
        for button in (self.close_order, self.reopen):
            button.clicked.connect(self.submit)
        self._reason.returnPressed.connect(self.submit)
        self._remark.returnPressed.connect(self.submit)
        self.rating.accepted.connect(self.submit)
        self._reason.textEdited.connect(lambda: self._field.set_error(""))

    def _turn(self, satisfied: bool | None) -> None:
        """Show the part that belongs to this answer, None for the question alone."""
        self._satisfied = satisfied
        self._show_next()
        self._score.setVisible(satisfied is not None)
        self._note.setVisible(satisfied is True)
        self.close_order.setVisible(satisfied is True)
        self._field.setVisible(satisfied is False)
        self.reopen.setVisible(satisfied is False)
        self._back.setVisible(satisfied is not None)
        self._field.set_error("")
        self._refusal.hide()
        self.moved.emit()

    def _show_next(self) -> None:
        """Fill the one button that comes next; with an answer chosen that is its own."""
        is_next = self._is_asked and self._satisfied is None
        self._yes.set_role("primary" if is_next else "plain")


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(px(8))
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return row
