"""What is claimed again after a claim was sent back: three amounts and a currency; main thread."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from agent_desk.domain.errors import InputError
from agent_desk.domain.money import Money, read_money, require_currency
from agent_desk.domain.settlement import ClaimAmounts, OrderClaim, require_amounts
from ui.formats import format_money
from ui.language import error_text
from ui.theme.theme import px
from ui.widgets.buttons import Button
from ui.widgets.form_field import FormField
from ui.widgets.label import Label

_AMOUNTS: Final = ("labour", "parts", "travel")
_ENTER: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class AmountsForm(QWidget):
    """submitted carries the ClaimAmounts; what cannot be claimed says so at its field."""

    submitted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._claim: OrderClaim | None = None
        self._unsent: dict[str, dict[str, str]] = {}
        self._fields = {
            name: FormField(f"field.{name}", QLineEdit()) for name in (*_AMOUNTS, "currency")
        }
        self._total = Label(role="heading")
        self.send = Button("settlement.resubmit", "send", "primary", shortcut_hint="Ctrl+Return")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(px(8))
        grid.setVerticalSpacing(px(8))
        for column, (name, field) in enumerate(self._fields.items()):
            grid.addWidget(field, column // 2, column % 2, Qt.AlignmentFlag.AlignTop)
            editor = self.editor(name)
            editor.textEdited.connect(lambda _, name=name: self._on_edited(name))
            if name in _AMOUNTS:
                editor.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.editor("currency").setMaxLength(3)
        grid.addWidget(self._total, 2, 0)
        grid.addWidget(self.send, 2, 1, Qt.AlignmentFlag.AlignRight)
        self.send.clicked.connect(self.submit)

    def editor(self, name: str) -> QLineEdit:
        """Return the editor of "labour", "parts", "travel" or "currency"."""
        editor = self._fields[name].editor
        assert isinstance(editor, QLineEdit)
        return editor

    def error(self, name: str) -> str:
        """Return the complaint at a field."""
        return self._fields[name].error()

    def show_claim(self, claim: OrderClaim) -> None:
        """Begin with what ``claim`` asks for; what is being typed about it stays."""
        former = self._claim
        if former is not None and (former.id, former.version) == (claim.id, claim.version):
            return
        if former is not None and self._typed() != _texts(former):
            self._unsent[former.id] = self._typed()
        self._claim = claim
        for name, text in self._unsent.pop(claim.id, _texts(claim)).items():
            self.editor(name).setText(text)
            self._fields[name].set_error("")
        self._show_total()

    def submit(self) -> None:
        """Emit ``submitted``, or say what is wrong and put the cursor there."""
        claim = self._claim
        if claim is None:
            return
        try:
            amounts = self._read(claim)
            require_amounts(claim, amounts)
        except InputError as error:
            self.show_error(str(error.details["field"]), error_text(error))
        else:
            self.submitted.emit(amounts)

    def show_error(self, field: str, text: str) -> None:
        """Show ``text`` at ``field``; a currency's name may come after a point."""
        name = "currency" if field.endswith("currency") else field
        name = name if name in self._fields else "parts"
        self._fields[name].set_error(text)
        self.editor(name).setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go on to the next field on Enter."""
        if event.key() in _ENTER and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.focusNextChild()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._show_total()

    def _read(self, claim: OrderClaim) -> ClaimAmounts:
        currency = self.editor("currency").text().strip().upper()
        require_currency("currency", currency, accepted=claim.amounts.labour.currency)
        labour, parts, travel = (
            read_money(name, self.editor(name).text(), currency) for name in _AMOUNTS
        )
        return ClaimAmounts(labour=labour, parts=parts, travel=travel)

    def _typed(self) -> dict[str, str]:
        return {name: self.editor(name).text() for name in self._fields}

    def _on_edited(self, name: str) -> None:
        self._fields[name].set_error("")
        self._show_total()

    def _show_total(self) -> None:
        """Show what it comes to; nothing while a field is not an amount yet."""
        self._total.set_key("")
        try:
            total = self._read(self._claim).total if self._claim is not None else None
        except InputError:
            total = None
        if total is None:
            self._total.clear()
        else:
            self._total.set_key("settlement.total_is", total=format_money(total))


def _texts(claim: OrderClaim) -> dict[str, str]:
    amounts: dict[str, Money] = {name: getattr(claim.amounts, name) for name in _AMOUNTS}
    texts = {name: f"{money.amount:,f}" for name, money in amounts.items()}
    return {**texts, "currency": claim.amounts.labour.currency}
