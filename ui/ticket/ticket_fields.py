"""The fields of a ticket: what it is about and how it goes on; Qt main thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from PySide6.QtCore import QEvent, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QStyle,
    QStyleOptionComboBox,
    QWidget,
)

from agent_desk.domain.complaint import Severity, TicketKind
from agent_desk.domain.product import OwnedProduct
from agent_desk.domain.routing import RoutingDecision
from agent_desk.domain.ticket import Category, Priority, Resolution
from ui.language import tr
from ui.orders.routing_text import RoutingWords
from ui.theme.theme import px
from ui.ticket.category_picker import CategoryPicker
from ui.ticket.complaint_part import ComplaintPart
from ui.ticket.follow_up import quick_choices
from ui.ticket.hits_strip import HitsStrip
from ui.ticket.resolution_part import ResolutionPart
from ui.widgets.form_field import FormField

_SUBJECT_LENGTH: Final = 200


class _Description(QPlainTextEdit):
    """Takes the height that is left, and is content with three lines."""

    def sizeHint(self) -> QSize:
        return QSize(px(120), px(46))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


class _PriorityBox(QComboBox):
    """Shows "P3 · Normal", or "P3" alone where there is no room for the word."""

    def initStyleOption(self, option: QStyleOptionComboBox) -> None:
        super().initStyleOption(option)
        box, field = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(box, option, field, self).width()
        if self.fontMetrics().horizontalAdvance(option.currentText) > room:
            option.currentText = option.currentText.split(" ")[0]


class TicketFields(QWidget):
    """Everything that is typed or chosen for a ticket, also as plain texts for drafts.

    outcome: how it goes on; it stands where the editor puts it, not among the fields.
    """

    changed = Signal()
    resolution_changed = Signal()

    def __init__(self, *, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self.subject = QLineEdit()
        self.subject.setMaxLength(_SUBJECT_LENGTH)
        self.hits = HitsStrip()
        self.complaint = ComplaintPart()
        self.category = CategoryPicker()
        self.priority = _PriorityBox()
        for priority in Priority:
            self.priority.addItem(priority, str(priority))
        self.priority.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.product = QComboBox()
        self._products: dict[str, str] = {}
        self.product.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.description = _Description()
        self.description.setTabChangesFocus(True)
        self.outcome = ResolutionPart(now=now)
        self._fields = {
            "subject": FormField("ticket_editor.subject", self.subject),
            "category_id": FormField("ticket_editor.category_id", self.category),
            "priority": FormField("ticket_editor.priority", self.priority),
            "description": FormField("ticket_editor.description", self.description),
            "complaint_about": self.complaint.about_field,
        }
        self._build()
        self._connect()
        self.set_products(())
        self.clear()
        self.retranslate()

    def set_categories(self, categories: Iterable[Category]) -> None:
        """Offer ``categories``."""
        self.category.set_categories(categories)
        self._show_detail()

    def route_text(self) -> str:
        """Return what is said of where the work order will go."""
        return self.outcome.route_text()

    def show_route(self, decision: RoutingDecision | None, words: RoutingWords) -> None:
        """Say where the work order will go; ``None``: that is not known yet."""
        self.outcome.show_route(decision, words)

    def set_products(self, products: Sequence[OwnedProduct]) -> None:
        """Offer the customer's ``products``; without any nothing is asked."""
        chosen = self.product_id()
        self._products = {str(product.id): product.name for product in products}
        with QSignalBlocker(self.product):
            self.product.clear()
            self.product.addItem(tr("ticket_editor.no_product"), "")
            for product in products:
                named = (part for part in (product.name, product.serial_number) if part)
                self.product.addItem(" · ".join(named), str(product.id))
        self._choose_product(chosen)
        self.product.setVisible(bool(products))

    def product_id(self) -> str:
        """Return which product it is about, "" for none."""
        return str(self.product.currentData() or "")

    def product_name(self) -> str:
        """Return the name of the product that it is about, "" for none."""
        return self._products.get(self.product_id(), "")

    def _choose_product(self, product_id: str) -> None:
        """Choose a product; one that is not offered yet is chosen all the same."""
        with QSignalBlocker(self.product):
            if product_id and self.product.findData(product_id) < 0:
                self.product.addItem("", product_id)
            self.product.setCurrentIndex(max(0, self.product.findData(product_id)))

    def fields(self) -> dict[str, str]:
        """Return every field as text: what a draft keeps. Times are ISO 8601 with offset."""
        return {
            "subject": self.subject.text(),
            "category_id": self.category.category_id(),
            "priority": str(self.priority.currentData()),
            "description": self.description.toPlainText(),
            "product_id": self.product_id(),
            "resolution": str(self.outcome.resolution()),
            "follow_up_at": self.outcome.follow_up.moment().isoformat(),
            **self.complaint.fields(),
        }

    def fill(self, fields: Mapping[str, str]) -> None:
        """Put ``fields`` in without telling; missing ones stay as they are."""
        present = self.fields() | dict(fields)
        with QSignalBlocker(self):
            self._fill_words(present["subject"], present["description"])
            if present["category_id"] != self.category.category_id():
                self.category.choose(present["category_id"])
            self.priority.setCurrentIndex(max(0, self.priority.findData(present["priority"])))
            self._choose_product(present["product_id"])
            self.complaint.fill(present)
            follow_up_at = datetime.fromisoformat(present["follow_up_at"])
            self.outcome.fill(present["resolution"], follow_up_at)
        self._show_detail()

    def _fill_words(self, subject: str, description: str) -> None:
        """Put both texts in, and let nobody undo back to the words of a former customer."""
        line, document = self.subject, self.description.document()
        if subject != line.text() or line.isUndoAvailable() or line.isRedoAvailable():
            line.setText(subject)
        kept = document.isUndoAvailable() or document.isRedoAvailable()
        if kept or description != self.description.toPlainText():
            self.description.setPlainText(description)

    def clear(self) -> None:
        """Start anew: nothing typed, normal priority, resolved now, follow-up tomorrow."""
        tomorrow = quick_choices(self._now())[1][1]
        self.clear_errors()
        self.fill(
            {
                "subject": "",
                "category_id": "",
                "priority": Priority.P3,
                "description": "",
                "product_id": "",
                "resolution": Resolution.RESOLVED_NOW,
                "follow_up_at": tomorrow.isoformat(),
                "kind": TicketKind.TICKET,
                "severity": Severity.NORMAL,
                "complaint_about": "",
            }
        )

    def chosen_resolution(self) -> Resolution:
        """Return how the ticket is to go on."""
        return self.outcome.resolution()

    def set_error(self, field: str, text: str) -> bool:
        """Show ``text`` at ``field`` and return whether there is such a field."""
        if field in ("follow_up_at", "resolution"):
            self.outcome.set_error(text)
            return True
        if field not in self._fields:
            return False
        self._fields[field].set_error(text)
        return True

    def clear_errors(self) -> None:
        """Take all complaints away."""
        for field in (*self._fields, "follow_up_at"):
            self.set_error(field, "")

    def focus_field(self, field: str) -> None:
        """Put the cursor into ``field``: only on the person's own doing."""
        editor = self.outcome.follow_up if field == "follow_up_at" else self._fields[field].editor
        editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def retranslate(self) -> None:
        """Set every text anew."""
        for index in range(self.priority.count()):
            self.priority.setItemText(index, tr(f"priority.{self.priority.itemData(index)}"))
        self.product.setItemText(0, tr("ticket_editor.no_product"))
        self.product.setAccessibleName(tr("ticket_editor.product"))
        self.product.setToolTip(tr("ticket_editor.product"))
        self.subject.setPlaceholderText(tr("ticket_editor.subject_hint"))
        self.description.setPlaceholderText(tr("ticket_editor.description_hint"))
        self._show_detail()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _build(self) -> None:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(px(8))
        grid.setVerticalSpacing(px(8))
        top = Qt.AlignmentFlag.AlignTop
        grid.addWidget(self._fields["subject"], 0, 0, 1, 2)
        grid.addWidget(self.hits, 1, 0, 1, 2)
        grid.addWidget(self.complaint, 2, 0, 1, 2)
        grid.addWidget(self._fields["category_id"], 3, 0, top)
        grid.addWidget(self._fields["priority"], 3, 1, top)
        grid.addWidget(self.product, 4, 0, 1, 2)
        grid.addWidget(self._fields["description"], 5, 0, 1, 2)
        grid.setRowStretch(5, 1)
        grid.setColumnStretch(0, 13)
        grid.setColumnStretch(1, 8)
        self.setLayout(grid)

    def _connect(self) -> None:
        self.subject.textChanged.connect(lambda: self._on_changed("subject"))
        self.category.category_chosen.connect(lambda: self._on_changed("category_id"))
        self.priority.currentIndexChanged.connect(lambda: self._on_changed("priority"))
        self.product.currentIndexChanged.connect(lambda: self._on_changed("product"))
        self.complaint.changed.connect(lambda: self._on_changed("complaint_about"))
        self.description.textChanged.connect(lambda: self._on_changed("description"))
        self.outcome.changed.connect(lambda: self._on_changed("follow_up_at"))

    def _on_changed(self, field: str) -> None:
        if self.signalsBlocked():
            return
        self.set_error(field, "")
        self._show_detail()
        self.changed.emit()

    def _show_detail(self) -> None:
        self.outcome.set_has_category(bool(self.category.category_id()))
        self.resolution_changed.emit()
