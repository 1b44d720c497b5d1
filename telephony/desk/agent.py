"""The state of the agent at a desk, as a switch keeps it; runs on the `desk-loop` thread.

BUSY begins when a call is answered or made and lasts until the desk has none left. After a call
from a queue follows WORKING_AFTER_CALL; after any other call the agent is as before. A wish made
during a call replaces both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from agent_desk.domain.agent import (
    AgentState,
    AgentStateChangedEvent,
    AgentStatus,
    BusyKind,
    NotReadyReason,
    can_become,
    require_requestable,
)
from agent_desk.domain.call import Call, CallDirection
from agent_desk.domain.errors import AgentStateError
from agent_desk.domain.identifiers import AgentId, QueueId
from telephony.desk.event_feed import EventFeed
from telephony.desk.timers import Timer, Timers


class DeskAgent:
    """Who works at the desk, and what the switch lets that agent become.

    status: None when nobody is signed on. when_wrapped_up: called after the wrap-up timer.
    """

    def __init__(
        self,
        *,
        timers: Timers,
        now: Callable[[], datetime],
        feed: EventFeed,
        wrap_up_seconds: float,
    ) -> None:
        """Begin with nobody signed on."""
        self._timers = timers
        self._now = now
        self._feed = feed
        self._wrap_up_seconds = wrap_up_seconds
        self._wrap_up_timer: Timer | None = None
        self._before_call: AgentStatus | None = None
        self._acd_queue: QueueId | None = None
        self.status: AgentStatus | None = None
        self.when_wrapped_up: Callable[[], None] = lambda: None

    @property
    def is_ready(self) -> bool:
        """Whether the agent waits for calls."""
        return self.status is not None and self.status.state is AgentState.READY

    @property
    def is_occupied(self) -> bool:
        """Whether a call or its after-call work keeps the agent."""
        return self.status is not None and self.status.state in (
            AgentState.BUSY,
            AgentState.WORKING_AFTER_CALL,
        )

    def log_on(self, agent_id: AgentId) -> None:
        """Sign on; raises AgentStateError when somebody is signed on already."""
        if self.status is not None:
            raise AgentStateError(
                state=self.status.state.value, target="logged on", allowed="log off first"
            )
        self.status = AgentStatus(agent_id=agent_id, state=AgentState.LOGGED_OFF, since=self._now())
        self._become(AgentState.NOT_READY, reason=NotReadyReason.LOGGED_ON)

    def log_off(self, *, has_calls: bool) -> None:
        """Sign off; raises AgentStateError during a call or when nobody is signed on."""
        state = self.status.state if self.status else AgentState.LOGGED_OFF
        require_requestable(state, AgentState.LOGGED_OFF)
        if has_calls:
            raise AgentStateError(
                state=state.value,
                target=AgentState.LOGGED_OFF.value,
                allowed="answering or rejecting the call first",
            )
        self._become(AgentState.LOGGED_OFF)
        self.status = None

    def request(self, target: AgentState, reason: NotReadyReason) -> None:
        """Become ``target``, or note it as pending; raises AgentStateError."""
        state = self.status.state if self.status else AgentState.LOGGED_OFF
        if self.status is None or target not in (AgentState.READY, AgentState.NOT_READY):
            raise AgentStateError(
                state=state.value,
                target=target.value,
                allowed="log on first" if self.status is None else "NOT_READY, READY",
            )
        require_requestable(state, target)
        if target is AgentState.READY:
            reason = NotReadyReason.NONE
        if state is AgentState.BUSY:
            self._publish(replace(self.status, pending=target, pending_reason=reason))
        else:
            self._become(target, reason=reason)

    def miss_call(self) -> None:
        """Be NOT_READY because an offer was not answered; a break asked for meanwhile stays."""
        if self.is_ready:
            self._become(AgentState.NOT_READY, reason=NotReadyReason.NO_ANSWER)

    def begin_call(self, kind: BusyKind, queue_id: QueueId | None) -> None:
        """Be BUSY; a call from a queue counts even when another call came first."""
        if self.status is None:
            return
        if kind is BusyKind.ACD:
            self._acd_queue = queue_id
        if self.status.state is AgentState.BUSY:
            return
        before = self.status
        self._before_call = before
        self._become(AgentState.BUSY, busy_kind=kind, after_acd_call=self._wish_of(before))

    def end_calls(self) -> None:
        """Be what follows the last call; nothing happens to an agent who was not BUSY."""
        if self.status is None or self.status.state is not AgentState.BUSY:
            return
        before = self._before_call
        was = before.state if before else AgentState.NOT_READY
        if self.status.pending is not None:
            self._become(self.status.pending, reason=self.status.pending_reason)
        elif self._acd_queue is not None or was is AgentState.WORKING_AFTER_CALL:
            self._wrap_up()
        elif was is AgentState.READY:
            self._become(AgentState.READY)
        else:
            reason = before.reason if before else NotReadyReason.NONE
            self._become(AgentState.NOT_READY, reason=reason)
        self._before_call = None
        self._acd_queue = None

    def _wish_of(self, before: AgentStatus) -> NotReadyReason | None:
        """Return the reason to go back to when an ACD call reached an agent on a break."""
        is_away = before.state is AgentState.NOT_READY
        return before.reason if is_away and self._acd_queue is not None else None

    def _wrap_up(self) -> None:
        if not self._wrap_up_seconds:
            self._become(AgentState.READY)
            return
        self._become(AgentState.WORKING_AFTER_CALL)
        self._wrap_up_timer = self._timers.after(self._wrap_up_seconds, self._end_wrap_up)

    def _end_wrap_up(self) -> None:
        self._wrap_up_timer = None
        self._become(AgentState.READY)
        self.when_wrapped_up()

    def _become(
        self,
        state: AgentState,
        *,
        reason: NotReadyReason = NotReadyReason.NONE,
        busy_kind: BusyKind | None = None,
        after_acd_call: NotReadyReason | None = None,
    ) -> None:
        if self.status is None or not can_become(self.status.state, state):
            now_is = self.status.state.value if self.status else AgentState.LOGGED_OFF.value
            raise AgentStateError(state=now_is, target=state.value, allowed="another way")
        if self._wrap_up_timer is not None:
            self._wrap_up_timer.cancel()
            self._wrap_up_timer = None
        now = self._now()
        has_limit = state is AgentState.WORKING_AFTER_CALL
        self._publish(
            AgentStatus(
                agent_id=self.status.agent_id,
                state=state,
                since=now,
                reason=reason,
                busy_kind=busy_kind,
                pending=AgentState.NOT_READY if after_acd_call is not None else None,
                pending_reason=after_acd_call or NotReadyReason.NONE,
                wrap_up_until=now + timedelta(seconds=self._wrap_up_seconds) if has_limit else None,
            )
        )

    def _publish(self, status: AgentStatus) -> None:
        self.status = status
        self._feed.publish(
            AgentStateChangedEvent(at=self._now(), status=status, queue_id=self._acd_queue)
        )


def busy_kind_of(call: Call) -> BusyKind:
    """Return as what a call keeps its agent."""
    if call.queue_id is not None:
        return BusyKind.ACD
    if call.direction is CallDirection.INTERNAL:
        return BusyKind.INTERNAL
    if call.direction is CallDirection.OUTBOUND:
        return BusyKind.OUTBOUND
    return BusyKind.INBOUND
