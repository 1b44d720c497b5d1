"""Client and server over a link that loses, doubles and reorders: every request finds its end."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from telephony.sip.message.message import Request
from telephony.sip.transaction.key import ServerKey
from telephony.sip.transaction.layer import TransactionLayer
from telephony.sip.transaction.output import RequestArrived, ResponseArrived, TimedOut, Transmit
from tests.sip.lossy_link import LossyLink
from tests.sip.requests import TCP, UDP, answer, make_request

index = st.integers(0, 30)


class LossyTransaction(RuleBasedStateMachine):
    """One request from a client to a server whose user answers when it likes."""

    def __init__(self) -> None:
        super().__init__()
        self.client, self.server = TransactionLayer(), TransactionLayer()
        self.there, self.back = LossyLink(), LossyLink()
        self.now = 0.0
        self.open: tuple[ServerKey, Request] | None = None
        self.arrivals = 0
        self.answered = 0
        self.finals: list[int] = []
        self.timeouts = 0
        self.losses = 0

    @initialize(method=st.sampled_from(["INVITE", "OPTIONS"]), reliable=st.booleans())
    def send(self, method: str, reliable: bool) -> None:
        self.hop = TCP if reliable else UDP
        self.method = method
        self.client.send_request(make_request(method), self.hop, self.now)
        self.pump()

    def pump(self) -> None:
        for output in self.client.take_outputs():
            if isinstance(output, Transmit):
                self.there.put(output.message)
            elif isinstance(output, ResponseArrived) and output.response.status >= 200:
                self.finals.append(output.response.status)
            elif isinstance(output, TimedOut):
                self.timeouts += 1
        for output in self.server.take_outputs():
            if isinstance(output, Transmit):
                self.back.put(output.message)
            elif isinstance(output, RequestArrived) and output.key is not None:
                self.arrivals += 1
                self.open = (output.key, output.request)

    @precondition(lambda self: self.there.under_way)
    @rule(index=index)
    def deliver_request(self, index: int) -> None:
        self.server.receive(self.there.take(index), self.hop, self.now)
        self.pump()

    @precondition(lambda self: self.back.under_way)
    @rule(index=index)
    def deliver_response(self, index: int) -> None:
        self.client.receive(self.back.take(index), self.hop, self.now)
        self.pump()

    @precondition(lambda self: self.there.under_way and self.hop is UDP)
    @rule(index=index, doubled=st.booleans())
    def spoil_request(self, index: int, doubled: bool) -> None:
        self.spoil(self.there, index, doubled=doubled)

    @precondition(lambda self: self.back.under_way and self.hop is UDP)
    @rule(index=index, doubled=st.booleans())
    def spoil_response(self, index: int, doubled: bool) -> None:
        self.spoil(self.back, index, doubled=doubled)

    def spoil(self, link: LossyLink, index: int, *, doubled: bool) -> None:
        if doubled:
            link.double(index)
        else:
            link.lose(index)
            self.losses += 1

    @precondition(lambda self: self.open is not None)
    @rule(status=st.sampled_from([180, 200, 302, 486]))
    def respond(self, status: int) -> None:
        assert self.open is not None
        key, request = self.open
        self.server.respond(key, answer(request, status), self.now)
        if status >= 200:
            self.answered = status
            self.open = None
        self.pump()

    @rule(seconds=st.sampled_from([0.1, 0.5, 1.0, 4.0, 8.0]))
    def wait(self, seconds: float) -> None:
        self.run_until(self.now + seconds)

    def run_until(self, end: float) -> None:
        while (at := self.next_deadline()) is not None and at <= end:
            self.now = max(self.now, at)
            self.client.handle_time(self.now)
            self.server.handle_time(self.now)
            self.pump()
        self.now = end

    def next_deadline(self) -> float | None:
        times = [t for t in (self.client.deadline, self.server.deadline) if t is not None]
        return min(times, default=None)

    def teardown(self) -> None:
        """Repair the link, let the user answer, let time pass: nothing may be stuck or lost."""
        if not hasattr(self, "hop"):
            return
        in_time = self.now < 20
        for _ in range(200):
            self.deliver_everything()
            if self.open is not None:
                self.respond(486)
            self.deliver_everything()
            self.run_until(self.now + 1.0)
        # A call that rings unanswered by 2xx retransmission of the TU is not this layer's matter.
        assert self.server.open_transactions == 0
        if self.client.open_transactions:
            assert self.method == "INVITE"
            assert self.answered == 200
            return
        assert len(self.finals) + self.timeouts >= 1
        assert self.timeouts <= 1
        assert len(set(self.finals)) <= 1
        if self.finals:
            assert self.timeouts == 0
            assert self.finals[0] == self.answered
        if self.answered != 200 or self.method != "INVITE":
            assert len(self.finals) <= 1
            assert not in_time or self.finals == [self.answered]
        assert self.arrivals <= 1 + self.late_arrivals_allowed()

    def late_arrivals_allowed(self) -> int:
        """A copy that comes after everything was forgotten is a new request to anybody."""
        return 1 if self.now > 20 else 0

    def deliver_everything(self) -> None:
        while self.there.under_way:
            self.deliver_request(0)
        while self.back.under_way:
            self.deliver_response(0)


LossyTransaction.TestCase.settings = settings(max_examples=60, stateful_step_count=25)
TestLossyTransaction = LossyTransaction.TestCase
