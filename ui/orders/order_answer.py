"""What to tell a caller about the marked order, and what can be done for them; Qt main thread."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from agent_desk.domain.order_answer import OrderAnswer
from ui.language import error_text, has_text, tr
from ui.orders.answer_words import answer_text, said_text
from ui.theme.theme import px
from ui.widgets.buttons import Button
from ui.widgets.form_field import FormField
from ui.widgets.notice import Notice
from ui.widgets.record_detail import plain_label, scroll_column


class Wish(StrEnum):
    """What the caller wants done with the order."""

    INFORM = "INFORM"
    HURRY = "HURRY"
    CANCEL = "CANCEL"


class OrderAnswerPart(QWidget):
    """The sentences, the last message, and three wishes with a small form each.

    informed, hurried carry the order's id and the text; cancel_requested the id, the reason and
    who agreed. What was typed stays until `settled`, also when it is refused. form_opened: a form
    needs the room, or gives it back.
    """

    form_opened = Signal(bool)
    informed = Signal(str, str)
    hurried = Signal(str, str)
    cancel_requested = Signal(str, str, str)

    def __init__(self, *, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self._answer: OrderAnswer | None = None
        self._wish: Wish | None = None
        self._caller = ""
        self._offers = True
        self._words = plain_label()
        self._said = plain_label("muted")
        self.add = Button("order_answer.add", "message-square", tooltip_key="order_answer.add_tip")
        self.hurry = Button("order_answer.hurry", "bell-ring")
        self.cancel = Button(
            "order_answer.cancel", "circle-x", tooltip_key="order_answer.cancel_tip"
        )
        self.text = QLineEdit()
        self.consent = QLineEdit()
        self._text_fields = {
            wish: FormField(key, QLineEdit() if wish is not Wish.INFORM else self.text)
            for wish, key in (
                (Wish.INFORM, "order_answer.information"),
                (Wish.HURRY, "order_answer.reminder"),
                (Wish.CANCEL, "order_answer.reason"),
            )
        }
        self._consent_field = FormField("order_answer.consent", self.consent)
        self._call_line = plain_label("muted")
        self._notice = Notice()
        self.send = Button("order_answer.send", "send", "primary", shortcut_hint="Return")
        self._back = Button("order_answer.back", role="ghost", shortcut_hint="Esc")
        self._lay_out()
        self._connect()
        self.show_answer(None)

    def offer_wishes(self, offered: bool) -> None:
        """Offer to add, hurry and cancel only to who may."""
        self._offers = offered
        self._show_form()

    def show_answer(self, answer: OrderAnswer | None) -> None:
        """Show what to tell, None for no order; a form that is being filled in stays with it."""
        former = self._answer.line.order.id if self._answer is not None else None
        if answer is None or answer.line.order.id != former:
            self._clear()
        self._answer = answer
        self.setVisible(answer is not None)
        self.retranslate()

    def show_loading(self) -> None:
        """Say that the answer is on its way."""
        self._answer = None
        self._clear()
        self.retranslate()
        self._words.setText(tr("order_answer.loading"))
        self.show()

    def show_unavailable(self) -> None:
        """Say that nobody knows now."""
        self._words.setText(tr("order_answer.unavailable"))

    def show_caller(self, name: str) -> None:
        """Know who is on the phone about it, ``""`` when nobody is."""
        self._caller = name
        self._show_call()

    def settled(self) -> None:
        """What was wished is done or kept: forget the form."""
        self._clear()
        self.retranslate()

    def show_error(self, field: str, text: str) -> None:
        """Show at the field what is wrong; what was typed stays."""
        if field == "consent":
            self._consent_field.set_error(text)
        elif field in ("information", "reason") and self._wish is not None:
            self._text_fields[self._wish].set_error(text)
        else:
            self._notice.show_text(text, "warning")

    def wish(self) -> Wish | None:
        """Return which form is open, None for none."""
        return self._wish

    def open_form(self, wish: Wish | None) -> None:
        """Open the form of ``wish``; the cursor goes there, since the agent pressed for it."""
        self._turn(wish)
        self._notice.hide()
        self._show_form()
        if wish is not None:
            self._text_fields[wish].setFocus(Qt.FocusReason.OtherFocusReason)

    def submit(self) -> None:
        """Say what is typed, unless something is missing."""
        if self._answer is None or self._wish is None:
            return
        order_id, wish = self._answer.line.order.id, self._wish
        text, consent = self._typed(wish), self.consent.text().strip()
        if not self._is_complete(wish, text, consent):
            return
        self._notice.hide()
        if wish is Wish.INFORM:
            self.informed.emit(order_id, text)
        elif wish is Wish.HURRY:
            self.hurried.emit(order_id, text)
        else:
            self.cancel_requested.emit(order_id, text, consent)

    def retranslate(self) -> None:
        """Set every text anew."""
        answer = self._answer
        self._said.setVisible(False)
        if answer is not None:
            self._show_words(answer)
        self._show_form()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close the form on Escape; what was typed stays for the next time."""
        if event.key() == Qt.Key.Key_Escape and self._wish is not None:
            self.open_form(None)
        else:
            super().keyPressEvent(event)

    def _show_words(self, answer: OrderAnswer) -> None:
        now = self._now()
        self._words.setText(answer_text(answer, now))
        said = said_text(answer, now)
        self._said.setText(said)
        self._said.setVisible(bool(said))
        refusal = answer.refusal_to_hurry(now)
        self.add.setEnabled(answer.can_be_told)
        self.hurry.setEnabled(refusal is None)
        sent, most = len(answer.reminders), answer.limits.most
        tip = tr("order_answer.hurry_tip", sent=sent, most=most)
        self.hurry.setToolTip(tip if refusal is None else error_text(refusal))
        self.cancel.setEnabled(answer.can_be_cancelled)
        self.cancel.setToolTip(_cancel_tip(answer))

    def _show_form(self) -> None:
        wish = self._wish
        self._told.setVisible(wish is None)
        for button in (self.add, self.hurry, self.cancel):
            button.setVisible(self._offers and self._answer is not None and wish is None)
        for kind, field in self._text_fields.items():
            field.setVisible(kind is wish)
        self._consent_field.setVisible(wish is Wish.CANCEL)
        self.send.setVisible(wish is not None)
        self._back.setVisible(wish is not None)
        keys = {Wish.HURRY: "order_answer.send_reminder", Wish.CANCEL: "order_answer.cancel_now"}
        self.send.set_role("danger" if wish is Wish.CANCEL else "primary")
        if wish is not None:
            self.send.set_text_key(keys.get(wish, "order_answer.send"))
        self._show_call()

    def _show_call(self) -> None:
        key = "order_answer.in_call" if self._caller else "order_answer.no_call"
        self._call_line.setText(tr(key, name=self._caller))
        self._call_line.setVisible(self._wish is Wish.CANCEL)

    def _is_complete(self, wish: Wish, text: str, consent: str) -> bool:
        """Return whether nothing is missing; the first field that lacks something says so."""
        if wish is not Wish.HURRY and not text:
            missing = "information" if wish is Wish.INFORM else "reason"
            self._text_fields[wish].set_error(tr(f"order_answer.{missing}_missing"))
            self._text_fields[wish].setFocus(Qt.FocusReason.OtherFocusReason)
            return False
        if wish is Wish.CANCEL and not consent:
            self._consent_field.set_error(tr("order_answer.consent_missing"))
            self._consent_field.setFocus(Qt.FocusReason.OtherFocusReason)
            return False
        return True

    def _typed(self, wish: Wish) -> str:
        editor = self._text_fields[wish].editor
        assert isinstance(editor, QLineEdit)
        return editor.text().strip()

    def _turn(self, wish: Wish | None) -> None:
        self._wish = wish
        self.form_opened.emit(wish is not None)

    def _clear(self) -> None:
        self._turn(None)
        self._notice.hide()
        for field in (*self._text_fields.values(), self._consent_field):
            assert isinstance(field.editor, QLineEdit)
            field.editor.clear()
            field.set_error("")

    def _lay_out(self) -> None:
        told = QWidget()
        words = QVBoxLayout(told)
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(px(4))
        words.addWidget(self._words)
        words.addWidget(self._said)
        words.addStretch(1)
        # Long sentences scroll; the wishes are always in sight.
        self._told = scroll_column(told)
        wishes = QHBoxLayout()
        wishes.setSpacing(px(6))
        for button in (self.add, self.hurry, self.cancel):
            wishes.addWidget(button)
        wishes.addStretch(1)
        actions = QHBoxLayout()
        actions.setSpacing(px(8))
        for button in (self.send, self._back):
            actions.addWidget(button)
        actions.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(16), px(6), px(14), px(4))
        layout.setSpacing(px(6))
        layout.addWidget(self._told, 1)
        layout.addLayout(wishes)
        for part in (*self._text_fields.values(), self._consent_field, self._call_line):
            layout.addWidget(part)
        layout.addWidget(self._notice)
        layout.addLayout(actions)

    def _connect(self) -> None:
        self.add.clicked.connect(lambda: self.open_form(Wish.INFORM))
        self.hurry.clicked.connect(lambda: self.open_form(Wish.HURRY))
        self.cancel.clicked.connect(lambda: self.open_form(Wish.CANCEL))
        self.send.clicked.connect(self.submit)
        self._back.clicked.connect(lambda: self.open_form(None))
        for field in (*self._text_fields.values(), self._consent_field):
            assert isinstance(field.editor, QLineEdit)
            field.editor.returnPressed.connect(self.submit)
            field.editor.textEdited.connect(lambda _, it=field: it.set_error(""))


def _cancel_tip(answer: OrderAnswer) -> str:
    if answer.can_be_cancelled:
        return tr("order_answer.cancel_tip")
    key = f"order_answer.not_cancellable.{answer.state}"
    return tr(key if has_text(key) else "order_answer.not_cancellable.other")
