"""The lines of a report while they are typed, and what they come to; main thread."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import Final

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from agent_desk.domain.errors import InputError
from agent_desk.domain.report_item import (
    CHARGES,
    COSTS,
    MAX_ITEMS,
    ReportItem,
    require_items,
    sum_of,
)
from agent_desk.domain.work_order import DEFAULT_CURRENCY
from ui.formats import format_money
from ui.language import tr
from ui.orders.item_line import WIDTHS, ItemLine, LineHeads
from ui.orders.report_fields import lines_of, lines_text
from ui.theme.theme import px
from ui.widgets.buttons import Button
from ui.widgets.calm_wheel import CalmWheel
from ui.widgets.label import Label

CURRENCIES: Final = ("CNY", "USD", "EUR", "GBP", "HKD", "TWD", "JPY", "KRW", "SGD", "AUD", "CHF")
_ROOM_FOR_NAME: Final = 200
_FIELD: Final = re.compile(r"items\[(\d+)\]\.(\w+)")


class ItemLines(QWidget):
    """Adds, removes and moves lines; totals follow every key. changed: something was typed."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: list[ItemLine] = []
        self._heads = LineHeads()
        self._column = QVBoxLayout()
        self._column.setSpacing(px(8))
        self._add = Button("report_form.add", "plus")
        self._currency = QComboBox()
        self._currency.addItems(CURRENCIES)
        CalmWheel(self).watch(self._currency)
        self._totals = Label(role="muted")
        self._keys = Label("report_form.keys", role="muted")
        self._keys.setWordWrap(True)
        self._keys.setMinimumWidth(1)
        self._lay_out()
        self._add.clicked.connect(lambda: self.add_line())
        self._currency.currentIndexChanged.connect(lambda: self._on_changed())
        self.retranslate()

    def add_line(self, after: ItemLine | None = None) -> ItemLine:
        """Add an empty line below ``after``, at the end for none, with the cursor in it."""
        line = self._make_line(self._lines.index(after) + 1 if after else len(self._lines))
        line.restore({"kind": after.fields()["kind"] if after else ""})
        self._order_tabs()
        self._on_changed()
        line.focus()
        return line

    def lines(self) -> tuple[ItemLine, ...]:
        """Return the lines from the top."""
        return tuple(self._lines)

    def text(self) -> str:
        """Return every line as it is typed, for a draft."""
        return lines_text([line.fields() for line in self._lines])

    def currency(self) -> str:
        """Return the currency of all prices."""
        return self._currency.currentText()

    def restore(self, text: str, currency: str) -> None:
        """Put back what a draft kept; nothing is told."""
        wanted = lines_of(text)
        while len(self._lines) > len(wanted):
            self._drop(self._lines[-1])
        while len(self._lines) < len(wanted):
            self._make_line(len(self._lines))
        for line, fields in zip(self._lines, wanted, strict=True):
            line.restore(fields)
            line.show_error("", "")
        self._order_tabs()
        self._choose_currency(currency or DEFAULT_CURRENCY)
        self._add_up()

    def items(self) -> tuple[ReportItem, ...]:
        """Return the lines, without empty ones; raises InputError for the first unreadable one."""
        return tuple(
            line.item(self.currency(), f"items[{number}]")
            for number, line in enumerate(self._written())
        )

    def show_error(self, field: str, text: str) -> bool:
        """Show ``text`` at ``field``, such as "items[2].quantity"; return whether it is here."""
        found = _FIELD.match(field)
        written = self._written()
        if found is None or int(found[1]) >= len(written):
            return False
        line = written[int(found[1])]
        line.show_error(found[2], text)
        line.focus(found[2])
        return True

    def clear_errors(self) -> None:
        """Take all complaints away."""
        for line in self._lines:
            line.show_error("", "")

    def retranslate(self) -> None:
        """Set every text in the current language."""
        self._currency.setAccessibleName(tr("report_form.currency"))
        self._currency.setToolTip(tr("report_form.currency"))
        self._add_up()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give each line two rows where one is too short."""
        super().resizeEvent(event)
        for line in self._lines:
            line.set_narrow(self._is_narrow())
        self._show_heads()

    def _show_heads(self) -> None:
        self._heads.setVisible(bool(self._lines) and not self._is_narrow())

    def _is_narrow(self) -> bool:
        return self.width() < px(sum(WIDTHS.values()) + _ROOM_FOR_NAME)

    def _written(self) -> list[ItemLine]:
        def is_written(line: ItemLine) -> bool:
            return any(text.strip() for name, text in line.fields().items() if name != "kind")

        return [line for line in self._lines if is_written(line)]

    def _make_line(self, place: int) -> ItemLine:
        line = ItemLine()
        line.set_narrow(self._is_narrow())
        line.changed.connect(self._on_changed)
        line.next_wanted.connect(lambda: self._go_on(line))
        line.remove_wanted.connect(lambda: self._remove(line))
        line.move_wanted.connect(lambda by: self._move(line, by))
        self._lines.insert(place, line)
        self._column.insertWidget(place, line)
        # At once: a layout shows it later, and Tab passes over what cannot be seen.
        line.show()
        self._add.setEnabled(len(self._lines) < MAX_ITEMS)
        return line

    def _go_on(self, line: ItemLine) -> None:
        place = self._lines.index(line) + 1
        if place < len(self._lines):
            self._lines[place].focus()
        elif len(self._lines) < MAX_ITEMS:
            self.add_line(line)

    def _remove(self, line: ItemLine) -> None:
        place = self._lines.index(line)
        self._drop(line)
        if self._lines:
            self._lines[min(place, len(self._lines) - 1)].focus()
        else:
            self._add.setFocus(Qt.FocusReason.OtherFocusReason)
        self._on_changed()

    def _drop(self, line: ItemLine) -> None:
        self._lines.remove(line)
        self._column.removeWidget(line)
        line.hide()
        line.deleteLater()
        self._add.setEnabled(True)

    def _move(self, line: ItemLine, by: int) -> None:
        place = self._lines.index(line)
        target = place + by
        if not 0 <= target < len(self._lines):
            return
        self._lines.insert(target, self._lines.pop(place))
        self._column.removeWidget(line)
        self._column.insertWidget(target, line)
        self._order_tabs()
        self._on_changed()

    def _order_tabs(self) -> None:
        """Let Tab go through the lines as they stand."""
        stops = [stop for line in self._lines for stop in line.stops()]
        for stop, following in pairwise([*stops, self._add, self._currency]):
            QWidget.setTabOrder(stop, following)

    def _on_changed(self) -> None:
        self._add_up()
        self.changed.emit()

    def _add_up(self) -> None:
        """Show what each line and all of them come to; what cannot be read counts as nothing."""
        currency, readable = self.currency(), []
        for line in self._lines:
            try:
                item = line.item(currency)
                require_items((replace(item, name="-"),))
            except InputError:
                line.show_amount("–")
                continue
            readable.append(item)
            line.show_amount(f"{item.amount.amount:,f}")
        totals = (("report_form.cost", COSTS), ("report_form.charge", CHARGES))
        self._totals.setText(
            "    ".join(
                tr(key, amount=format_money(sum_of(readable, kinds, currency)))
                for key, kinds in totals
            )
        )
        self._totals.setVisible(bool(self._lines))
        self._keys.setVisible(bool(self._lines))
        self._show_heads()

    def _choose_currency(self, currency: str) -> None:
        with QSignalBlocker(self._currency):
            if self._currency.findText(currency) < 0:
                self._currency.addItem(currency)
            self._currency.setCurrentText(currency)

    def _lay_out(self) -> None:
        foot = QHBoxLayout()
        foot.setSpacing(px(8))
        foot.addWidget(self._add)
        foot.addWidget(self._currency)
        foot.addStretch(1)
        self._totals.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._totals.setWordWrap(True)
        self._totals.setMinimumWidth(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(8))
        layout.addWidget(Label("report_form.lines", role="heading"))
        layout.addWidget(self._heads)
        layout.addLayout(self._column)
        layout.addWidget(self._totals)
        layout.addLayout(foot)
        layout.addWidget(self._keys)
