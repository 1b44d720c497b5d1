"""A customer's card as one reads it: who, how to reach, what is open, notes; main thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from agent_desk.domain.customer import (
    ContactKind,
    ContactPoint,
    CustomerCard,
    OpenOrder,
    OpenTicket,
    Tier,
)
from agent_desk.domain.product import OwnedProduct
from ui.customer.customer_form import language_name
from ui.customer.customer_rows import (
    Figure,
    InfoRow,
    PhoneRow,
    PinnedNote,
    ProductRow,
    RecordRow,
    separator,
)
from ui.customer.notes import NotesView
from ui.customer.row_pool import RowPool
from ui.formats import format_date
from ui.language import tr
from ui.shortcuts import keys_of
from ui.theme.theme import colour, px
from ui.widgets.avatar import Avatar
from ui.widgets.buttons import IconButton
from ui.widgets.label import Label
from ui.widgets.pill import Pill
from ui.widgets.state_kinds import TIER_KINDS, order_kind, ticket_kind
from ui.widgets.wrapped_label import WrappedLabel


class CustomerHeader(QWidget):
    """Picture, name, tier and whether the identity was checked."""

    edit_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._avatar = Avatar(46)
        self.name = WrappedLabel(lines=2)
        self._tier = Pill()
        self._verified = Pill()
        self._edit = IconButton(
            "pencil", "customer_card.edit", shortcut_hint=keys_of("customer.edit")
        )
        self._edit.clicked.connect(self.edit_requested)
        pills = QHBoxLayout()
        pills.setSpacing(px(4))
        pills.addWidget(self._tier)
        pills.addWidget(self._verified)
        pills.addStretch(1)
        words = QVBoxLayout()
        words.setSpacing(px(3))
        words.addWidget(self.name)
        words.addLayout(pills)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(10))
        row.addWidget(self._avatar, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        row.addWidget(self._edit, 0, Qt.AlignmentFlag.AlignTop)

    def offer_edit(self, offered: bool) -> None:
        """Show the pencil only to who may edit."""
        self._edit.setVisible(offered)

    def show_card(self, card: CustomerCard) -> None:
        """Show whose card it is."""
        customer = card.customer
        self._avatar.set_name(customer.name)
        self.name.setText(customer.name)
        self._tier.setText(tr(f"tier.{customer.tier}"))
        self._tier.set_kind(TIER_KINDS[customer.tier])
        self._tier.setVisible(customer.tier is not Tier.STANDARD)
        key = "customer_card.verified" if customer.verified else "customer_card.unverified"
        self._verified.setText(tr(key))
        self._verified.set_kind("success" if customer.verified else "neutral")


class CustomerView(QScrollArea):
    """The card of one customer; everything in it is told by signals.

    product_wanted: the product to edit, "" for a new one.
    """

    call_requested = Signal(str)
    edit_requested = Signal()
    note_added = Signal(str)
    note_typed = Signal(str)
    ticket_opened = Signal(str)
    order_opened = Signal(str)
    product_wanted = Signal(str)

    def __init__(self, *, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self._card: CustomerCard | None = None
        self._offers_calls = self._offers_edits = True
        self._header = CustomerHeader()
        self._pinned = PinnedNote()
        self._phones: RowPool[ContactPoint, PhoneRow] = RowPool(
            make=self._make_phone, fill=PhoneRow.show_point, spacing=6
        )
        self._email = InfoRow("mail", "contact_kind.EMAIL")
        self._company = InfoRow("building-2", "customer_card.company")
        self._city = InfoRow("map-pin", "customer_card.city")
        self._language = InfoRow("languages", "customer_card.language")
        self._since = InfoRow("history", "customer_card.since")
        self._figures = {
            "tickets": Figure("customer_card.open_tickets"),
            "calls": Figure("customer_card.calls_90_days"),
            "orders": Figure("customer_card.open_orders"),
        }
        self._tickets: RowPool[OpenTicket, RecordRow] = RowPool(
            make=self._make_ticket, fill=_fill_ticket, spacing=0
        )
        self._orders: RowPool[OpenOrder, RecordRow] = RowPool(
            make=self._make_order, fill=_fill_order, spacing=0
        )
        self._products: RowPool[OwnedProduct, ProductRow] = RowPool(
            make=self._make_product, fill=self._fill_product, spacing=6
        )
        self._add_product = IconButton("plus", "product_editor.add")
        self._products_part = _section(
            "customer_card.products", self._products, beside=self._add_product
        )
        self._notes = NotesView(now=now)
        self._new_note = QLineEdit()
        self._add_note = IconButton("plus", "customer_card.add_note", shortcut_hint="Return")
        self._build()
        self._connect()
        self.retranslate()

    def offer(self, *, calls: bool, edits: bool) -> None:
        """Offer calls and changes of the record only to who may; before the first card."""
        self._offers_calls = calls
        self._header.offer_edit(edits)
        self._new_note.setVisible(edits)
        self._add_note.setVisible(edits)
        self._offers_edits = edits
        self._add_product.setVisible(edits)

    def show_card(self, card: CustomerCard) -> None:
        """Show ``card``; a note that is being typed stays while the customer does."""
        other = self._card is None or self._card.customer.id != card.customer.id
        self._card = card
        self._refill()
        if other:
            self._new_note.clear()
            self.verticalScrollBar().setValue(0)

    def typed_note(self) -> str:
        """Return the note that is not added yet."""
        return self._new_note.text()

    def restore_note(self, text: str) -> None:
        """Put a note back that was being typed."""
        self._new_note.setText(text)

    def focus_note(self) -> None:
        """Put the cursor into the note field and bring it into sight."""
        self.ensureWidgetVisible(self._new_note)
        self._new_note.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def retranslate(self) -> None:
        """Set every text anew."""
        self._new_note.setPlaceholderText(tr("customer_card.add_note_hint"))
        self._new_note.setAccessibleName(tr("customer_card.add_note_hint"))
        if self._card is not None:
            self._refill()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground."""
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), colour("card"))
        painter.end()

    def show_names(self, names: Mapping[str, str]) -> None:
        """Show who wrote the notes by ``names``, by login, from now on."""
        self._notes.show_names(names)

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _refill(self) -> None:
        assert self._card is not None
        card, customer = self._card, self._card.customer
        self._header.show_card(card)
        points = sorted(card.contact_points, key=lambda point: not point.is_primary)
        self._phones.show_items(p for p in points if p.kind is ContactKind.PHONE)
        self._email.show_value(", ".join(p.value for p in points if p.kind is ContactKind.EMAIL))
        self._company.show_value(customer.company_name)
        places = [place for place in (customer.city, customer.address) if place]
        self._city.show_value(", ".join(places))
        self._language.show_value(language_name(customer.language))
        self._since.show_value(format_date(customer.since) if customer.since else "")
        self._figures["tickets"].show_count(len(card.open_tickets))
        self._figures["calls"].show_count(card.calls_90_days)
        self._figures["orders"].show_count(len(card.open_orders))
        self._tickets.show_items(card.open_tickets)
        self._tickets.setVisible(bool(card.open_tickets))
        self._orders.show_items(card.open_orders)
        self._orders.setVisible(bool(card.open_orders))
        self._products.show_items(card.products)
        self._products_part.setVisible(bool(card.products) or self._offers_edits)
        pinned = [note for note in card.notes if note.pinned]
        newest = max(pinned, key=lambda note: note.created_at, default=None)
        self._pinned.show_note(newest, self._now())
        others = (note for note in card.notes if note is not newest)
        self._notes.show_notes(others, say_none=newest is None)

    def _build(self) -> None:
        inner = QWidget()
        inner.setObjectName("scrolled")
        # Its ground is its own, so that Qt need not paint card, page and window under it first;
        # the round corners of the card stay outside.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setViewportMargins(0, px(6), 0, 0)
        layout = QVBoxLayout(inner)
        layout.setContentsMargins(px(16), px(6), px(16), px(12))
        layout.setSpacing(px(8))
        layout.addWidget(self._header)
        layout.addWidget(self._pinned)
        layout.addSpacing(px(2))
        layout.addWidget(self._phones)
        for row in (self._email, self._company, self._city):
            layout.addWidget(row)
        pair = QHBoxLayout()
        pair.setSpacing(px(8))
        pair.addWidget(self._language, 8)
        pair.addWidget(self._since, 12)
        layout.addLayout(pair)
        layout.addWidget(separator())
        figures = QHBoxLayout()
        figures.setSpacing(px(6))
        for figure in self._figures.values():
            figures.addWidget(figure, 1)
        layout.addLayout(figures)
        layout.addWidget(self._tickets)
        layout.addWidget(self._orders)
        layout.addWidget(_section("customer_card.notes", self._note_part()))
        layout.addWidget(self._products_part)
        layout.addStretch(1)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(inner)

    def _note_part(self) -> QWidget:
        entry = QHBoxLayout()
        entry.setSpacing(px(4))
        entry.addWidget(self._new_note, 1)
        entry.addWidget(self._add_note)
        part = QWidget()
        layout = QVBoxLayout(part)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(10))
        layout.addLayout(entry)
        layout.addWidget(self._notes)
        return part

    def _connect(self) -> None:
        self._header.edit_requested.connect(self.edit_requested)
        self._new_note.returnPressed.connect(self._on_add_note)
        self._new_note.textEdited.connect(self.note_typed)
        self._add_note.clicked.connect(self._on_add_note)
        self._add_product.clicked.connect(lambda: self.product_wanted.emit(""))

    def _on_add_note(self) -> None:
        text = self._new_note.text().strip()
        if text:
            self._new_note.clear()
            self.note_added.emit(text)

    def _make_phone(self) -> PhoneRow:
        row = PhoneRow()
        row.call_requested.connect(self.call_requested)
        row.offer_call(self._offers_calls)
        return row

    def _make_ticket(self) -> RecordRow:
        row = RecordRow()
        row.opened.connect(self.ticket_opened)
        return row

    def _make_order(self) -> RecordRow:
        row = RecordRow()
        row.opened.connect(self.order_opened)
        return row

    def _make_product(self) -> ProductRow:
        row = ProductRow()
        row.edit_requested.connect(self.product_wanted)
        row.offer_edit(self._offers_edits)
        return row

    def _fill_product(self, row: ProductRow, product: OwnedProduct) -> None:
        row.show_product(product, self._now().astimezone().date())


def _section(title_key: str, content: QWidget, *, beside: QWidget | None = None) -> QWidget:
    """Return ``content`` under a hairline and a heading, which may have something beside it."""
    section = QWidget()
    layout = QVBoxLayout(section)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(px(8))
    layout.addWidget(separator())
    head = QHBoxLayout()
    head.addWidget(Label(title_key, role="heading"))
    head.addStretch(1)
    if beside is not None:
        head.addWidget(beside)
    layout.addLayout(head)
    layout.addWidget(content)
    return section


def _fill_ticket(row: RecordRow, ticket: OpenTicket) -> None:
    state = tr(f"ticket_state.{ticket.state}")
    kind = ticket_kind(ticket.state)
    row.show_record(ticket.id, "ticket", f"#{ticket.number} {ticket.subject}", state, kind)


def _fill_order(row: RecordRow, order: OpenOrder) -> None:
    state = tr(f"work_order_state.{order.state}")
    kind = order_kind(order.state)
    row.show_record(order.id, "wrench", f"#{order.number} {order.subject}", state, kind)
