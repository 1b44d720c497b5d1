"""The product that an order is about, and who pays for the work on it; Qt main thread."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from agent_desk.domain.coverage import Coverage, coverage_of
from agent_desk.domain.product import OwnedProduct
from agent_desk.domain.work_order import WorkOrderLine
from ui.coverage_words import coverage_look, coverage_text, sold_text
from ui.language import tr
from ui.theme.theme import px
from ui.widgets.icon_label import IconLabel
from ui.widgets.label import Label
from ui.widgets.record_detail import plain_label


class ProductPart(QFrame):
    """Hidden while the order is about no product. Judged on the day the order was raised."""

    def __init__(self) -> None:
        super().__init__()
        self._line: WorkOrderLine | None = None
        self._icon = IconLabel("package")
        self._product = plain_label()
        self._about = plain_label("muted")
        self._covered = plain_label()
        words = QVBoxLayout()
        words.setSpacing(px(2))
        words.addWidget(Label("coverage.order_product", role="heading"))
        for label in (self._product, self._about, self._covered):
            words.addWidget(label)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(10))
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        self.hide()

    def show_line(self, line: WorkOrderLine) -> None:
        """Show the product of ``line``, or nothing."""
        self._line = line
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text anew."""
        line = self._line
        self.setVisible(line is not None and line.product is not None)
        if line is None or line.product is None:
            return
        coverage = coverage_of(line.product, raised_on(line))
        self._icon.show_icon(*coverage_look(coverage))
        self._product.setText(line.product.name)
        about = _about(line.product)
        self._about.setText(about)
        self._about.setVisible(bool(about))
        self._covered.setText(_covered(coverage, line.order.service_level))

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()


def raised_on(line: WorkOrderLine) -> date:
    """Return the day on which the order was raised, as the calendar here has it."""
    return line.order.raised_at.astimezone().date()


def _about(product: OwnedProduct) -> str:
    serial = product.serial_number
    parts = [tr("coverage.serial", serial=serial) if serial else "", sold_text(product)]
    return " · ".join(part for part in parts if part)


def _covered(coverage: Coverage, level: str) -> str:
    lines = [f"{tr(f'payer.{coverage.payer}')}: {coverage_text(coverage)}"]
    if level:
        lines.append(tr("coverage.level", level=level))
    return "\n".join(lines)
