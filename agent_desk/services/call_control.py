"""The desk's calls: switch events in, checked services out; runs on the `desk-loop` thread."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from agent_desk.domain.acd import DirectoryNumber
from agent_desk.domain.agent import AgentState, AgentStateChangedEvent
from agent_desk.domain.call import (
    Call,
    CallService,
    LocalConnectionState,
    allowed_services,
    require_service,
)
from agent_desk.domain.call_events import CallEvent, ConferencedEvent
from agent_desk.domain.call_table import Calls, active_call, advance
from agent_desk.domain.errors import CallStateError, SwitchError, UnknownCallError
from agent_desk.domain.identifiers import (
    CallId,
    CustomerId,
    DeviceId,
    dial_string_of,
    parse_digits,
)
from agent_desk.domain.rights import Right
from agent_desk.ports.media import Media
from agent_desk.ports.switch import Switch, SwitchEvent
from agent_desk.services.access import Access
from agent_desk.services.event_bus import EventBus
from agent_desk.services.steady_time import SteadyTime

_log = logging.getLogger(__name__)

_AT_WORK = frozenset({AgentState.BUSY, AgentState.WORKING_AFTER_CALL})
"""States in which an agent's time is a call's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsChangedEvent:
    """The desk's calls after a change; muted: calls whose microphone is off."""

    calls: tuple[Call, ...]
    active: CallId | None
    muted: frozenset[CallId] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class DivergenceFoundEvent:
    """Desk and switch disagreed about calls; the desk took over the switch's truth."""

    missing_at_switch: tuple[CallId, ...]
    missing_at_desk: tuple[CallId, ...]


