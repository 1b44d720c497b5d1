"""Wires after-call work: which calls still lack a disposition, one after the other; main thread."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from agent_desk.domain.agent import AgentState, AgentStatus
from agent_desk.domain.call import CallDirection
from agent_desk.domain.errors import AgentDeskError
from agent_desk.domain.identifiers import CallId, TicketId
from agent_desk.domain.interaction import Disposition, Interaction, InteractionOutcome
from agent_desk.domain.ticket import TicketState
from agent_desk.services.case_log import TicketChangedEvent
from agent_desk.services.interactions import InteractionChangedEvent
from ui.agent.wrap_up import WrapUpPanel
from ui.language import error_text
from ui.presenters.context import Context

_BY_TICKET = {
    TicketState.RESOLVED: Disposition.RESOLVED,
    TicketState.OPEN: Disposition.FOLLOW_UP,
    TicketState.REOPENED: Disposition.FOLLOW_UP,
    TicketState.PENDING: Disposition.WORK_ORDER,
    TicketState.CLOSED: Disposition.VERIFIED,
}
_BY_KIND = {"TicketConfirmed": Disposition.RESOLVED}
"""Closed in the contact that resolved it: nothing was verified in a call back."""


class WrapUpPresenter(QObject):
    """Shows the newest ended call that was talked and has no disposition yet.

    wanted: whether there is a call to work on. The time limit only changes the agent's state: a
    note that is half typed stays where it is.
    """

    wanted = Signal(bool)

    def __init__(self, *, context: Context, panel: WrapUpPanel) -> None:
        """Follow calls and the agent's state."""
        super().__init__()
        self._context = context
        self._panel = panel
        self._open: dict[CallId, Interaction] = {}
        self._names: dict[CallId, str] = {}
        self._suggestions: dict[CallId, Disposition] = {}
        self._by_ticket: dict[TicketId, Disposition] = {}
        self._status: AgentStatus | None = None
        self._shown: CallId | None = None
        context.bridge.subscribe(InteractionChangedEvent, self._on_interaction)
        context.bridge.subscribe(TicketChangedEvent, self._on_ticket)
        panel.finished.connect(self._finish)
        panel.extend_requested.connect(self._extend)

    def set_name(self, call_id: CallId, name: str) -> None:
        """Say who was on the call."""
        self._names[call_id] = name

    def show_status(self, status: AgentStatus) -> None:
        """Take over the time limit of after-call work."""
        self._status = status
        self._refresh()

    def _on_interaction(self, event: InteractionChangedEvent) -> None:
        record = event.interaction
        waits = record.ended_at is not None and record.disposition is None
        if waits and record.answered_at is not None:
            self._open[record.call_id] = record
        elif waits and record.direction is CallDirection.OUTBOUND:
            self._open[record.call_id] = record
            self._suggestions.setdefault(record.call_id, Disposition.NOT_REACHED)
        else:
            self._open.pop(record.call_id, None)
        if record.ticket_id in self._by_ticket:
            self._suggest(record.call_id, self._by_ticket[record.ticket_id])
        if record.outcome is InteractionOutcome.TRANSFERRED:
            self._suggestions.setdefault(record.call_id, Disposition.TRANSFERRED)
        self._refresh()

    def _suggest(self, call_id: CallId, disposition: Disposition) -> None:
        self._suggestions[call_id] = disposition
        if self._shown == call_id:
            self._panel.suggest(disposition)

    def _on_ticket(self, event: TicketChangedEvent) -> None:
        """Remember what the ticket says came of the call that it will be linked to."""
        suggestion = _BY_KIND.get(event.kind) or _BY_TICKET.get(event.ticket.state)
        if event.ticket.complaint is not None:
            suggestion = Disposition.COMPLAINT
        if suggestion is None:
            return
        self._by_ticket[event.ticket.id] = suggestion
        for record in self._open.values():
            if record.ticket_id == event.ticket.id:
                self._suggest(record.call_id, suggestion)

    @property
    def _latest(self) -> CallId | None:
        return next(reversed(self._open), None)

    def _refresh(self) -> None:
        call_id = self._latest
        if call_id is None:
            self._show_none()
            return
        record = self._open[call_id]
        status = self._status
        working = status is not None and status.state is AgentState.WORKING_AFTER_CALL
        until = status.wrap_up_until if status is not None and working else None
        self._panel.show_wrap_up(
            call_id=call_id,
            name=self._names.get(call_id, ""),
            number=record.number,
            talk_seconds=record.talk_seconds or 0.0,
            until=until,
        )
        if self._shown != call_id and call_id in self._suggestions:
            self._panel.suggest(self._suggestions[call_id])
        self._shown = call_id
        self.wanted.emit(True)

    def _show_none(self) -> None:
        # Every step of a ringing call comes by here: there is nothing to take away then.
        if self._shown is not None:
            self._shown = None
            self._panel.clear()
            self.wanted.emit(False)

    def _finish(self, call_id: str, disposition: str, note: str) -> None:
        key = CallId(call_id)

        async def work() -> None:
            desk = self._context.desk
            desk.interactions.dispose(key, Disposition(disposition), note)
            await desk.agent.finish_wrap_up()

        self._context.ask(work, lambda _: self._done(key), failed=self._refused, owner=self)

    def _done(self, call_id: CallId) -> None:
        for kept in (self._open, self._names, self._suggestions):
            kept.pop(call_id, None)
        self._refresh()

    def _refused(self, error: AgentDeskError) -> None:
        self._context.notify(error.code, error_text(error), "warning")

    def _extend(self) -> None:
        self._context.ask(self._context.desk.agent.extend_wrap_up, owner=self)
