"""One transaction: a machine and the messages that it is about (RFC 3261 s. 17); any one thread."""

from __future__ import annotations

from collections.abc import Iterator

from telephony.sip.message.message import Request, Response
from telephony.sip.message.reply import reply
from telephony.sip.transaction.follower import ack_of_failure
from telephony.sip.transaction.hop import Hop
from telephony.sip.transaction.key import ClientKey, MergeKey, ServerKey
from telephony.sip.transaction.machine import Action, Event, Machine, Trigger
from telephony.sip.transaction.output import (
    Output,
    RequestArrived,
    ResponseArrived,
    TimedOut,
    Transmit,
    TransportFailed,
)
from telephony.sip.transaction.tables import (
    INVITE_CLIENT,
    INVITE_SERVER,
    REQUEST_CLIENT,
    REQUEST_SERVER,
)
from telephony.sip.transaction.timing import Timer, Timings


def response_event(response: Response) -> Event:
    """Return the event that a response of this status is."""
    if response.is_provisional:
        return Event.PROVISIONAL
    return Event.SUCCESS if response.is_success else Event.FAILURE


class ClientTransaction:
    """A request of this side and the responses to it (RFC 3261 s. 17.1)."""

    def __init__(self, *, key: ClientKey, request: Request, hop: Hop, timings: Timings) -> None:
        """Stand ready; `start` sends."""
        self.key = key
        self.request = request
        self.hop = hop
        self.alarm: float | None = None
        self.machine = Machine(
            table=INVITE_CLIENT if request.method == "INVITE" else REQUEST_CLIENT,
            timings=timings,
            reliable=hop.is_reliable,
            label=key.branch,
        )

    def start(self, now: float) -> Iterator[Output]:
        """Send the request and start to wait."""
        self.machine.start(now)
        yield Transmit(self.request, self.hop)

    def receive(self, response: Response, hop: Hop, now: float) -> Iterator[Output]:
        """Take a response that belongs here."""
        yield from self._fire(response_event(response), now, response, hop)

    def cancelled(self, now: float) -> Iterator[Output]:
        """Note that a CANCEL was sent: from now on a final response is not waited for for ever."""
        yield from self._fire(Event.CANCEL, now)

    def transport_failed(self, now: float) -> Iterator[Output]:
        """Note that the transport gave up."""
        yield from self._fire(Event.TRANSPORT_ERROR, now)

    def handle_time(self, now: float) -> Iterator[Output]:
        """Let every timer go off that is due."""
        while timer := self.machine.due(now):
            yield from self._fire(timer, now)

    def _fire(
        self, trigger: Trigger, now: float, response: Response | None = None, hop: Hop | None = None
    ) -> Iterator[Output]:
        for action in self.machine.fire(trigger, now):
            if action is Action.SEND:
                yield Transmit(self.request, self.hop)
            elif action is Action.SEND_ACK and response is not None:
                yield Transmit(ack_of_failure(self.request, response), self.hop)
            elif action is Action.DELIVER and response is not None:
                yield ResponseArrived(response, self.key, hop or self.hop)
            elif action is Action.TELL_TIMEOUT:
                yield TimedOut(self.key, self.request)
            elif action is Action.TELL_TRANSPORT_ERROR:
                yield TransportFailed(self.key, self.request)


class ServerTransaction:
    """A request of a peer and this side's responses to it (RFC 3261 s. 17.2)."""

    def __init__(self, *, key: ServerKey, request: Request, hop: Hop, timings: Timings) -> None:
        """Take the request that created it."""
        self.key = key
        self.request = request
        self.hop = hop
        self.response: Response | None = None
        self.merge: MergeKey | None = None
        self.alarm: float | None = None
        self.machine = Machine(
            table=INVITE_SERVER if request.method == "INVITE" else REQUEST_SERVER,
            timings=timings,
            reliable=hop.is_reliable,
            label=key.branch,
        )

    def start(self, now: float) -> None:
        """Start to wait for the first response."""
        self.machine.start(now)

    def receive(self, request: Request, hop: Hop, now: float) -> Iterator[Output]:
        """Take the request again, or the ACK of a failure."""
        event = Event.ACK if request.method == "ACK" else Event.REQUEST
        for action in self.machine.fire(event, now):
            if action is Action.DELIVER:
                yield RequestArrived(request, hop, None)
            else:
                yield from self._do(action)

    def respond(self, response: Response, now: float) -> Iterator[Output]:
        """Send a response of the user; one that comes too late is dropped."""
        event = response_event(response)
        if (self.machine.state, event) in self.machine.table.steps:
            self.response = response
            self.machine.running.pop(Timer.TRYING, None)
        yield from self._fire(event, now)
        if event is not Event.PROVISIONAL:
            # From now on it only waits for copies, for half a minute.
            self.request.drop_caches()
            response.drop_caches()

    def transport_failed(self, now: float) -> Iterator[Output]:
        """Note that the transport gave up."""
        yield from self._fire(Event.TRANSPORT_ERROR, now)

    def handle_time(self, now: float) -> Iterator[Output]:
        """Let every timer go off that is due."""
        while timer := self.machine.due(now):
            yield from self._fire(timer, now)

    def _fire(self, trigger: Trigger, now: float) -> Iterator[Output]:
        for action in self.machine.fire(trigger, now):
            yield from self._do(action)

    def _do(self, action: Action) -> Iterator[Output]:
        if action is Action.SEND_TRYING:
            self.response = reply(self.request, 100)
        if action in (Action.SEND, Action.SEND_TRYING):
            if self.response is not None:
                yield Transmit(self.response, self.hop)
        elif action is Action.TELL_TIMEOUT:
            yield TimedOut(self.key, self.request)
        elif action is Action.TELL_TRANSPORT_ERROR:
            yield TransportFailed(self.key, self.request)


Transaction = ClientTransaction | ServerTransaction
