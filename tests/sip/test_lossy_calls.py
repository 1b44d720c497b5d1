"""Telephones on a bad network, and agents who do anything at any time: nothing is ever stuck."""

from __future__ import annotations

from contextlib import suppress
from random import Random

import pytest

from telephony.sip.errors import SipError
from telephony.sip.user_agent.news import (
    CallAnswered,
    CallCancelled,
    CallDeflected,
    CallEnded,
    CallFailed,
    CallNews,
    CallOffered,
    CallOriginated,
    CallRefused,
    CallTransferred,
    ReferReceived,
)
from tests.sip.agents import Line, Network, Telephone

BAD = Line(loss=0.2, doubled=0.1, jitter=0.3)
ENDS = (CallEnded, CallFailed, CallCancelled, CallRefused, CallDeflected, CallTransferred)


class Agents:
    """People at their telephones, who act at random."""

    def __init__(self, seed: int, line: Line = BAD) -> None:
        self.random = Random(seed)
        self.network = Network(line, seed)
        self.telephones = [self.network.add(name) for name in ("alice", "bob", "carol")]

    def act(self) -> None:
        one, other = self.random.sample(self.telephones, 2)
        handle = self.random.choice([*one.agent.calls, "call-0"])
        with suppress(SipError):
            self.random.choice(WISHES)(self, one, other, handle)

    def dial(self, one: Telephone, other: Telephone, _: str) -> None:
        if len(one.agent.calls) < 2:
            one.agent.dial(other.uri, one.media(), self.network.now)

    def answer(self, one: Telephone, _: Telephone, handle: str) -> None:
        one.agent.answer(handle, one.media(), self.network.now)

    def hold(self, one: Telephone, _: Telephone, handle: str) -> None:
        one.agent.hold(handle, self.network.now)

    def retrieve(self, one: Telephone, _: Telephone, handle: str) -> None:
        one.agent.retrieve(handle, self.network.now)

    def hang_up(self, one: Telephone, _: Telephone, handle: str) -> None:
        one.agent.hang_up(handle, self.network.now)

    def reject(self, one: Telephone, _: Telephone, handle: str) -> None:
        one.agent.reject(handle, self.network.now)

    def deflect(self, one: Telephone, other: Telephone, handle: str) -> None:
        one.agent.deflect(handle, other.uri, self.network.now)

    def transfer(self, one: Telephone, other: Telephone, handle: str) -> None:
        one.agent.transfer(handle, other.uri, self.network.now)

    def consult(self, one: Telephone, other: Telephone, _: str) -> None:
        if len(one.agent.calls) == 2:
            first, second = one.agent.calls
            one.agent.transfer(first, other.uri, self.network.now, consultation=second)

    def digit(self, one: Telephone, _: Telephone, handle: str) -> None:
        one.agent.send_digit(handle, "5", self.network.now)

    def follow(self, one: Telephone, _: Telephone, __: str) -> None:
        asked = [news for news in one.news if isinstance(news, ReferReceived)]
        if asked and asked[-1].call in one.agent.calls:
            news = asked[-1]
            one.agent.follow_referral(news.call, news.target, one.media(), self.network.now)


WISHES = (
    *(Agents.dial, Agents.dial, Agents.answer, Agents.answer, Agents.answer, Agents.hold),
    *(Agents.retrieve, Agents.hang_up, Agents.reject, Agents.deflect, Agents.transfer),
    *(Agents.consult, Agents.follow, Agents.follow, Agents.digit),
)


@pytest.mark.parametrize("seed", range(40))
def test_whatever_agents_do_every_call_comes_to_its_end(seed: int) -> None:
    run_to_the_end(Agents(seed))


@pytest.mark.parametrize("seed", range(20))
def test_octets_that_change_on_the_way_break_no_telephone(seed: int) -> None:
    run_to_the_end(Agents(seed, Line(loss=0.1, doubled=0.1, jitter=0.3, mangled=0.3)))


def run_to_the_end(agents: Agents) -> None:
    """Let agents act, repair the network, hang up: nothing may be left, all told in order."""
    for _ in range(60):
        agents.act()
        agents.network.run(agents.random.choice([0.0, 0.1, 0.5, 3.0]))
    agents.network.line = Line()
    agents.network.run(300.0)
    for telephone in agents.telephones:
        assert_told_in_order(telephone)
    for telephone in agents.telephones:
        for handle in telephone.agent.calls:
            telephone.agent.hang_up(handle, agents.network.now)
    agents.network.run(4_000.0)
    for telephone in agents.telephones:
        assert not telephone.agent.calls
        assert telephone.agent._layer.open_transactions == 0
        assert telephone.agent.deadline is None


def assert_told_in_order(telephone: Telephone) -> None:
    """A call begins once, is answered at most once, and nothing is told after its end."""
    over: set[str] = set()
    begun: set[str] = set()
    answered: set[str] = set()
    for news in telephone.news:
        if not isinstance(news, CallNews):
            continue
        if isinstance(news, CallOriginated | CallOffered):
            assert news.call not in begun
            begun.add(news.call)
        assert news.call in begun
        assert news.call not in over, news
        if isinstance(news, CallAnswered):
            assert news.call not in answered
            answered.add(news.call)
        if isinstance(news, ENDS):
            over.add(news.call)
            if isinstance(news, CallTransferred) and news.consultation:
                over.add(news.consultation)
    assert begun - over == set(telephone.agent.calls)


@pytest.mark.parametrize("seed", range(15))
def test_a_call_gets_through_a_bad_network(seed: int) -> None:
    network = Network(BAD, seed)
    alice, bob = network.add("alice"), network.add("bob")
    alice.agent.dial(bob.uri, alice.media(), 0.0)
    network.run(20.0)
    bob.agent.answer(bob.call, bob.media(), network.now)
    network.run(20.0)
    assert sum(isinstance(news, CallAnswered) for news in alice.news + bob.news) == 2
    alice.agent.hold(alice.call, network.now)
    network.run(40.0)
    assert alice.agent.calls[alice.call].media.is_held_by_us
    bob.agent.hang_up(bob.call, network.now)
    network.run(40.0)
    assert not alice.agent.calls
    assert not bob.agent.calls
