"""Wires the reviewer's queue: reported orders, approved or sent back, one after the other.

Main thread.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from PySide6.QtCore import QObject

from agent_desk.domain.change import Change
from agent_desk.domain.command import OrderCommand
from agent_desk.domain.errors import AgentDeskError
from agent_desk.domain.event_log import Stream
from agent_desk.domain.identifiers import WorkOrderId
from agent_desk.domain.last_known import LastKnown
from agent_desk.domain.late_step import LateStep
from agent_desk.domain.order_story import StoryStep
from agent_desk.domain.work_order import WorkOrderLine
from agent_desk.services.case_log import WorkOrderChangedEvent
from agent_desk.services.known_lists import OrderLines
from agent_desk.services.outbox import Kept
from ui.language import error_text, tr
from ui.orders.review_page import ReviewPage
from ui.presenters.attachments import AttachmentsPresenter
from ui.presenters.context import Context
from ui.presenters.late_steps import StepOutcome, take_again, take_step
from ui.presenters.storage import known_text, unavailable_text

_KINDS = frozenset({"OrderReported", "OrderReturned", "OrderSentBack"})
"""What puts an order into the queue or takes it out."""


class ReviewPresenter(QObject):
    """The queue on its page."""

    def __init__(self, *, context: Context, page: ReviewPage) -> None:
        """Read the queue and follow every change."""
        super().__init__()
        self._context = context
        self._page = page
        self.attachments = AttachmentsPresenter(context=context, view=page.detail.files)
        self.attachments.changed.connect(self._tell_story)
        context.bridge.subscribe(WorkOrderChangedEvent, lambda _: self.refresh())
        commands = context.desk.commands
        page.approve_requested.connect(
            lambda order, version: self._step(
                lambda: commands.return_order(WorkOrderId(order), version)
            )
        )
        page.send_back_requested.connect(
            lambda order, version, reason: self._step(
                lambda: commands.send_order_back(WorkOrderId(order), version, reason)
            )
        )
        page.redo_requested.connect(lambda late: self._take(lambda: take_again(context.desk, late)))
        page.step_dropped.connect(lambda late: self._dropped(late.command.order_id))
        page.story_wanted.connect(self._tell_story)
        page.reload_requested.connect(self.refresh)
        page.show_loading()
        context.ask(context.desk.tickets.departments, page.set_departments, owner=self)
        self.refresh()

    def refresh(self) -> None:
        """Read the queue again, and the files of the report that is shown."""
        self.attachments.refresh()
        self._context.ask(
            self._context.desk.lists.to_review,
            self._show_lines,
            failed=lambda error: self._page.show_unavailable(unavailable_text(error)),
            owner=self,
        )

    def _show_lines(self, known: LastKnown[OrderLines]) -> None:
        self._page.show_lines(known.value.lines)
        if known.as_of is not None:
            self._page.show_unavailable(known_text(known, self._context.now()))

    def _step(self, make: Callable[[], OrderCommand]) -> None:
        desk = self._context.desk
        self._take(lambda: take_step(desk, make()))

    def _take(self, work: Callable[[], Coroutine[Any, Any, StepOutcome]]) -> None:
        self._context.ask(work, self._stepped, failed=self._refused, owner=self)

    def _stepped(self, outcome: StepOutcome) -> None:
        if isinstance(outcome, Kept):
            self._context.notify("kept_here", tr("kept.one"))
            assert isinstance(outcome.command, OrderCommand)
            self._page.step_taken(outcome.command.order_id)
            return
        if isinstance(outcome, LateStep):
            self._page.show_late(outcome)
        else:
            self._page.step_taken(outcome.id)
        self.refresh()

    def _dropped(self, order_id: str) -> None:
        """A step is given up: if its order left the queue, so has the reason that was typed."""
        self._page.detail.reason.forget(order_id)
        self.refresh()

    def _refused(self, error: AgentDeskError) -> None:
        self._page.show_error(str(error.details.get("field", "")), error_text(error))
        self.refresh()

    def _tell_story(self, order: str) -> None:
        order_id = WorkOrderId(order)
        self.attachments.show_order(order)

        def show(steps: Sequence[StoryStep]) -> None:
            self._page.show_story(order, steps)

        self._context.ask(
            lambda: self._context.desk.order_stories.of_order(order_id),
            show,
            failed=lambda error: self._page.show_story_unavailable(unavailable_text(error)),
            owner=self,
        )


class ReviewCountPresenter(QObject):
    """Counts what waits for a review, on the rail, also while the page was never opened."""

    def __init__(self, *, context: Context, show_count: Callable[[int], None]) -> None:
        """``show_count`` gets the number, at once and after every change."""
        super().__init__()
        self._context = context
        self._show_count = show_count
        context.bridge.subscribe(WorkOrderChangedEvent, self._on_changed)
        self.refresh()

    def refresh(self) -> None:
        """Count again; the calm line says when the database is away."""
        self._context.ask(
            self._context.desk.orders.to_review, self._counted, failed=_ignored, owner=self
        )

    def _counted(self, lines: Sequence[WorkOrderLine]) -> None:
        self._show_count(len(lines))

    def _on_changed(self, event: WorkOrderChangedEvent) -> None:
        if event.kind in _KINDS:
            self.refresh()


def concerns_review(change: Change) -> bool:
    """Return whether another desk put an order into the queue or took it out."""
    return change.stream is Stream.WORK_ORDER and change.kind in _KINDS


def _ignored(_: AgentDeskError) -> None:
    """Keep the former count."""
