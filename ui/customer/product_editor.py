"""A product and the contract that covers it, typed in place of the card; Qt main thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from agent_desk.domain.errors import InputError
from agent_desk.domain.identifiers import CustomerId
from agent_desk.domain.product import OwnedProduct, ProductForm, read_day
from agent_desk.domain.service_contract import ContractForm, ServiceContract
from ui.language import error_text, tr
from ui.shortcuts import keep_keys
from ui.theme.theme import px
from ui.widgets.buttons import Button
from ui.widgets.draft_pulse import DraftPulse
from ui.widgets.form_field import FormField
from ui.widgets.label import Label
from ui.widgets.notice import Notice
from ui.widgets.record_detail import scroll_column

_PRODUCT: Final = ("product_name", "serial_number", "purchased_on", "sold_by", "warranty_until")
_CONTRACT: Final = ("contract_number", "contract_level", "contract_from", "contract_until")
_DAYS: Final = frozenset({"purchased_on", "warranty_until", "contract_from", "contract_until"})
_NONE, _NEW = "", "new"
_ENTER: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class ProductEditor(QFrame):
    """submitted carries a ProductForm; answer with ``show_error``, ``show_theirs`` or by leaving.

    What is typed about a product stays with it until it is saved or given up. draft_changed: what
    is typed now, with the product's id and version, nothing once it is as it was or saved.
    """

    submitted = Signal(object)
    cancelled = Signal()
    draft_changed = Signal(str, dict)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        keep_keys(self, "Ctrl+Return", "Ctrl+Enter")
        self._customer_id: CustomerId | None = None
        self._product: OwnedProduct | None = None
        self._contracts: dict[str, ServiceContract] = {}
        self._unsent: dict[str, dict[str, str]] = {}
        self._pulse = DraftPulse(self)
        self._title = Label("product_editor.title", role="heading")
        self._notice = Notice()
        self._inputs = {name: QLineEdit() for name in (*_PRODUCT, *_CONTRACT)}
        self._fields = {
            name: FormField(f"product_editor.{name}", edit) for name, edit in self._inputs.items()
        }
        self.contract = QComboBox()
        self._contract_field = FormField("product_editor.contract", self.contract)
        self._covers_costs = QCheckBox()
        self._save = Button("product_editor.save", "check", "primary", shortcut_hint="Ctrl+Return")
        self._cancel = Button("product_editor.cancel", role="ghost", shortcut_hint="Esc")
        self._build()
        self._connect()
        self.retranslate()

    def begin(
        self,
        customer_id: CustomerId,
        product: OwnedProduct | None,
        contracts: Sequence[ServiceContract],
    ) -> None:
        """Start with ``product``, None for a new one; ``contracts`` are the customer's."""
        self._pulse.flush()
        self._keep_typed()
        self._customer_id, self._product = customer_id, product
        self._contracts = {str(contract.id): contract for contract in contracts}
        self._name_contracts()
        self._clear_errors()
        self._notice.hide()
        self._fill(self._unsent.get(self._key(), _texts_of(product)))
        title = "product_editor.title_new" if product is None else "product_editor.title"
        self._title.set_key(title)
        self._inputs["product_name"].setFocus(Qt.FocusReason.OtherFocusReason)

    def editor(self, name: str) -> QLineEdit:
        """Return the editor of a field."""
        return self._inputs[name]

    def error(self, name: str) -> str:
        """Return the complaint at a field."""
        return self._fields[name].error()

    def show_error(self, field: str, text: str) -> None:
        """Show ``text`` at ``field``, above the form when there is no such field."""
        if field not in self._fields:
            self._notice.show_text(text, "warning")
            return
        self._fields[field].set_error(text)
        self._inputs[field].setFocus(Qt.FocusReason.OtherFocusReason)

    def show_theirs(self, product: OwnedProduct) -> None:
        """Show what somebody saved meanwhile under each field; saved again, this one holds."""
        typed, theirs = self._typed(), _texts_of(product)
        self._product = product
        if product.contract is not None:
            self._contracts[str(product.contract.id)] = product.contract
        for name, field in self._fields.items():
            differs = typed[name] != theirs[name]
            value = theirs[name] or tr("product_editor.empty")
            field.set_error(tr("product_editor.theirs", value=value) if differs else "")
        self._notice.show_text(tr("product_editor.saved_meanwhile"), "warning")

    def saved(self) -> None:
        """What was typed is saved: nothing of it is kept here."""
        self._pulse.drop()
        self._unsent.pop(self._key(), None)
        self.draft_changed.emit(self._key(), {})
        self._customer_id = None

    def restore(self, texts: Mapping[str, str]) -> None:
        """Put back what was typed about this product before the desk ended."""
        known = _texts_of(self._product)
        self._fill({name: texts.get(name, text) for name, text in known.items()})
        self._pulse.touch()
        product = self._product
        if product is not None and texts.get("version", "") != str(product.version):
            self.show_theirs(product)

    def submit(self) -> None:
        """Emit ``submitted``, or say at its field what cannot be read."""
        self._clear_errors()
        try:
            form = self._form()
        except InputError as error:
            self.show_error(str(error.details["field"]), error_text(error))
            return
        self._unsent[self._key()] = self._typed()
        self.submitted.emit(form)

    def retranslate(self) -> None:
        """Set every text anew."""
        self._covers_costs.setText(tr("product_editor.covers_costs"))
        for name in _DAYS:
            self._inputs[name].setPlaceholderText(tr("product_editor.day_hint"))
        self._name_contracts()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Save on Enter (also with Ctrl), leave on Escape; what is typed stays with its product."""
        if event.key() in _ENTER:
            self.submit()
        elif event.key() == Qt.Key.Key_Escape:
            self._leave()
        else:
            super().keyPressEvent(event)

    def _form(self) -> ProductForm:
        assert self._customer_id is not None
        typed = {name: text.strip() for name, text in self._typed().items()}
        product = self._product
        days = {name: read_day(name, typed[name]) for name in ("purchased_on", "warranty_until")}
        return ProductForm(
            customer_id=self._customer_id,
            id=product.id if product is not None else None,
            version=product.version if product is not None else 0,
            name=typed["product_name"],
            serial_number=typed["serial_number"],
            sold_by=typed["sold_by"],
            contract=self._contract_form(typed),
            **days,
        )

    def _contract_form(self, typed: dict[str, str]) -> ContractForm | None:
        chosen = typed["contract"]
        if chosen == _NONE:
            return None
        known = self._contracts.get(chosen)
        return ContractForm(
            id=known.id if known is not None else None,
            version=known.version if known is not None else 0,
            number=typed["contract_number"],
            level=typed["contract_level"],
            valid_from=read_day("contract_from", typed["contract_from"]),
            valid_until=read_day("contract_until", typed["contract_until"]),
            covers_costs=bool(typed["covers_costs"]),
        )

    def _key(self) -> str:
        return self._product.id if self._product is not None else f"new {self._customer_id}"

    def _typed(self) -> dict[str, str]:
        return {
            **{name: edit.text() for name, edit in self._inputs.items()},
            "contract": str(self.contract.currentData() or _NONE),
            "covers_costs": "1" if self._covers_costs.isChecked() else "",
        }

    def _fill(self, texts: dict[str, str]) -> None:
        for name, edit in self._inputs.items():
            edit.setText(texts[name])
        self.contract.setCurrentIndex(max(0, self.contract.findData(texts["contract"])))
        self._covers_costs.setChecked(bool(texts["covers_costs"]))
        self._show_contract()

    def _leave(self) -> None:
        self._pulse.flush()
        self._keep_typed()
        self.cancelled.emit()

    def _keep_typed(self) -> None:
        """Keep what is typed, if anything is, for when somebody comes back to this product."""
        if self._customer_id is not None and self._typed() != _texts_of(self._product):
            self._unsent[self._key()] = self._typed()

    def _tell_draft(self) -> None:
        if self._customer_id is None:
            return
        product, typed = self._product, self._typed()
        if typed == _texts_of(product):
            typed = {}
        elif product is not None:
            typed |= {"product_id": product.id, "version": str(product.version)}
        self.draft_changed.emit(self._key(), typed)

    def _clear_errors(self) -> None:
        for field in self._fields.values():
            field.set_error("")

    def _on_contract(self) -> None:
        """Fill in the contract that was chosen."""
        known = self._contracts.get(str(self.contract.currentData() or ""))
        for name, text in _contract_texts(known).items():
            self._inputs[name].setText(text)
        self._covers_costs.setChecked(known is None or known.covers_costs)
        self._show_contract()

    def _show_contract(self) -> None:
        shown = bool(self.contract.currentData())
        for name in _CONTRACT:
            self._fields[name].setVisible(shown)
        self._covers_costs.setVisible(shown)

    def _name_contracts(self) -> None:
        chosen = self.contract.currentData()
        self.contract.blockSignals(True)
        self.contract.clear()
        self.contract.addItem(tr("product_editor.no_contract"), _NONE)
        for key, contract in self._contracts.items():
            self.contract.addItem(
                " · ".join(p for p in (contract.number, contract.level) if p), key
            )
        self.contract.addItem(tr("product_editor.new_contract"), _NEW)
        self.contract.setCurrentIndex(max(0, self.contract.findData(chosen)))
        self.contract.blockSignals(False)

    def _build(self) -> None:
        self.contract.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        inner = QWidget()
        grid = QGridLayout(inner)
        grid.setContentsMargins(px(16), px(12), px(16), px(8))
        grid.setHorizontalSpacing(px(8))
        grid.setVerticalSpacing(px(8))
        top = Qt.AlignmentFlag.AlignTop
        whole: tuple[QWidget, ...] = (
            *(self._title, self._notice),
            *(self._fields["product_name"], self._fields["serial_number"]),
        )
        for row, part in enumerate(whole):
            grid.addWidget(part, row, 0, 1, 2)
        grid.addWidget(self._fields["purchased_on"], 4, 0, top)
        grid.addWidget(self._fields["warranty_until"], 4, 1, top)
        grid.addWidget(self._fields["sold_by"], 5, 0, 1, 2)
        grid.addWidget(self._contract_field, 6, 0, 1, 2)
        grid.addWidget(self._fields["contract_number"], 7, 0, top)
        grid.addWidget(self._fields["contract_level"], 7, 1, top)
        grid.addWidget(self._fields["contract_from"], 8, 0, top)
        grid.addWidget(self._fields["contract_until"], 8, 1, top)
        grid.addWidget(self._covers_costs, 9, 0, 1, 2)
        grid.setRowStretch(10, 1)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(px(16), px(8), px(16), px(10))
        buttons.addStretch(1)
        buttons.addWidget(self._cancel)
        buttons.addWidget(self._save)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addWidget(scroll_column(inner), 1)
        layout.addLayout(buttons)

    def _connect(self) -> None:
        for name, edit in self._inputs.items():
            edit.textEdited.connect(lambda _, name=name: self._fields[name].set_error(""))
            edit.textEdited.connect(self._pulse.touch)
        self.contract.activated.connect(lambda _: self._on_contract())
        self.contract.activated.connect(self._pulse.touch)
        self._covers_costs.clicked.connect(self._pulse.touch)
        self._pulse.due.connect(self._tell_draft)
        self._save.clicked.connect(self.submit)
        self._cancel.clicked.connect(self._leave)


def _texts_of(product: OwnedProduct | None) -> dict[str, str]:
    """Return the fields of ``product`` as they are typed; of a new one nothing."""
    if product is None:
        empty = dict.fromkeys(_PRODUCT, "")
        return {**empty, **_contract_texts(None), "contract": _NONE, "covers_costs": "1"}
    contract = product.contract
    return {
        "product_name": product.name,
        "serial_number": product.serial_number,
        "purchased_on": product.purchased_on.isoformat() if product.purchased_on else "",
        "sold_by": product.sold_by,
        "warranty_until": product.warranty_until.isoformat() if product.warranty_until else "",
        **_contract_texts(contract),
        "contract": str(contract.id) if contract is not None else _NONE,
        "covers_costs": "1" if contract is None or contract.covers_costs else "",
    }


def _contract_texts(contract: ServiceContract | None) -> dict[str, str]:
    if contract is None:
        return dict.fromkeys(_CONTRACT, "")
    begins, ends = contract.valid_from, contract.valid_until
    return {
        "contract_number": contract.number,
        "contract_level": contract.level,
        "contract_from": begins.isoformat() if begins else "",
        "contract_until": ends.isoformat() if ends else "",
    }
