"""Calls through the SIP core: how soon it rings, and how many a second it takes; no sockets."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from time import thread_time
from typing import Any

from telephony.sip.message.message import Response
from telephony.sip.sdp.policy import LocalMedia
from telephony.sip.transaction.hop import Hop
from telephony.sip.user_agent.account import Account
from telephony.sip.user_agent.news import CallOffered
from telephony.sip.user_agent.user_agent import UserAgent
from telephony.sip.values.address import Address
from telephony.sip.values.uri import SipUri
from tests.benchmarks.rounds import median_ms, percentile_ms

CALLS = 8_000
REQUIRED_CALLS_PER_SECOND = 1_000
REQUIRED_RINGING_MS = 1.0
_SPACING_SECONDS = 0.001
"""Of the telephones' own time: a thousand calls a second, each of them a second long."""

_LENGTH = 1_000


def run(calls: int = CALLS) -> dict[str, Any]:
    """Return milliseconds from INVITE to 180, both as octets, and calls a second of the callee.

    A call is INVITE, 180, 200, ACK and, a thousand calls later, BYE and its 200; the callee's own
    processor time alone is counted, which a busy machine does not lengthen. failed: calls that did
    not come to their end.
    """
    caller, callee = _telephone("alice", "10.0.0.1"), _telephone("bob", "10.0.0.2")
    ringing: list[float] = []
    spent = 0.0
    talking: list[str] = []
    for number in range(calls):
        now = number * _SPACING_SECONDS
        media = LocalMedia(address="10.0.0.1", port=20_000, session_id=str(number))
        talking.append(caller.dial(SipUri(user="bob", host="10.0.0.2"), media, now))
        invite = next(_octets(caller))
        began = thread_time()
        callee.receive(invite, _ALICE, now)
        (ring,) = list(_octets(callee))
        ringing.append(thread_time() - began)
        caller.receive(ring, _BOB, now)
        spent += ringing[-1] + _answer(caller, callee, now)
        if number >= _LENGTH:
            spent += _end(caller, callee, talking[number - _LENGTH], now)
    end = calls * _SPACING_SECONDS
    for handle in talking[-_LENGTH:]:
        spent += _end(caller, callee, handle, end)
    return {
        "calls": calls,
        "invite_to_180_median_ms": median_ms(ringing),
        "invite_to_180_p99_ms": percentile_ms(ringing, 0.99),
        "required_median_ms": REQUIRED_RINGING_MS,
        "calls_per_second": round(calls / spent),
        "required_calls_per_second": REQUIRED_CALLS_PER_SECOND,
        "failed": len(caller.calls) + len(callee.calls),
    }


_ALICE = Hop(transport="UDP", address="10.0.0.1", port=5060)
_BOB = Hop(transport="UDP", address="10.0.0.2", port=5060)


def _telephone(name: str, host: str) -> UserAgent:
    uri = SipUri(user=name, host=host, port=5060)
    account = Account(address=Address(uri=uri), contact=uri, most_calls=2 * CALLS)
    return UserAgent(account=account, random_bytes=os.urandom)


def _answer(caller: UserAgent, callee: UserAgent, now: float) -> float:
    """Let the callee answer; return its own seconds."""
    began = thread_time()
    offered = next(news for news in callee.take_news() if isinstance(news, CallOffered))
    media = LocalMedia(address="10.0.0.2", port=30_000, session_id="1")
    callee.answer(offered.call, media, now)
    answers = list(_octets(callee))
    spent = thread_time() - began
    for data in answers:
        caller.receive(data, _BOB, now)
    caller.take_news()
    return spent + _hear(callee, list(_octets(caller)), now)


def _end(caller: UserAgent, callee: UserAgent, handle: str, now: float) -> float:
    """Let the caller hang up; return the callee's own seconds."""
    caller.hang_up(handle, now)
    spent = _hear(callee, list(_octets(caller)), now)
    for data in list(_octets(callee)):
        caller.receive(data, _BOB, now)
    caller.handle_time(now)
    return spent


def _hear(callee: UserAgent, packets: list[bytes], now: float) -> float:
    began = thread_time()
    for data in packets:
        callee.receive(data, _ALICE, now)
    callee.handle_time(now)
    callee.take_news()
    return thread_time() - began


def _octets(telephone: UserAgent) -> Iterator[bytes]:
    """Yield what a telephone has to send, as it goes on the wire."""
    for transmit in telephone.take_transmits():
        if not (isinstance(transmit.message, Response) and transmit.message.status == 100):
            yield transmit.message.encode()


if __name__ == "__main__":
    print(json.dumps(run(), indent=1))
