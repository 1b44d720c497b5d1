"""Wires a department's page: its orders, and the steps that it takes with them; main thread."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any

from PySide6.QtCore import QObject, Signal

from agent_desk.domain.command import OrderCommand, ReportOrder
from agent_desk.domain.draft import Draft, DraftKind
from agent_desk.domain.errors import AgentDeskError, InputError
from agent_desk.domain.identifiers import DepartmentId, WorkOrderId
from agent_desk.domain.last_known import LastKnown
from agent_desk.domain.late_step import LateStep
from agent_desk.domain.ticket import Department
from agent_desk.domain.work_order import WorkReport
from agent_desk.services.attachments import AttachmentsChangedEvent
from agent_desk.services.case_log import WorkOrderChangedEvent
from agent_desk.services.commands import Commands
from agent_desk.services.known_lists import OrderLines
from agent_desk.services.outbox import Kept
from ui.language import error_text, tr
from ui.offers import may_take
from ui.orders.department_page import DepartmentPage
from ui.orders.step_wish import Step, StepWish
from ui.presenters.attachments import AttachmentsPresenter
from ui.presenters.context import Context
from ui.presenters.job_sheet import JobSheetPresenter
from ui.presenters.late_steps import StepOutcome, take_again, take_step
from ui.presenters.storage import known_text, unavailable_text

_Make = Callable[[Commands, WorkOrderId, int, StepWish], OrderCommand]

_COMMANDS: Mapping[Step, _Make] = MappingProxyType(
    {
        Step.DISPATCH: lambda commands, order, version, wish: commands.dispatch_order(
            order, version, DepartmentId(wish.department_id)
        ),
        Step.ACCEPT: lambda commands, order, version, wish: commands.accept_order(order, version),
        Step.DECLINE: lambda commands, order, version, wish: commands.decline_order(
            order, version, wish.reason
        ),
        Step.START: lambda commands, order, version, wish: commands.start_order(
            order,
            version,
            technician=wish.technician,
            technician_phone=wish.technician_phone,
            arrived_at=wish.arrived_at,
        ),
        Step.HOLD: lambda commands, order, version, wish: commands.hold_order(
            order, version, wish.reason
        ),
        Step.RETURN: lambda commands, order, version, wish: commands.return_order(order, version),
        Step.SEND_BACK: lambda commands, order, version, wish: commands.send_order_back(
            order, version, wish.reason
        ),
    }
)
"""The command that each wish becomes."""


class DepartmentPresenter(QObject):
    """A department's orders and the steps that it takes with them.

    report_settled: the report on this order is safe on this machine, or was given up.
    step_settled: so is what was typed for another step of it.
    """

    report_settled = Signal(str)
    step_settled = Signal(str)

    def __init__(self, *, context: Context, page: DepartmentPage) -> None:
        """Read departments and orders and follow every change."""
        super().__init__()
        self._context = context
        self._page = page
        self._own = context.desk.access.own_department
        self._department = self._own
        page.detail.offer_steps(partial(may_take, context.desk.access.may))
        context.bridge.subscribe(WorkOrderChangedEvent, lambda _: self.refresh())
        self.attachments = AttachmentsPresenter(context=context, view=page.detail.files)
        self.sheets = JobSheetPresenter(
            context=context, window=page, department=page.department_name
        )
        page.detail.print_wanted.connect(self.sheets.print)
        page.detail.pdf_wanted.connect(self.sheets.save)
        self.attachments.changed.connect(self._read_story)
        context.bridge.subscribe(AttachmentsChangedEvent, self._on_files)
        page.department_chosen.connect(self._choose)
        page.reload_requested.connect(self.refresh)
        self._connect_steps()
        context.ask(context.desk.tickets.departments, self._show_departments, owner=self)
        self.refresh()

    def refresh(self) -> None:
        """Read the department's orders again, and the files of the one that is shown."""
        self.attachments.refresh()
        department = self._department
        self._page.tell_again()
        self._context.ask(
            lambda: self._context.desk.lists.orders(department),
            self._show_lines,
            failed=lambda error: self._page.show_unavailable(unavailable_text(error)),
            owner=self,
        )

    def _show_lines(self, known: LastKnown[OrderLines]) -> None:
        self._page.show_lines(known.value.lines)
        if known.as_of is not None:
            self._page.show_unavailable(known_text(known, self._context.now()))

    def restore(self, draft: Draft) -> None:
        """Put back what was typed or chosen for an order before the desk ended."""
        detail = self._page.detail
        restore = {
            DraftKind.REPORT: detail.restore_report,
            DraftKind.ORDER_STEP: detail.restore_step,
            DraftKind.ATTACHMENTS: self.attachments.restore,
        }[draft.kind]
        restore(draft.key.partition(":")[2], draft.fields)

    def _connect_steps(self) -> None:
        page, desk = self._page, self._context.desk
        page.step_requested.connect(self._wished)
        page.report_requested.connect(self._report)
        page.redo_requested.connect(lambda late: self._take(lambda: take_again(desk, late)))
        page.step_dropped.connect(self._drop)
        page.story_wanted.connect(self._tell_story)

    def _wished(self, order: str, version: int, wish: StepWish) -> None:
        commands = self._context.desk.commands
        self._step(lambda: _COMMANDS[wish.step](commands, WorkOrderId(order), version, wish))

    def _report(self, order: str, version: int, report: WorkReport) -> None:
        self._step(
            lambda: self._context.desk.commands.report_order(WorkOrderId(order), version, report)
        )

    def _step(self, make: Callable[[], OrderCommand]) -> None:
        desk = self._context.desk
        self._take(lambda: take_step(desk, make()))

    def _take(self, work: Callable[[], Coroutine[Any, Any, StepOutcome]]) -> None:
        self._context.ask(work, self._stepped, failed=self._refused, owner=self)

    def _drop(self, late: LateStep) -> None:
        """Forget a step that somebody forestalled, and the draft of its report."""
        is_report = isinstance(late.command, ReportOrder)
        settled = self.report_settled if is_report else self.step_settled
        settled.emit(late.command.order_id)
        self.refresh()

    def _stepped(self, outcome: StepOutcome) -> None:
        if isinstance(outcome, LateStep):
            self._page.show_late(outcome)
        elif isinstance(outcome, Kept):
            self._context.notify("kept_here", tr("kept.one"))
            command = outcome.command
            settled = self.report_settled if isinstance(command, ReportOrder) else self.step_settled
            settled.emit(command.about[1])
            self._page.detail.step_taken(command.about[1])
        else:
            self._page.detail.step_taken(outcome.id)
        self.refresh()

    def _refused(self, error: AgentDeskError) -> None:
        field = str(error.details.get("field", "")) if isinstance(error, InputError) else ""
        self._page.show_error(field, error_text(error))
        self.refresh()

    def _on_files(self, event: AttachmentsChangedEvent) -> None:
        if event.order_id == self._page.list.marked_id():
            self._read_story(event.order_id)

    def _tell_story(self, order: str) -> None:
        self.attachments.show_order(order)
        self._read_story(order)

    def _read_story(self, order: str) -> None:
        stories = self._context.desk.order_stories
        self._context.ask(
            lambda: stories.of_order(WorkOrderId(order)),
            lambda steps: self._page.detail.show_story(order, steps),
            failed=lambda error: self._page.detail.story.show_unavailable(unavailable_text(error)),
            owner=self,
        )

    def _choose(self, department_id: str) -> None:
        self._department = DepartmentId(department_id) if department_id else None
        self.refresh()

    def _show_departments(self, departments: Sequence[Department]) -> None:
        self._page.set_departments(departments)
        if self._own is not None:
            self._page.keep_to(self._own)
