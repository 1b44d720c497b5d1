"""What the listed claims add up to, by kind, department and currency; Qt main thread."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QFrame, QHeaderView, QTreeView, QVBoxLayout

from agent_desk.domain.claim_list import ClaimTotal, sums_of, totals_of
from agent_desk.domain.money import Money
from agent_desk.domain.settlement import ClaimKind, ClaimState, OrderClaim
from ui.language import tr
from ui.settlement.claim_words import Names
from ui.theme.theme import heading_weight, px, text_font
from ui.widgets.label import Label

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_NO_EDIT = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class TotalsView(QFrame):
    """A table with a column for each state that has claims; it is the sum of what is listed."""

    def __init__(self, *, names: Names) -> None:
        super().__init__()
        self.setObjectName("card")
        self._names = names
        self._claims: tuple[OrderClaim, ...] = ()
        self.table = QTreeView()
        self.table.setObjectName("plainTable")
        self.table.setRootIsDecorated(False)
        self.table.setUniformRowHeights(True)
        self.table.setFrameShape(QFrame.Shape.NoFrame)
        self.table.header().setStretchLastSection(False)
        self._model = QStandardItemModel(self)
        self.table.setModel(self._model)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, px(14), 1, 1)
        column.setSpacing(px(8))
        title = Label("settlement.totals_title", role="heading")
        title.setContentsMargins(px(16), 0, px(16), 0)
        column.addWidget(title)
        column.addWidget(self.table, 1)

    def show_claims(self, claims: Sequence[OrderClaim]) -> None:
        """Add up ``claims``."""
        self._claims = tuple(claims)
        self.retranslate()

    def rows(self) -> list[list[str]]:
        """Return the table as texts, a list for each row."""
        model = self._model
        cells = range(model.columnCount())
        return [
            [model.index(row, cell).data() or "" for cell in cells]
            for row in range(model.rowCount())
        ]

    def retranslate(self) -> None:
        """Make the table anew in the current language."""
        totals = totals_of(self._claims)
        states = [s for s in ClaimState if any(s in total.by_state for total in totals)]
        self._model.clear()
        headings = [tr(f"settlement_filter.{name}") for name in ("kind", "department", "currency")]
        headings += [tr(f"claim_state.{state}") for state in states]
        headings.append(tr("settlement.total"))
        self._model.setHorizontalHeaderLabels(headings)
        for column in range(3, len(headings)):
            self._model.horizontalHeaderItem(column).setTextAlignment(_RIGHT)
        for kind in ClaimKind:
            of_kind = [total for total in totals if total.kind is kind]
            for total in of_kind:
                self._model.appendRow(self._row(total, states))
            if len(of_kind) > 1:
                self._append_sums(kind, states)
        self.table.setAccessibleName(tr("settlement.totals_title"))
        self.table.header().resizeSections(QHeaderView.ResizeMode.ResizeToContents)

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _row(self, total: ClaimTotal, states: Sequence[ClaimState]) -> list[QStandardItem]:
        cells = [_text(tr(f"claim_kind.{total.kind}"))]
        cells.append(_text(self._names.department(total.department_id)))
        cells.append(_text(total.currency))
        cells += [_amount(total.by_state.get(state)) for state in states]
        return [*cells, _amount(total.total, strong=True)]

    def _append_sums(self, kind: ClaimKind, states: Sequence[ClaimState]) -> None:
        """Add a row for each currency of ``kind``: what all departments together claim."""
        claims = [claim for claim in self._claims if claim.kind is kind]
        for money in sums_of(claims):
            same = [c for c in claims if c.amounts.total.currency == money.currency]
            cells = [_text(tr(f"claim_kind.{kind}"), strong=True)]
            cells.append(_text(tr("settlement.all_together"), strong=True))
            cells.append(_text(money.currency, strong=True))
            for state in states:
                sums = sums_of(claim for claim in same if claim.state is state)
                cells.append(_amount(sums[0] if sums else None, strong=True))
            self._model.appendRow([*cells, _amount(money, strong=True)])


def _text(text: str, *, strong: bool = False) -> QStandardItem:
    item = QStandardItem(text)
    item.setFlags(_NO_EDIT)
    if strong:
        item.setFont(text_font(weight=heading_weight()))
    return item


def _amount(money: Money | None, *, strong: bool = False) -> QStandardItem:
    item = QStandardItem(f"{money.amount:,f}" if money is not None else "")
    item.setFlags(_NO_EDIT)
    item.setTextAlignment(_RIGHT)
    weight = {"weight": heading_weight()} if strong else {}
    item.setFont(text_font(tabular=True, **weight))
    return item
