"""Wires the products of the card on the screen: added and edited in its place; main thread."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

from agent_desk.domain.customer import CustomerCard
from agent_desk.domain.errors import AgentDeskError, StaleVersionError
from agent_desk.domain.product import OwnedProduct, ProductForm
from agent_desk.domain.service_contract import ServiceContract
from agent_desk.services.outbox import Kept
from ui.customer.product_editor import ProductEditor
from ui.language import error_text, tr
from ui.presenters.contact_panels import ContactPanels
from ui.presenters.context import Context


class ProductsPresenter(QObject):
    """Saves what is typed about products. saved: the customer whose card is to be read again.

    draft_changed: a product, or that it is new, and what is typed about it, empty for nothing.
    """

    saved = Signal(object)
    draft_changed = Signal(str, dict)

    def __init__(self, *, context: Context, panels: ContactPanels) -> None:
        """Follow the card in ``panels``; the editor is made when somebody opens it."""
        super().__init__()
        self._context = context
        self._panels = panels
        self._editor: ProductEditor | None = None
        panels.card.view.product_wanted.connect(self._open)
        panels.card.edit_requested.connect(panels.uncover_card)

    def _open(self, product_id: str) -> None:
        """Show the editor in the place of the card; "" is a new product."""
        card = self._panels.card.shown_card()
        if card is None:
            return
        product = next((p for p in card.products if p.id == product_id), None)
        editor = self._editor or self._make_editor()
        self._panels.cover_card(editor)
        editor.begin(card.customer.id, product, contracts_of(card))

    def restore(self, texts: Mapping[str, str]) -> None:
        """Open the product of the card on the screen again, with what was typed about it."""
        self._open(texts.get("product_id", ""))
        if self._editor is not None:
            self._editor.restore(texts)

    def _make_editor(self) -> ProductEditor:
        editor = self._editor = ProductEditor()
        editor.submitted.connect(self._save)
        editor.draft_changed.connect(self.draft_changed)
        editor.cancelled.connect(self._panels.uncover_card)
        self._panels.column.addWidget(editor)
        return editor

    def _save(self, form: ProductForm) -> None:
        async def work() -> CustomerCard | Kept:
            desk = self._context.desk
            return await desk.outbox.submit(desk.commands.save_product(form))

        self._context.ask(
            work,
            lambda outcome: self._saved(form, outcome),
            failed=lambda error: self._refused(form, error),
            owner=self,
        )

    def _saved(self, form: ProductForm, outcome: CustomerCard | Kept) -> None:
        if isinstance(outcome, Kept):
            self._context.notify("kept_here", tr("kept.one"))
        if self._editor is not None:
            self._editor.saved()
        self._panels.uncover_card()
        self.saved.emit(form.customer_id)

    def _refused(self, form: ProductForm, error: AgentDeskError) -> None:
        assert self._editor is not None
        if isinstance(error, StaleVersionError) and form.id is not None:
            self._compare(form, error)
        else:
            self._editor.show_error(str(error.details.get("field", "")), error_text(error))

    def _compare(self, form: ProductForm, error: AgentDeskError) -> None:
        """Show what somebody else saved under what is typed."""
        editor, product_id = self._editor, form.id
        assert editor is not None
        assert product_id is not None

        def show(product: OwnedProduct) -> None:
            editor.show_theirs(product)

        self._context.ask(
            lambda: self._context.desk.customers.product(product_id),
            show,
            failed=lambda _: editor.show_error("", error_text(error)),
            owner=self,
        )


def contracts_of(card: CustomerCard) -> list[ServiceContract]:
    """Return the contracts of the customer's products, each once."""
    found = {p.contract.id: p.contract for p in card.products if p.contract is not None}
    return list(found.values())
