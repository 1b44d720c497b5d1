"""A desk that a program plays: what a person sees on it and presses there; main thread."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtWidgets import QWidget

from agent_desk.domain.agent import NotReadyReason
from agent_desk.domain.call import Call, CallService, LocalConnectionState
from agent_desk.domain.category_tree import CategoryTree
from agent_desk.domain.identifiers import AgentId, DepartmentId, WorkOrderId
from agent_desk.domain.interaction import Disposition
from agent_desk.domain.presence import Floor
from agent_desk.domain.ticket import Category, Resolution
from agent_desk.domain.work_order import WorkOrder, WorkOrderState
from agent_desk.services.call_control import CallsChangedEvent
from agent_desk.services.case_log import WorkOrderChangedEvent
from agent_desk.services.desk import Desk
from agent_desk.services.presence import FloorChangedEvent
from ui.orders.department_page import DepartmentPage
from ui.orders.order_detail import OrderDetail
from ui.ticket.tickets_page import TicketsPage

if TYPE_CHECKING:
    from ui.agent_panels import AgentPanels
    from ui.session import DeskSession

PageT = TypeVar("PageT", bound=QWidget)


class PlayedDesk:
    """Reads the window and the desk's events, and presses what a person presses."""

    def __init__(self, session: DeskSession) -> None:
        """Follow ``session`` from its opening on; ``error`` is why it could not be opened."""
        self.session = session
        self.view = session.view
        self.error: Exception | None = None
        self.order: WorkOrder | None = None
        self._desk: Desk | None = None
        self._calls: tuple[Call, ...] = ()
        self._categories: Sequence[Category] = ()
        self._all_categories: Sequence[Category] = ()
        self._floor: Floor | None = None
        self._asked_for = ""
        session.when_attached(self._on_attached)
        session.when_failed(self._on_failed)

    # What can be seen

    @property
    def is_open(self) -> bool:
        """Whether the desk is on the screen with everything that it needs."""
        return self._desk is not None and bool(self._categories)

    @property
    def login(self) -> str:
        """Who signed in here, or is to."""
        return self.view.look.settings.login

    @property
    def department(self) -> DepartmentId | None:
        """The department whose people sit here."""
        return None if self._desk is None else self._desk.access.own_department

    def rings(self) -> bool:
        """Return whether a call waits to be answered."""
        return bool(self._calls) and self._calls[0].state is LocalConnectionState.ALERTING

    def talks(self) -> bool:
        """Return whether both sides talk; ringing out is CONNECTED too (ECMA-269)."""
        return any(
            call.is_answered and call.state is LocalConnectionState.CONNECTED
            for call in self._calls
        )

    def has_no_call(self) -> bool:
        """Return whether nobody is on the line."""
        return not self._calls

    def customer(self) -> str:
        """Return the name on the card, "" while there is none; chooses among several."""
        shown = self.view.contact.shown
        if shown is None:
            return ""
        if shown.card is not None:
            return shown.card.customer.name
        if shown.match is not None and shown.match.candidates and not self._asked_for:
            self._asked_for = shown.match.candidates[0].customer_id
            self._panels.contact.pop.candidate_chosen.emit(self._asked_for)
        return ""

    def order_is(self, state: WorkOrderState) -> bool:
        """Return whether the last order that was changed at this desk is in ``state``."""
        return self.order is not None and self.order.state is state

    def lists_order(self, order_id: WorkOrderId) -> bool:
        """Return whether the department's page shows the order, which it marks then."""
        page = self._page("department", DepartmentPage)
        page.select_order(order_id)
        return page.list.marked_id() == order_id

    def lists_to_verify(self, order: WorkOrder) -> bool:
        """Return whether my tickets show ``order`` as one to verify; marks its ticket."""
        page = self._page("tickets", TicketsPage)
        page.list.mark(order.ticket_id)
        return page.verification.isVisible() and page.verification.order_id() == order.id

    def sees_talking(self, agent: str) -> bool:
        """Return whether the floor's page was told that ``agent`` is talking."""
        if self._floor is None:
            return False
        reports = [presence.report for presence in self._floor.desks]
        calls = [call for r in reports if r.agent_id == AgentId(agent) for call in r.calls]
        return any(call.state is LocalConnectionState.CONNECTED for call in calls)

    # What is pressed

    def press(self, service: CallService) -> None:
        """Press a button of the call bar."""
        self.view.call_bar.trigger(service.value)

    def be_ready(self) -> None:
        """Ask for calls."""
        self.view.state.request_ready()

    def pause_after_call(self) -> None:
        """Ask for a pause, which begins when the present call is finished."""
        self.view.state.not_ready_requested.emit(NotReadyReason.BREAK.value)

    def show_page(self, name: str) -> None:
        """Open a page of the rail."""
        self.view.window.show_page(name)

    def raise_order(self, *, subject: str, description: str, department: DepartmentId) -> None:
        """Write a ticket that ``department`` is to settle, and save it."""
        tree = CategoryTree(self._all_categories)
        category = next(c for c in self._categories if tree.department_of(c.id) == department)
        editor = self._panels.editor
        editor.form.fill(
            {
                "subject": subject,
                "description": description,
                "category_id": category.id,
                "resolution": Resolution.WORK_ORDER.value,
            }
        )
        editor.save()

    def finish_wrap_up(self) -> bool:
        """Choose a disposition and end after-call work; return whether there was any."""
        wrap_up = self._panels.wrap_up
        if not wrap_up.call_id():
            return False
        if wrap_up.disposition() is None:
            wrap_up.choice(Disposition.INFORMATION).click()
        wrap_up.finish()
        return True

    def call_to_verify(self) -> None:
        """Call the customer whose order is shown."""
        self._page("tickets", TicketsPage).verification.call.click()

    def confirm(self) -> None:
        """Say that the customer is satisfied."""
        script = self._page("tickets", TicketsPage).verification.script
        script.say_yes()
        script.rating.set_value("5")
        script.submit()

    @property
    def order_detail(self) -> OrderDetail:
        """The marked order of the department's page."""
        return self._page("department", DepartmentPage).detail

    def save_picture(self, path: Path) -> None:
        """Write what the window shows now."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.view.window.grab().save(str(path))

    # How it knows

    @property
    def _panels(self) -> AgentPanels:
        assert self.view.panels is not None
        return self.view.panels

    def _page(self, name: str, kind: type[PageT]) -> PageT:
        page = self.view.window.page(name)
        if page is None:
            self.view.window.show_page(name)
            page = self.view.window.page(name)
        assert isinstance(page, kind)
        return page

    def _on_attached(self, desk: Desk) -> None:
        self._desk = desk
        bridge = self.session.bridge
        bridge.subscribe(CallsChangedEvent, self._on_calls)
        bridge.subscribe(WorkOrderChangedEvent, self._on_order)
        bridge.subscribe(FloorChangedEvent, self._on_floor)
        bridge.call(desk.tickets.categories, on_result=self._on_categories, owner=self.session)

    def _on_failed(self, error: Exception) -> None:
        self.error = error

    def _on_categories(self, categories: Sequence[Category]) -> None:
        parents = {category.parent_id for category in categories}
        self._all_categories = categories
        self._categories = [c for c in categories if c.id not in parents]

    def _on_calls(self, event: CallsChangedEvent) -> None:
        self._calls = event.calls

    def _on_order(self, event: WorkOrderChangedEvent) -> None:
        self.order = event.order

    def _on_floor(self, event: FloorChangedEvent) -> None:
        self._floor = event.floor
