"""The agent at this desk: sign-on, states and wishes; runs on the `desk-loop` thread.

The switch's word is the truth: this service asks, and shows what the switch reports.
"""

from __future__ import annotations

from typing import NoReturn

from agent_desk.domain.agent import (
    CHOSEN_REASONS,
    REQUESTABLE,
    AgentState,
    AgentStateChangedEvent,
    AgentStatus,
    NotReadyReason,
    require_requestable,
)
from agent_desk.domain.errors import AgentStateError, InputError
from agent_desk.domain.event_log import agent_event_record
from agent_desk.domain.identifiers import AgentId, EventId, new_uuid7
from agent_desk.domain.rights import Right
from agent_desk.ports.clock import Clock
from agent_desk.ports.switch import Switch
from agent_desk.services.access import Access
from agent_desk.services.event_bus import EventBus
from agent_desk.services.recorder import Recorder


class AgentSession:
    """Signs the agent on and passes changes of state to the switch."""

    def __init__(
        self,
        *,
        switch: Switch,
        bus: EventBus,
        recorder: Recorder,
        clock: Clock,
        access: Access,
    ) -> None:
        """``access`` is who sits at this desk."""
        self._switch = switch
        self._recorder = recorder
        self._clock = clock
        self._access = access
        bus.subscribe(AgentStateChangedEvent, self._on_changed)

    @property
    def agent_id(self) -> AgentId:
        """Who sits at this desk."""
        return self._access.login

    def status(self) -> AgentStatus:
        """Return the switch's truth; LOGGED_OFF when it knows of nobody here."""
        return self._switch.agent_status() or AgentStatus(
            agent_id=self.agent_id, state=AgentState.LOGGED_OFF, since=self._clock.now()
        )

    async def log_on(self) -> None:
        """Sign on; the agent is NOT_READY then.

        Raises RightsError, and AgentStateError when signed on already.
        """
        self._access.require(Right.TAKE_CALLS)
        state = self.status().state
        if state is not AgentState.LOGGED_OFF:
            _refuse(state, AgentState.NOT_READY)
        await self._switch.log_on(self.agent_id)

    async def log_off(self) -> None:
        """Sign off; raises AgentStateError during a call."""
        require_requestable(self.status().state, AgentState.LOGGED_OFF)
        await self._switch.log_off()

    async def ready(self) -> None:
        """Ask for calls; during a call the wish is pending. Raises RightsError."""
        self._access.require(Right.TAKE_CALLS)
        await self._ask(AgentState.READY)

    async def not_ready(self, reason: NotReadyReason) -> None:
        """Ask for a pause; during a call the wish is pending.

        Raises InputError for a reason that only the switch gives, such as NO_ANSWER.
        """
        if reason not in CHOSEN_REASONS:
            accepted = "one of " + ", ".join(CHOSEN_REASONS)
            raise InputError(field="reason", value=reason.value, accepted=accepted)
        await self._ask(AgentState.NOT_READY, reason)

    async def finish_wrap_up(self) -> None:
        """End after-call work: the state that was wished for during the call, else READY.

        Does nothing when the time limit has ended it already.
        """
        status = self.status()
        if status.state is not AgentState.WORKING_AFTER_CALL:
            return
        if status.pending is AgentState.NOT_READY:
            await self.not_ready(status.pending_reason)
        else:
            await self.ready()

    async def extend_wrap_up(self) -> None:
        """Renew the time limit of after-call work."""
        await self._ask(AgentState.WORKING_AFTER_CALL)

    async def _ask(self, target: AgentState, reason: NotReadyReason = NotReadyReason.NONE) -> None:
        state = self.status().state
        require_requestable(state, target)
        if state is AgentState.LOGGED_OFF:
            _refuse(state, target)  # signing on is a wish of its own
        await self._switch.set_agent_state(target, reason)

    def _on_changed(self, event: AgentStateChangedEvent) -> None:
        if event.status.agent_id == self.agent_id:
            event_id = EventId(new_uuid7(self._clock.now()))
            self._recorder.record([agent_event_record(event, id=event_id)])


def _refuse(state: AgentState, target: AgentState) -> NoReturn:
    allowed = ", ".join(sorted(REQUESTABLE[state]))
    raise AgentStateError(state=state.value, target=target.value, allowed=allowed)
