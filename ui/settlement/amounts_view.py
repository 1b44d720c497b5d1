"""What is claimed, amounts under each other, and who signed it; Qt main thread."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout

from agent_desk.domain.money import Money
from agent_desk.domain.settlement import OrderClaim
from ui.formats import format_money
from ui.language import tr
from ui.orders.report_sheet import amount_label
from ui.settlement.claim_words import Names
from ui.theme.theme import px
from ui.widgets.label import Label
from ui.widgets.record_detail import clear_layout, plain_label


class AmountsView(QFrame):
    """Labour, parts, travel and their sum at the left, the signatures under them."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(px(14), px(10), px(14), px(12))
        self._grid.setHorizontalSpacing(px(24))
        self._grid.setVerticalSpacing(px(4))
        self._grid.setColumnStretch(2, 1)

    def show_claim(self, claim: OrderClaim, names: Names) -> None:
        """Show the amounts and signatures of ``claim``."""
        clear_layout(self._grid)
        amounts = claim.amounts
        self._put_amount(0, "field.labour", amounts.labour)
        self._put_amount(1, "field.parts", amounts.parts)
        self._put_amount(2, "field.travel", amounts.travel)
        self._put_amount(3, "settlement.total", amounts.total, strong=True)
        signed = plain_label("muted")
        signed.setText(" · ".join(_signatures(claim, names)))
        self._grid.addWidget(signed, 4, 0, 1, 3)

    def _put_amount(self, row: int, key: str, money: Money, *, strong: bool = False) -> None:
        name = Label(key, role="heading" if strong else "muted")
        amount = amount_label(format_money(money), "heading" if strong else "plain")
        self._grid.addWidget(name, row, 0)
        self._grid.addWidget(amount, row, 1, Qt.AlignmentFlag.AlignRight)


def _signatures(claim: OrderClaim, names: Names) -> Iterator[str]:
    for key, login in (
        ("settlement.office", claim.office_approved_by),
        ("settlement.hq", claim.hq_approved_by),
        ("settlement.paid", claim.settled_by),
    ):
        yield tr("settlement.signed", place=tr(key), who=names.person(login) or "–")
