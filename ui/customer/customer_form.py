"""The form for a customer's record, new or edited, with a complaint at each field; main thread."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QEvent, QLocale, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from agent_desk.domain.customer import Customer, CustomerChanges, NewCustomer, Tier
from agent_desk.domain.identifiers import CustomerId
from ui.language import tr
from ui.shortcuts import keep_keys
from ui.theme.theme import px
from ui.widgets.buttons import Button
from ui.widgets.draft_pulse import DraftPulse
from ui.widgets.form_field import FormField
from ui.widgets.notice import Notice

LANGUAGES: Final = (
    "zh-CN",
    "en-GB",
    "de-DE",
    "fr-FR",
    "es-ES",
    "it-IT",
    "ja-JP",
    "ko-KR",
    "pt-PT",
    "ru-RU",
    "tr-TR",
)
"""BCP 47 tags that the form offers; a record may have others."""

_TEXT_FIELDS: Final = ("name", "number", "email", "company", "city", "address")
_ONLY_NEW: Final = frozenset({"number", "email"})
_SAVE_KEYS: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


def language_name(tag: str) -> str:
    """Return how a language calls itself: "Deutsch" for "de-DE"; the tag when Qt has no name."""
    locale = QLocale(tag)
    if not tag or locale.language() is QLocale.Language.C:
        return tag
    return locale.nativeLanguageName() or tag


class CustomerForm(QWidget):
    """Fields of a customer; one instance serves new and existing ones.

    submitted carries NewCustomer or CustomerChanges. draft_changed: what is typed so far.
    """

    submitted = Signal(object)
    cancelled = Signal()
    draft_changed = Signal(dict)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        keep_keys(self, "Ctrl+Return", "Ctrl+Enter")
        self._customer: Customer | None = None
        self._untouched: dict[str, str] = {}
        self._inputs = {name: QLineEdit() for name in _TEXT_FIELDS}
        self._language = QComboBox()
        self._tier = QComboBox()
        self._verified = QCheckBox()
        self._notice = Notice()
        self._save = Button("customer_card.save", "check", "primary", shortcut_hint="Ctrl+Return")
        self._cancel = Button("customer_card.cancel", role="ghost", shortcut_hint="Esc")
        self._pulse = DraftPulse(self)
        self._fields = self._make_fields()
        self._build()
        self._connect()
        self.retranslate()

    def begin_new(self, number: str) -> None:
        """Start an empty record for the caller's ``number``, ``""`` when it is withheld."""
        self._begin(None, {"number": number})

    def begin_edit(self, customer: Customer) -> None:
        """Start editing ``customer``."""
        self._begin(
            customer,
            {
                "name": customer.name,
                "company": customer.company_name,
                "city": customer.city,
                "address": customer.address,
                "language": customer.language,
                "tier": customer.tier,
                "verified": "1" if customer.verified else "",
            },
        )

    def fields(self) -> dict[str, str]:
        """Return every field as text: what a draft keeps."""
        typed = {name: edit.text() for name, edit in self._inputs.items()}
        return typed | {
            "language": str(self._language.currentData() or ""),
            "tier": str(self._tier.currentData()),
            "verified": "1" if self._verified.isChecked() else "",
        }

    def restore(self, fields: Mapping[str, str]) -> None:
        """Put back what a draft kept."""
        self._fill(self._untouched | dict(fields))

    def is_dirty(self) -> bool:
        """Return whether anything differs from what was there at the start."""
        return self.fields() != self._untouched

    def customer(self) -> Customer | None:
        """Return the record with which the editing began, None for a new one."""
        return self._customer

    def customer_id(self) -> CustomerId | None:
        """Return whose record is edited, None for a new one."""
        return self._customer.id if self._customer is not None else None

    def set_cancellable(self, cancellable: bool) -> None:
        """Offer to leave the form, or not where there is nothing to go back to."""
        self._cancel.setVisible(cancellable)

    def version(self) -> int:
        """Return which version of the record is edited, 0 for a new one."""
        return self._customer.version if self._customer is not None else 0

    def show_error(self, field: str, text: str) -> None:
        """Show ``text`` at ``field``, at the top when the form has no such field."""
        found = self._fields.get(field)
        if found is None:
            self._notice.show_text(text, "danger")
        else:
            found.set_error(text)

    def show_stale(self, text: str, action: str) -> None:
        """Say that the record was changed meanwhile; ``action`` takes the saved one."""
        self._notice.show_text(text, "warning", action)

    def submit(self) -> None:
        """Emit ``submitted`` unless the name is missing."""
        self.clear_errors()
        fields = {name: text.strip() for name, text in self.fields().items()}
        if not fields["name"]:
            self._fields["name"].set_error(tr("customer_card.name_missing"))
            self._inputs["name"].setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self._pulse.flush()
        self.submitted.emit(self._record(fields))

    def clear_errors(self) -> None:
        """Take all complaints away."""
        self._notice.hide()
        for field in self._fields.values():
            field.set_error("")

    def focus_first(self) -> None:
        """Put the cursor into the name: only after the person asked for the form."""
        self._inputs["name"].setFocus(Qt.FocusReason.OtherFocusReason)

    def retranslate(self) -> None:
        """Set every text anew."""
        for index in range(self._tier.count()):
            self._tier.setItemText(index, tr(f"tier.{self._tier.itemData(index)}"))
        self._language.setItemText(0, tr("customer_card.language_unknown"))
        self._verified.setText(tr("customer_card.identity_checked"))
        for name in ("company", "city"):
            self._inputs[name].setPlaceholderText(tr("customer_card.optional"))

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Save on Enter (also with Ctrl), leave on Escape."""
        if event.key() in _SAVE_KEYS:
            self.submit()
        elif event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)

    def _begin(self, customer: Customer | None, fields: Mapping[str, str]) -> None:
        self._customer = customer
        for name in _ONLY_NEW:
            self._fields[name].setVisible(customer is None)
        self._verified.setVisible(customer is not None)
        self.clear_errors()
        self._save.set_text_key(
            "customer_card.create" if customer is None else "customer_card.save",
            "user-plus" if customer is None else "check",
        )
        self._fill({"tier": Tier.STANDARD, **fields})
        self._untouched = self.fields()
        self._pulse.drop()

    def _fill(self, fields: Mapping[str, str]) -> None:
        for name, edit in self._inputs.items():
            with QSignalBlocker(edit):
                edit.setText(fields.get(name, ""))
        self._choose_language(fields.get("language", ""))
        with QSignalBlocker(self._tier):
            self._tier.setCurrentIndex(max(0, self._tier.findData(fields.get("tier", ""))))
        with QSignalBlocker(self._verified):
            self._verified.setChecked(bool(fields.get("verified")))

    def _choose_language(self, tag: str) -> None:
        with QSignalBlocker(self._language):
            if tag and self._language.findData(tag) < 0:
                self._language.addItem(language_name(tag), tag)
            self._language.setCurrentIndex(max(0, self._language.findData(tag)))

    def _record(self, fields: Mapping[str, str]) -> NewCustomer | CustomerChanges:
        shared = {name: fields[name] for name in ("name", "company", "city", "address", "language")}
        tier = Tier(fields["tier"])
        if self._customer is None:
            return NewCustomer(**shared, number=fields["number"], email=fields["email"], tier=tier)
        return CustomerChanges(
            **shared,
            id=self._customer.id,
            version=self._customer.version,
            tier=tier,
            verified=bool(fields["verified"]),
        )

    def _make_fields(self) -> dict[str, FormField]:
        for tag in ("", *LANGUAGES):
            self._language.addItem(language_name(tag), tag)
        for tier in Tier:
            self._tier.addItem(tier, str(tier))
        for box in (self._language, self._tier):
            box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        editors: dict[str, QWidget] = {**self._inputs, "language": self._language}
        editors["tier"] = self._tier
        return {name: FormField(f"customer_card.{name}", edit) for name, edit in editors.items()}

    def _build(self) -> None:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(px(8))
        grid.setVerticalSpacing(px(8))
        grid.addWidget(self._notice, 0, 0, 1, 2)
        for row, name in enumerate(("name", "number", "email", "company", "city", "address"), 1):
            grid.addWidget(self._fields[name], row, 0, 1, 2)
        grid.addWidget(self._fields["language"], 7, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self._fields["tier"], 7, 1, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self._verified, 8, 0, 1, 2)
        grid.setRowStretch(9, 1)
        inner = QWidget()
        inner.setObjectName("scrolled")
        inner.setLayout(grid)
        grid.setContentsMargins(px(16), px(4), px(16), px(8))
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(px(16), px(8), px(16), px(4))
        buttons.addStretch(1)
        buttons.addWidget(self._cancel)
        buttons.addWidget(self._save)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(area, 1)
        layout.addLayout(buttons)

    def _connect(self) -> None:
        for name, edit in self._inputs.items():
            edit.textChanged.connect(self._pulse.touch)
            edit.textChanged.connect(lambda _, field=name: self._fields[field].set_error(""))
        self._language.currentIndexChanged.connect(self._pulse.touch)
        self._tier.currentIndexChanged.connect(self._pulse.touch)
        self._verified.toggled.connect(self._pulse.touch)
        self._pulse.due.connect(lambda: self.draft_changed.emit(self.fields()))
        self._save.clicked.connect(self.submit)
        self._cancel.clicked.connect(self.cancelled)

    @property
    def notice(self) -> Notice:
        """The line above the fields; its action is the stale version's."""
        return self._notice
