"""The kinds of rows that a customer card is made of; Qt main thread."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from agent_desk.domain.coverage import coverage_of
from agent_desk.domain.customer import ContactPoint, Note
from agent_desk.domain.product import OwnedProduct
from ui.coverage_words import coverage_look, coverage_text, sold_text
from ui.formats import format_moment, format_number
from ui.language import tr
from ui.theme.theme import colour, px, theme_signals
from ui.theme.tokens import RADIUS, SMALL_TEXT_SIZE
from ui.widgets.buttons import IconButton
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.icon_label import IconLabel
from ui.widgets.label import Label
from ui.widgets.pill import PillKind
from ui.widgets.row_painting import RowPainter
from ui.widgets.wrapped_label import WrappedLabel

_LABELS: Final = {
    "mobile": "customer_card.label_mobile",
    "office": "customer_card.label_office",
    "work": "customer_card.label_work",
    "home": "customer_card.label_home",
}
"""What people commonly call their numbers; any other label is shown as it was written."""


class InfoRow(QWidget):
    """An icon, a muted label and a value under it; hidden while there is no value."""

    def __init__(self, icon_name: str, label_key: str = "") -> None:
        super().__init__()
        self._label_key = label_key
        self.label = Label(label_key, role="muted")
        self.value = ElidedLabel()
        self.value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        icon = IconLabel(icon_name)
        icon.setAlignment(Qt.AlignmentFlag.AlignTop)
        icon.setContentsMargins(0, 1, 0, 0)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.label)
        words.addWidget(self.value)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(px(11))
        self.row.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        self.row.addLayout(words, 1)

    def show_value(self, text: str) -> None:
        """Show ``text``; an empty one hides the row."""
        self.value.setText(text)
        name = f"{self.label.text()}: {text}"
        if name != self.value.accessibleName():
            self.value.setAccessibleName(name)
        self.setVisible(bool(text))


class NamedButton(IconButton):
    """Does something with what its tooltip names."""

    def __init__(self, icon_name: str, tooltip_key: str, *, token: str = "") -> None:
        self._key = tooltip_key
        self._named = ""
        super().__init__(icon_name, tooltip_key, token=token)

    def name_it(self, name: str) -> None:
        """Name ``name``, written for people."""
        if name != self._named:
            self._named = name
            self.retranslate()

    def retranslate(self) -> None:
        """Name it in the present language."""
        text = tr(self._key, name=self._named, number=self._named)
        self.setToolTip(text)
        self.setAccessibleName(text)


class CallButton(NamedButton):
    """Calls the number that it names."""

    def __init__(self) -> None:
        super().__init__("phone", "customer_card.call", token="accent")


class PhoneRow(InfoRow):
    """A telephone number with a button that calls it."""

    call_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__("phone")
        self._e164 = ""
        self._button = CallButton()
        self._button.clicked.connect(lambda: self.call_requested.emit(self._e164))
        self.row.addWidget(self._button)

    def offer_call(self, offered: bool) -> None:
        """Show the button only to who may call."""
        self._button.setVisible(offered)

    def show_point(self, point: ContactPoint) -> None:
        """Show a contact point of kind PHONE."""
        label = tr("contact_kind.PHONE")
        if point.label:
            known = _LABELS.get(point.label.casefold())
            word = tr(known) if known is not None else point.label
            label = tr("customer_card.phone_labelled", phone=label, label=word)
        self.label.setText(label)
        self._e164 = point.value
        number = format_number(point.value)
        self._button.name_it(number)
        self.show_value(number)


class Figure(QWidget):
    """A large number over what it counts."""

    def __init__(self, label_key: str) -> None:
        super().__init__()
        self.number = QLabel("0")
        self.number.setProperty("role", "number")
        label = Label(label_key, role="muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.number)
        layout.addWidget(label)

    def show_count(self, count: int) -> None:
        """Show ``count``."""
        self.number.setText(f"{count:,}")


class RecordRow(QPushButton):
    """A ticket or an order as one line with its state; a click or Enter opens it."""

    opened = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._draw = RowPainter(self)
        self._record: tuple[str, str, str, PillKind] = ("", "ticket", "", "neutral")
        self._id = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.clicked.connect(lambda: self.opened.emit(self._id))
        theme_signals().changed.connect(self.updateGeometry)

    def show_record(self, record_id: str, icon: str, text: str, state: str, kind: PillKind) -> None:
        """Show ``text`` behind ``icon`` and ``state`` as a pill of ``kind``."""
        self._id = record_id
        self._record = (text, icon, state, kind)
        self.setToolTip(f"{text} · {state}")
        self.setAccessibleName(f"{text} · {state}")
        self.update()

    def sizeHint(self) -> QSize:
        """Return the height of a row."""
        return QSize(px(120), px(32))

    def minimumSizeHint(self) -> QSize:
        """Return the height of a row; it may be narrow."""
        return QSize(px(60), px(32))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint icon, text and pill."""
        text, icon, state, kind = self._record
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = self.rect()
        if self.underMouse() or self.hasFocus():
            painter.setBrush(colour("hover"))
            painter.setPen(QPen(colour("focus"), 2) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), px(6), px(6))
        middle = area.center().y()
        side = self._draw.icon(painter, QPoint(px(4), middle), icon, "text_muted", 16)
        pill = min(self._draw.pill_width(state), area.width() // 2)
        self._draw.pill(painter, QPoint(area.right() - pill - px(3), middle), state, kind, pill)
        words = area.adjusted(px(4) + side + px(8), 0, -pill - px(10), 0)
        self._draw.text(painter, words, text)
        painter.end()


class PinnedNote(QFrame):
    """What everybody should read before they speak: the newest pinned note, in three lines."""

    def __init__(self) -> None:
        super().__init__()
        self._text = WrappedLabel(lines=3, size=SMALL_TEXT_SIZE, weight=QFont.Weight.Normal)
        row = QHBoxLayout(self)
        row.setContentsMargins(px(10), px(7), px(10), px(7))
        row.setSpacing(px(8))
        row.addWidget(IconLabel("star", "warning", 14), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._text, 1)
        self.hide()

    def show_note(self, note: Note | None, now: datetime) -> None:
        """Show ``note``; None hides it. Who wrote it, and all of it, is in the tooltip."""
        self.setVisible(note is not None)
        if note is None:
            return
        about = f"{note.author} · {format_moment(note.created_at, now)}"
        self._text.setText(note.text)
        for part in (self, self._text):
            part.setToolTip(f"{note.text}\n{about}")
        self._text.setAccessibleName(f"{tr('customer_card.note_pinned')}: {note.text} ({about})")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the soft ground."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("warning_soft"))
        painter.drawRoundedRect(self.rect(), px(RADIUS), px(RADIUS))
        painter.end()


class ProductRow(QWidget):
    """A product, and what warranty and contract say today; the pencil edits it."""

    edit_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._id = ""
        self._name = ElidedLabel()
        self._serial = ElidedLabel(role="muted")
        self._covered = QLabel()
        self._covered.setProperty("role", "muted")
        self._covered.setWordWrap(True)
        self._covered.setMinimumWidth(1)
        self._icon = IconLabel("package")
        self._edit = NamedButton("pencil", "product_editor.edit")
        self._edit.clicked.connect(lambda: self.edit_requested.emit(self._id))
        words = QVBoxLayout()
        words.setSpacing(0)
        for label in (self._name, self._serial, self._covered):
            words.addWidget(label)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(11))
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        row.addWidget(self._edit, 0, Qt.AlignmentFlag.AlignTop)

    def offer_edit(self, offered: bool) -> None:
        """Show the pencil only to who may edit."""
        self._edit.setVisible(offered)

    def show_product(self, product: OwnedProduct, today: date) -> None:
        """Show ``product``; warranty and contract are judged at ``today``."""
        self._id = product.id
        coverage = coverage_of(product, today)
        self._icon.show_icon(*coverage_look(coverage))
        self._name.setText(product.name)
        self._edit.name_it(product.name)
        parts = [part for part in (product.serial_number, sold_text(product)) if part]
        self._serial.setText(" · ".join(parts))
        self._serial.setVisible(bool(parts))
        self._covered.setText(f"{tr(f'payer.{coverage.payer}')}: {coverage_text(coverage)}")


def separator() -> QFrame:
    """Return a hairline."""
    line = QFrame()
    line.setObjectName("separator")
    return line
