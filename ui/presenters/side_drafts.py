"""Keeps what is typed outside the ticket: notes, customer forms, products, reports; main thread."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from agent_desk.domain.customer import NewCustomer, Tier
from agent_desk.domain.draft import Draft, DraftKind
from agent_desk.domain.identifiers import CustomerId
from agent_desk.services.case_log import WorkOrderChangedEvent
from agent_desk.services.screen_pop import CustomerChosenEvent
from ui.presenters.contact import ContactPresenter
from ui.presenters.contact_panels import ContactPanels
from ui.presenters.context import Context
from ui.presenters.workspaces import Workspace

if TYPE_CHECKING:
    from ui.orders.department_page import DepartmentPage
    from ui.presenters.products import ProductsPresenter


class SideDraftsPresenter(QObject):
    """Journals the smaller forms and puts them back.

    The name of a draft says where it belongs: "note:<customer>", "edit:<customer>",
    "caller:<call>", "report:<order>", "step:<order>", "product:<product, or new and the customer>".
    product_wanted: put these words back into the form of a product of the customer on the screen.
    """

    product_wanted = Signal(object)

    def __init__(
        self, *, context: Context, contact: ContactPresenter, panels: ContactPanels
    ) -> None:
        """Follow the forms of the agent's page."""
        super().__init__()
        self._context = context
        self._contact = contact
        self._panels = panels
        self._kept_callers: set[str] = set()
        self._kept_steps: set[str] = set()
        panels.card.note_draft_changed.connect(self._keep_note)
        panels.card.note_added.connect(lambda _: self._forget_shown("note"))
        panels.card.draft_changed.connect(self._keep_edit)
        panels.card.edit_ended.connect(lambda: self._forget_shown("edit"))
        panels.pop.draft_changed.connect(self._keep_caller)
        context.bridge.subscribe(CustomerChosenEvent, self._on_chosen)
        context.bridge.subscribe(WorkOrderChangedEvent, self._on_order)

    def follow_products(self, products: ProductsPresenter) -> None:
        """Follow the form of products too, and put its words back."""
        products.draft_changed.connect(self._keep_product)
        self.product_wanted.connect(products.restore)

    def follow_reports(self, page: DepartmentPage) -> None:
        """Follow the forms of the department's page too."""
        page.report_draft_changed.connect(self._keep_report)
        page.step_draft_changed.connect(self._keep_step)

    def forget_report(self, order_id: str) -> None:
        """Forget the draft of a report that is safe elsewhere."""
        self._forget(f"report:{order_id}")

    def forget_step(self, order_id: str) -> None:
        """Forget what was typed for a step that is taken."""
        self._kept_steps.discard(order_id)
        self._forget(f"step:{order_id}")

    def restore(self, draft: Draft) -> None:
        """Put ``draft`` back: into its form, or, when that is gone, into the record itself."""
        if draft.customer_id is None:
            self._create(draft)
            return
        self._contact.open_for_draft(draft, lambda workspace, typed: self._fill(draft, typed))

    def _fill(self, draft: Draft, typed: Mapping[str, str]) -> None:
        if draft.kind is DraftKind.NOTE:
            self._panels.card.restore_note(typed.get("note", ""))
        elif draft.kind is DraftKind.CUSTOMER:
            self._panels.card.restore_draft(typed)
        elif draft.kind is DraftKind.PRODUCT:
            self.product_wanted.emit(typed)

    def _create(self, draft: Draft) -> None:
        """Store the new customer whose form was open when the desk ended."""
        typed = dict(draft.fields)
        new = NewCustomer(
            name=typed.get("name", "") or draft.number,
            number=typed.get("number", "") or draft.number,
            email=typed.get("email", ""),
            company=typed.get("company", ""),
            city=typed.get("city", ""),
            address=typed.get("address", ""),
            language=typed.get("language", ""),
            tier=Tier(typed.get("tier") or Tier.STANDARD),
        )

        async def work() -> CustomerId:
            desk = self._context.desk
            command = desk.commands.create_customer(new)
            await desk.outbox.submit(command)
            await desk.drafts.discard(draft.key)
            return command.customer_id

        self._context.ask(work, lambda key: self._contact.open_customer(key), owner=self)

    def _keep_note(self, text: str) -> None:
        shown = self._contact.shown
        if shown is not None and shown.customer_id is not None:
            self._keep(f"note:{shown.customer_id}", DraftKind.NOTE, {"note": text}, shown)

    def _keep_edit(self, fields: Mapping[str, str]) -> None:
        shown = self._contact.shown
        if shown is not None and shown.customer_id is not None:
            self._keep(f"edit:{shown.customer_id}", DraftKind.CUSTOMER, fields, shown)

    def _keep_caller(self, fields: Mapping[str, str]) -> None:
        shown = self._contact.shown
        if shown is not None and shown.call_id is not None:
            key = f"caller:{shown.call_id}"
            self._kept_callers.add(key)
            shown.keep_draft(self._keep(key, DraftKind.CUSTOMER, fields, shown))

    def _keep_product(self, product: str, fields: Mapping[str, str]) -> None:
        """Keep ``fields``; they were saved, or are as they were, when there are none."""
        key = f"product:{product}"
        if fields:
            self._keep(key, DraftKind.PRODUCT, fields, self._contact.shown)
        else:
            self._forget(key)

    def _keep_report(self, order_id: str, fields: Mapping[str, str]) -> None:
        self._keep(f"report:{order_id}", DraftKind.REPORT, fields, None)

    def _keep_step(self, order_id: str, fields: Mapping[str, str]) -> None:
        """Keep ``fields``; the step was given up when there are none."""
        if not fields:
            self.forget_step(order_id)
            return
        self._kept_steps.add(order_id)
        self._keep(f"step:{order_id}", DraftKind.ORDER_STEP, fields, None)

    def _keep(
        self, key: str, kind: DraftKind, fields: Mapping[str, str], about: Workspace | None
    ) -> Draft:
        draft = Draft(
            key=key,
            kind=kind,
            saved_at=self._context.now(),
            fields=dict(fields),
            call_id=about.call_id if about else None,
            number=about.number if about else "",
            customer_id=about.customer_id if about else None,
            customer_name=about.name if about else "",
        )
        self._context.ask(lambda: self._context.desk.drafts.save(draft), owner=self)
        return draft

    def _forget_shown(self, form: str) -> None:
        shown = self._contact.shown
        if shown is not None and shown.customer_id is not None:
            self._forget(f"{form}:{shown.customer_id}")

    def _on_chosen(self, event: CustomerChosenEvent) -> None:
        self._panels.pop.forget_draft(event.call_id)
        key = f"caller:{event.call_id}"
        if key in self._kept_callers:
            self._kept_callers.discard(key)
            self._forget(key)

    def _on_order(self, event: WorkOrderChangedEvent) -> None:
        if event.kind == "OrderReported":
            self.forget_report(event.order.id)
        if event.order.id in self._kept_steps:
            self.forget_step(event.order.id)

    def _forget(self, key: str) -> None:
        self._context.ask(lambda: self._context.desk.drafts.discard(key), owner=self)
