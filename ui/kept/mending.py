"""What a person makes of a refused entry: both versions, or its form once more; main thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from enum import Enum
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from agent_desk.domain.command import (
    ChangeCustomer,
    Command,
    ConfirmTicket,
    CreateCustomer,
    LogTicket,
    OrderCommand,
    ReopenTicket,
)
from agent_desk.domain.conflict import EditConflict
from agent_desk.domain.customer import NewCustomer
from agent_desk.domain.errors import StaleVersionError, TransitionRefusedError
from agent_desk.domain.kept_command import KeptCommand
from agent_desk.domain.late_step import LateClaimStep, LateStep, LateTicketStep
from agent_desk.domain.loop_command import ClaimCommand
from agent_desk.domain.ticket import Department
from agent_desk.domain.typed_words import typed_words
from ui.command_words import what_of
from ui.conflict.claim_values import shown_of_claim
from ui.conflict.conflict_panel import ConflictPanel
from ui.conflict.late_step import LateStepPanel
from ui.customer.customer_card import shown_value
from ui.customer.customer_form import CustomerForm
from ui.formats import format_moment
from ui.kept.words_form import WordsForm
from ui.language import tr
from ui.orders.order_values import OrderValues
from ui.widgets.notice import Notice

_MOVED = frozenset({StaleVersionError.code, TransitionRefusedError.code})


class Mending(Enum):
    """How a refused entry is mended: by its form, or by comparing it with what is saved."""

    NEW_CUSTOMER = "NEW_CUSTOMER"
    CUSTOMER = "CUSTOMER"
    TICKET = "TICKET"
    STEP = "STEP"
    TICKET_STEP = "TICKET_STEP"
    CLAIM_STEP = "CLAIM_STEP"
    WORDS = "WORDS"

    @property
    def compares(self) -> bool:
        """Whether two versions are shown, and not what was typed alone."""
        return self not in (Mending.NEW_CUSTOMER, Mending.WORDS)


def mending_of(entry: KeptCommand) -> Mending | None:
    """Return how ``entry`` is mended, None when another form or nothing mends it."""
    command, code = entry.command, entry.refusal.code if entry.refusal else ""
    if isinstance(command, CreateCustomer):
        return Mending.NEW_CUSTOMER
    if isinstance(command, OrderCommand) and code in _MOVED:
        return Mending.STEP
    if isinstance(command, ReopenTicket | ConfirmTicket) and code in _MOVED:
        return Mending.TICKET_STEP
    if isinstance(command, ClaimCommand) and code in _MOVED:
        return Mending.CLAIM_STEP
    if typed_words(command):
        return Mending.WORDS
    if code != StaleVersionError.code:
        return None
    if isinstance(command, LogTicket):
        return Mending.TICKET
    return Mending.CUSTOMER if isinstance(command, ChangeCustomer) else None


class MendingPage(QWidget):
    """Shows one entry at a time; every panel is made when it is first needed.

    mended carries what the person decided: a NewCustomer, {field: Side}, {field: words}, or the
    late step.
    given_up: the step is not to be taken. left: back to the list, nothing is decided.
    """

    mended = Signal(object)
    given_up = Signal()
    left = Signal()

    def __init__(self, *, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        """Show times as seen from ``now`` (aware UTC)."""
        super().__init__(parent)
        self._now = now
        self._values = OrderValues(now=now)
        self._paths: Mapping[str, str] = {}
        self._notice = Notice()
        self._stack = QStackedWidget()
        self._form: CustomerForm | None = None
        self._step: LateStepPanel | None = None
        self._ticket_step: LateStepPanel | None = None
        self._claim_step: LateStepPanel | None = None
        self._words: WordsForm | None = None
        self._versions: dict[str, ConflictPanel] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._notice)
        layout.addWidget(self._stack, 1)

    def show_new_customer(self, new: NewCustomer, complaint: str) -> None:
        """Show the record that could not be stored in its form, and why."""
        form = self._customer_form()
        form.begin_new(new.number)
        form.restore({name: str(value) for name, value in asdict(new).items()})
        self._show(form)
        self._notice.show_text(complaint, "warning")
        form.focus_first()

    def show_customer(self, conflict: EditConflict) -> None:
        """Show both versions of a customer's record."""
        self._show_versions("customer_card", shown_value, conflict)

    def show_ticket(self, conflict: EditConflict, categories: Mapping[str, str]) -> None:
        """Show both versions of a ticket; categories: id to path."""
        self._paths = categories
        self._show_versions("ticket_editor", self._shown_of_ticket, conflict)

    def show_step(self, late: LateStep, departments: Iterable[Department]) -> None:
        """Show what happened to the order before the step could be saved."""
        self._values.set_departments(departments)
        panel = self._step_panel()
        panel.show_step(late, self._now())
        self._show(panel)
        panel.focus_first()

    def show_ticket_step(self, late: LateTicketStep, categories: Mapping[str, str]) -> None:
        """Show what happened to the ticket before the step could be saved."""
        self._paths = categories
        if self._ticket_step is None:
            self._ticket_step = self._late_panel(self._shown_of_ticket, "conflict.ticket_step_told")
        self._ticket_step.show_step(late, self._now())
        self._show(self._ticket_step)
        self._ticket_step.focus_first()

    def show_claim_step(self, late: LateClaimStep) -> None:
        """Show what happened to the claim before the step could be saved."""
        if self._claim_step is None:
            self._claim_step = self._late_panel(shown_of_claim, "conflict.claim_step_told")
        self._claim_step.show_step(late, self._now())
        self._show(self._claim_step)
        self._claim_step.focus_first()

    def show_words(self, command: Command, field: str, complaint: str) -> None:
        """Show what was typed, and at which ``field`` it was refused."""
        form = self._words_form()
        form.show_words(what_of(command), typed_words(command))
        self._show(form)
        form.focus_first()
        self.show_error(field, complaint)

    def show_error(self, field: str, text: str) -> None:
        """Say why what was decided cannot be saved, at the form's field when there is one."""
        words = self._words
        is_of_words = words is not None and self._stack.currentWidget() is words
        if words is not None and is_of_words and words.show_error(field, text):
            return
        if self._form is not None and self._stack.currentWidget() is self._form:
            self._form.show_error(field, text)
        else:
            self._notice.show_text(text, "warning")

    def _show_versions(
        self, labels: str, shown: Callable[[str, Any], str], conflict: EditConflict
    ) -> None:
        panel = self._versions.get(labels)
        if panel is None:
            panel = ConflictPanel(labels=labels, shown=shown, back="kept.back")
            panel.settled.connect(self.mended)
            panel.left.connect(self.left)
            self._versions[labels] = panel
            self._stack.addWidget(panel)
        panel.show_conflict(conflict, self._now())
        self._show(panel)
        panel.focus_first()

    def _show(self, panel: QWidget) -> None:
        self._notice.hide()
        self._stack.setCurrentWidget(panel)

    def _customer_form(self) -> CustomerForm:
        if self._form is None:
            self._form = CustomerForm()
            self._form.submitted.connect(self.mended)
            self._form.cancelled.connect(self.left)
            self._stack.addWidget(self._form)
        return self._form

    def _step_panel(self) -> LateStepPanel:
        if self._step is None:
            self._step = self._late_panel(self._values.shown, "conflict.step_told")
        return self._step

    def _late_panel(self, shown: Callable[[str, Any], str], told: str) -> LateStepPanel:
        panel = LateStepPanel(shown=shown, told=told, back="kept.back")
        panel.redone.connect(self.mended)
        panel.dropped.connect(lambda: self.given_up.emit())
        panel.left.connect(self.left)
        self._stack.addWidget(panel)
        return panel

    def _words_form(self) -> WordsForm:
        if self._words is None:
            self._words = WordsForm()
            self._words.submitted.connect(self.mended)
            self._words.cancelled.connect(self.left)
            self._stack.addWidget(self._words)
        return self._words

    def _shown_of_ticket(self, field: str, value: Any) -> str:
        if value is None:
            return ""
        if field == "state":
            return tr(f"ticket_state.{value}")
        if field == "follow_up_at":
            return format_moment(datetime.fromisoformat(value), self._now())
        if field == "category_id":
            return self._paths.get(value, "")
        return tr(f"priority.{value}") if field == "priority" else str(value)