class CallControl:
    """Keeps the table of calls and passes allowed services to the switch."""

    def __init__(
        self,
        *,
        switch: Switch,
        media: Media,
        bus: EventBus,
        region: str,
        access: Access,
        keeps_pace: bool = False,
    ) -> None:
        """Numbers are read in ``region`` (ISO 3166-1). keeps_pace: see `SteadyTime`."""
        self._switch = switch
        self._media = media
        self._bus = bus
        self._region = region
        self._access = access
        self._calls: Calls = MappingProxyType({})
        self._reported_unknown: tuple[CallId, ...] = ()
        self._steady_time = SteadyTime(keeps_pace=keeps_pace)
        self._is_at_work = False
        self._unsubscribe: Callable[[], None] = lambda: None

    def start(self) -> None:
        """Begin to follow the switch."""
        self._unsubscribe = self._switch.subscribe(self._on_switch_event)

    def stop(self) -> None:
        """Stop following the switch."""
        self._unsubscribe()

    @property
    def device(self) -> DeviceId:
        """The desk's own device."""
        return self._switch.device

    @property
    def calls(self) -> Calls:
        """The present calls by id."""
        return self._calls

    def directory(self) -> Sequence[DirectoryNumber]:
        """Return who and what can be dialled inside the house."""
        return self._switch.directory()

    def tell(self) -> None:
        """Publish the present calls once more, for a listener that came late."""
        self._publish()

    def call(self, call_id: CallId) -> Call:
        """Return the call; raises UnknownCallError when it is gone."""
        call = self._calls.get(call_id)
        if call is None:
            raise UnknownCallError(call_id=call_id)
        return call

    def assign_customer(self, call_id: CallId, customer_id: CustomerId) -> None:
        """Remember who the caller is; a call that is gone changes nothing."""
        call = self._calls.get(call_id)
        if call is None:
            return
        self._calls = {**self._calls, call_id: replace(call, customer_id=customer_id)}
        self._publish()

    async def make_call(self, text: str) -> CallId:
        """Call what a person wrote as ``text``.

        Raises RightsError, InvalidNumberError, SwitchError.
        """
        self._access.require(Right.TAKE_CALLS)
        return await self._switch.make_call(self._dial_string(text))

    async def answer_call(self, call_id: CallId) -> None:
        """Answer; another call in progress goes on hold first, so that nobody is cut off.

        When the switch refuses the answer, that call is taken back from hold.
        """
        self._require(CallService.ANSWER_CALL, call_id)
        held: list[CallId] = []
        try:
            for call in tuple(self._calls.values()):
                if call.state is LocalConnectionState.CONNECTED and call.is_answered:
                    await self._switch.hold_call(call.call_id)
                    held.append(call.call_id)
            await self._switch.answer_call(call_id)
        except SwitchError:
            for former in held:
                await self._take_back(former)
            raise

    async def _take_back(self, call_id: CallId) -> None:
        try:
            await self._switch.retrieve_call(call_id)
        except SwitchError as error:
            _log.warning("call %s stays on hold: %s", call_id, error)

    async def hold_call(self, call_id: CallId) -> None:
        """Put the call on hold."""
        self._require(CallService.HOLD_CALL, call_id)
        await self._switch.hold_call(call_id)

    async def retrieve_call(self, call_id: CallId) -> None:
        """Take the call back from hold."""
        self._require(CallService.RETRIEVE_CALL, call_id)
        await self._switch.retrieve_call(call_id)

    async def clear_connection(self, call_id: CallId) -> None:
        """Hang up, or reject while it rings."""
        self._require(CallService.CLEAR_CONNECTION, call_id)
        await self._switch.clear_connection(call_id)

    async def consultation_call(self, active: CallId, text: str) -> CallId:
        """Hold ``active`` and call ``text`` about it."""
        self._require(CallService.CONSULTATION_CALL, active)
        return await self._switch.consultation_call(active, self._dial_string(text))

    async def alternate_call(self, active: CallId, held: CallId) -> None:
        """Swap the two calls."""
        self._require_pair(CallService.ALTERNATE_CALL, active, held)
        await self._switch.alternate_call(active, held)

    async def reconnect_call(self, active: CallId, held: CallId) -> None:
        """Drop the consultation and go back to the caller."""
        self._require_pair(CallService.RECONNECT_CALL, active, held)
        await self._switch.reconnect_call(active, held)

    async def transfer_call(self, active: CallId, held: CallId) -> None:
        """Connect both far ends and leave."""
        self._require_pair(CallService.TRANSFER_CALL, active, held)
        await self._switch.transfer_call(active, held)

    async def single_step_transfer_call(self, active: CallId, text: str) -> None:
        """Send the call on without asking first."""
        self._require(CallService.SINGLE_STEP_TRANSFER_CALL, active)
        await self._switch.single_step_transfer_call(active, self._dial_string(text))

    async def conference_call(self, active: CallId, held: CallId) -> CallId:
        """Join both calls; return the id that lives on."""
        self._require_pair(CallService.CONFERENCE_CALL, active, held)
        return await self._switch.conference_call(active, held)

    async def deflect_call(self, call_id: CallId, text: str) -> None:
        """Send a ringing call on unanswered."""
        self._require(CallService.DEFLECT_CALL, call_id)
        await self._switch.deflect_call(call_id, self._dial_string(text))

    async def generate_digits(self, call_id: CallId, text: str) -> None:
        """Send DTMF digits; raises InvalidDigitsError."""
        self._require(CallService.GENERATE_DIGITS, call_id)
        await self._switch.generate_digits(call_id, parse_digits(text))

    async def set_muted(self, call_id: CallId, muted: bool) -> None:
        """Switch the microphone off or on for the call."""
        self.call(call_id)
        await self._media.set_muted(call_id, muted)
        self._publish()

    def reconcile(self) -> None:
        """Compare with the switch's truth; drop what is gone there and say once what differs."""
        truth = self._switch.connections()
        gone = tuple(sorted(set(self._calls) - set(truth)))
        unknown = tuple(sorted(set(truth) - set(self._calls)))
        is_news = unknown and unknown != self._reported_unknown
        self._reported_unknown = unknown
        if not gone and not is_news:
            return
        _log.warning("calls differ from the switch: gone %s, unknown %s", gone, unknown)
        self._calls = {key: call for key, call in self._calls.items() if key not in gone}
        self._bus.publish(DivergenceFoundEvent(missing_at_switch=gone, missing_at_desk=unknown))
        self._publish()

    def _on_switch_event(self, event: SwitchEvent) -> None:
        event = self._in_order(event)
        if isinstance(event, AgentStateChangedEvent):
            if event.status.agent_id == self._access.login:
                self._is_at_work = event.status.state in _AT_WORK
            self._bus.publish(event)
            return
        self._calls = _keep_customer(self._calls, advance(self._calls, event), event)
        self._bus.publish(event)
        self._publish()

    def _in_order(self, event: SwitchEvent) -> SwitchEvent:
        """Return ``event`` with a time that a step of the clock in a call has not spoilt."""
        at = self._steady_time.of(event.at, is_busy=bool(self._calls) or self._is_at_work)
        return event if at == event.at else replace(event, at=at)

    def _publish(self) -> None:
        muted = frozenset(call_id for call_id in self._calls if self._media.is_muted(call_id))
        calls = tuple(sorted(self._calls.values(), key=lambda call: (call.began_at, call.call_id)))
        self._bus.publish(
            CallsChangedEvent(calls=calls, active=active_call(self._calls), muted=muted)
        )

    def _dial_string(self, text: str) -> str:
        return dial_string_of(text, region=self._region)

    def _require(self, service: CallService, call_id: CallId) -> None:
        require_service(service, self.call(call_id), self._calls.values())

    def _require_pair(self, service: CallService, active: CallId, held: CallId) -> None:
        other = self.call(held)
        self._require(service, active)
        if other.state is not LocalConnectionState.HOLD or not other.is_answered:
            allowed = ", ".join(sorted(allowed_services(other, self._calls.values()))) or "nothing"
            raise CallStateError(
                service=service.value, call_id=held, state=other.state.value, allowed=allowed
            )


def _keep_customer(before: Calls, after: Calls, event: CallEvent) -> Mapping[CallId, Call]:
    """Carry the known caller over when a conference merges two calls under one id."""
    if not isinstance(event, ConferencedEvent) or event.call_id not in after:
        return after
    joined = after[event.call_id]
    second = before.get(event.secondary_call_id)
    if joined.customer_id is None and second is not None and second.customer_id is not None:
        return {**after, event.call_id: replace(joined, customer_id=second.customer_id)}
    return after
