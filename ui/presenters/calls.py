"""Wires the call bar, the agent's state, the ringer and the queue strip; main thread."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from agent_desk.domain.acd import DirectoryNumber
from agent_desk.domain.agent import AgentStateChangedEvent, AgentStatus, NotReadyReason
from agent_desk.domain.call import Call, LocalConnectionState
from agent_desk.domain.errors import AgentDeskError, StorageError
from agent_desk.domain.identifiers import CallId
from agent_desk.domain.interaction import Interaction
from agent_desk.domain.offline_pass import is_unreachable
from agent_desk.services.call_control import CallsChangedEvent, DivergenceFoundEvent
from agent_desk.services.change_watch import SharedRecordsReloadEvent
from agent_desk.services.interactions import CallsLostEvent
from agent_desk.services.redial import DialledChangedEvent
from agent_desk.services.screen_pop import CustomerChosenEvent
from agent_desk.services.wallboard import QueuesChangedEvent
from ui.agent.agent_state import AgentStateButton
from ui.calls.call_bar import CallBar
from ui.calls.directory import DirectoryEntry, DirectoryKind
from ui.calls.ringer import Ringer
from ui.formats import format_moment, format_number
from ui.language import error_text, tr
from ui.presenters.context import Context
from ui.queues.queue_strip import QueueStrip


class CallsPresenter(QObject):
    """Passes wishes to the switch and shows what the switch reports.

    calls_changed: the present calls. call_selected: the agent picked one of several.
    rang: a call began to ring; the text names the caller.
    """

    calls_changed = Signal(object)
    call_selected = Signal(str)
    rang = Signal(str)
    status_changed = Signal(object)

    def __init__(
        self,
        *,
        context: Context,
        bar: CallBar,
        state: AgentStateButton,
        queues: QueueStrip,
        ringer: Ringer,
    ) -> None:
        """Connect everything; the first status is asked for at once."""
        super().__init__()
        self._context = context
        self._bar = bar
        self._state = state
        self._queues = queues
        self._ringer = ringer
        self._names: dict[CallId, str] = {}
        self._ringing: CallId | None = None
        self._on_bar: tuple[tuple[Call, ...], CallId | None, frozenset[CallId]] | None = None
        self._connect_events()
        self._connect_agent()
        self._connect_bar()
        context.ask(self._first_status, self._show_status, owner=self)
        context.bridge.subscribe(SharedRecordsReloadEvent, lambda _: self._read_directory())
        self._read_directory()

    async def _first_status(self) -> AgentStatus:
        """Return the agent's status; calls and queues of before the window are told once more."""
        desk = self._context.desk
        desk.calls.tell()
        desk.wallboard.tell()
        desk.interactions.tell_lost()
        desk.redial.tell()
        return desk.agent.status()

    async def _directory(self) -> tuple[Sequence[DirectoryNumber], Sequence[Interaction]]:
        desk = self._context.desk
        try:
            recent = await desk.customers.recent_calls()
        except StorageError as error:
            if not is_unreachable(error):
                raise
            # The switch's own numbers are there all the same.
            recent = ()
        return desk.calls.directory(), recent

    def _read_directory(self) -> None:
        self._context.ask(self._directory, self._show_directory, owner=self)

    def _show_directory(
        self, found: tuple[Sequence[DirectoryNumber], Sequence[Interaction]]
    ) -> None:
        numbers, calls = found
        recent = dict.fromkeys(call.number for call in calls if call.number)
        self._bar.set_directory(
            [directory_entry(number) for number in numbers],
            [DirectoryEntry(name="", number=n, kind=DirectoryKind.RECENT) for n in recent],
        )

    def _connect_events(self) -> None:
        bridge = self._context.bridge
        bridge.subscribe(CallsChangedEvent, self._on_calls)
        bridge.subscribe(DialledChangedEvent, lambda event: self._bar.set_dialled(event.numbers))
        bridge.subscribe(AgentStateChangedEvent, self._on_agent_state)
        bridge.subscribe(QueuesChangedEvent, self._on_queues)
        bridge.subscribe(CustomerChosenEvent, self._on_customer)
        bridge.subscribe(DivergenceFoundEvent, self._on_divergence)
        bridge.subscribe(CallsLostEvent, self._on_lost)

    def _connect_agent(self) -> None:
        agent = self._context.desk.agent
        self._state.log_on_requested.connect(lambda: self._wish(agent.log_on))
        self._state.log_off_requested.connect(lambda: self._wish(agent.log_off))
        self._state.ready_requested.connect(lambda: self._wish(agent.ready))
        self._state.not_ready_requested.connect(
            lambda reason: self._wish(lambda: agent.not_ready(NotReadyReason(reason)))
        )

    def _connect_bar(self) -> None:
        calls, bar = self._context.desk.calls, self._bar
        bar.call_selected.connect(self.call_selected)
        bar.make_call_requested.connect(self._on_call(calls.make_call))
        bar.answer_requested.connect(self._on_call(calls.answer_call))
        bar.hold_requested.connect(self._on_call(calls.hold_call))
        bar.retrieve_requested.connect(self._on_call(calls.retrieve_call))
        bar.clear_requested.connect(self._on_call(calls.clear_connection))
        bar.mute_requested.connect(self._on_call(calls.set_muted))
        bar.consultation_requested.connect(self._on_call(calls.consultation_call))
        bar.alternate_requested.connect(self._on_call(calls.alternate_call))
        bar.reconnect_requested.connect(self._on_call(calls.reconnect_call))
        bar.transfer_requested.connect(self._on_call(calls.transfer_call))
        bar.single_step_transfer_requested.connect(self._on_call(calls.single_step_transfer_call))
        bar.conference_requested.connect(self._on_call(calls.conference_call))
        bar.deflect_requested.connect(self._on_call(calls.deflect_call))
        bar.digits_requested.connect(self._on_call(calls.generate_digits))

    def make_call(self, number: str) -> None:
        """Call ``number``, as click-to-call wants it."""
        self._wish(lambda: self._context.desk.calls.make_call(number))

    def _on_call(self, service: Callable[..., Coroutine[Any, Any, Any]]) -> Callable[..., None]:
        """Return a slot that asks the desk for ``service`` with whatever the signal carries."""
        return lambda *arguments: self._wish(lambda: service(*arguments))

    def _wish(self, work: Callable[[], Coroutine[Any, Any, Any]]) -> None:
        self._context.ask(work, failed=self._refused, owner=self)

    def _refused(self, error: AgentDeskError) -> None:
        self._bar.show_error(error_text(error))

    def _on_calls(self, event: CallsChangedEvent) -> None:
        present = {call.call_id for call in event.calls}
        self._names = {key: name for key, name in self._names.items() if key in present}
        for call in event.calls:
            if call.remote_name:
                self._names.setdefault(call.call_id, call.remote_name)
        self._bar.set_names(self._names)
        self._show_on_bar(event)
        self._ring(event.calls)
        self.calls_changed.emit(event)

    def _show_on_bar(self, event: CallsChangedEvent) -> None:
        """Lay the bar out, unless all that changed is whose record the call belongs to."""
        calls = tuple(replace(call, customer_id=None) for call in event.calls)
        shown = (calls, event.active, event.muted)
        if shown != self._on_bar:
            self._on_bar = shown
            self._bar.show_calls(event.calls, event.active, event.muted)

    def _ring(self, calls: tuple[Call, ...]) -> None:
        """Start the tone with the first ringing call and stop it with the last."""
        ringing = [call for call in calls if call.state is LocalConnectionState.ALERTING]
        newest = ringing[-1].call_id if ringing else None
        if newest == self._ringing:
            return
        self._ringing = newest
        if newest is None:
            self._ringer.stop()
            return
        text = self._names.get(newest) or ringing[-1].remote or tr("desk.withheld")
        self._ringer.start(text)
        self.rang.emit(text)

    def _on_agent_state(self, event: AgentStateChangedEvent) -> None:
        if event.status.agent_id == self._context.desk.profile.agent_id:
            self._show_status(event.status)

    def _show_status(self, status: AgentStatus) -> None:
        self._state.show_status(status)
        self.status_changed.emit(status)

    def _on_queues(self, event: QueuesChangedEvent) -> None:
        self._queues.show_queues(event.queues)
        self._bar.set_queues(event.queues)

    def _on_customer(self, event: CustomerChosenEvent) -> None:
        self._names[event.call_id] = event.card.customer.name
        self._bar.set_names(self._names)

    def _on_divergence(self, event: DivergenceFoundEvent) -> None:
        count = len(event.missing_at_switch) + len(event.missing_at_desk)
        self._context.notify("divergence", tr("desk.divergence", count=count), "warning")

    def _on_lost(self, event: CallsLostEvent) -> None:
        lost = event.interactions
        newest = max(lost, key=lambda record: record.began_at)
        who = format_number(newest.number) or tr("desk.withheld")
        when = format_moment(newest.began_at, self._context.now())
        text = tr("desk.calls_lost", count=len(lost), number=who, time=when)
        self._context.notify("calls_lost", text, "warning")


def directory_entry(number: DirectoryNumber) -> DirectoryEntry:
    """Return the line of the dial box for ``number``, found by its names in both languages."""
    return DirectoryEntry(
        name=number.name,
        number=number.number,
        kind=DirectoryKind.QUEUE if number.is_queue else DirectoryKind.COLLEAGUE,
        other_name=number.name_zh,
    )
