"""SIP messages a second, beside `sipmessage` on those of RFC 4475 that it accepts."""

from __future__ import annotations

import json
from collections.abc import Callable
from time import perf_counter
from typing import Any

import sipmessage

from telephony.sip.errors import SipError
from telephony.sip.message.message import Message
from telephony.sip.message.parser import parse_message
from tests.benchmarks.rounds import median_ms
from tests.sip.corpus import torture_message, torture_names

_ROUNDS = 15
_PASSES = 20
_CALL = b"\r\n".join(
    (
        *(b"INVITE sip:1001@10.0.0.7:5060;transport=udp SIP/2.0",),
        *(b"Via: SIP/2.0/UDP 10.0.0.1:5060;rport;branch=z9hG4bKPj6f2c;received=10.0.0.1",),
        *(b'From: "Wang Fang" <sip:+8613800138000@10.0.0.1>;tag=as58f4201b',),
        *(b"To: <sip:1001@10.0.0.7>", b"Contact: <sip:asterisk@10.0.0.1:5060>"),
        *(b"Call-ID: 6f2c9f8e-1d3a-4a7c@10.0.0.1", b"CSeq: 31862 INVITE"),
        *(b"Allow: OPTIONS, REGISTER, SUBSCRIBE, NOTIFY, PUBLISH, INVITE, ACK, BYE, CANCEL",),
        *(b"Supported: 100rel, timer, replaces, norefersub", b"Session-Expires: 1800"),
        *(b"Min-SE: 90", b"Max-Forwards: 70", b"User-Agent: Asterisk PBX 22.1.0"),
        *(b"Content-Type: application/sdp", b"Content-Length: 0", b"", b""),
    )
)
Reader = Callable[[Any], None]


def run() -> dict[str, Any]:
    """Return microseconds a message, medians of rounds that alternate between the two.

    ``parse``: octets into a message. ``read``: the same, and the fields that every element reads.
    ``round_trip``: the same, and octets again. ``faster_by``: theirs divided by ours.
    """
    messages = [_CALL, *filter(_is_accepted, map(torture_message, torture_names()))]
    result: dict[str, Any] = {"messages": len(messages), "sipmessage": sipmessage.__version__}
    for name, ours, theirs in (
        ("parse", _nothing, _nothing),
        ("read", _read_ours, _read_theirs),
        ("round_trip", _round_trip_ours, _round_trip_theirs),
    ):
        our_us, their_us = _compare(messages, ours, theirs)
        result[name] = {
            "ours_us": our_us,
            "sipmessage_us": their_us,
            "faster_by": round(their_us / our_us, 2),
        }
    return result


def _compare(messages: list[bytes], ours: Reader, theirs: Reader) -> tuple[float, float]:
    mine: list[float] = []
    others: list[float] = []
    for _ in range(_ROUNDS):
        mine.append(_round(messages, parse_message, ours))
        others.append(_round(messages, sipmessage.Message.parse, theirs))
    share = 1000 / _PASSES / len(messages)
    return round(median_ms(mine) * share, 2), round(median_ms(others) * share, 2)


def _round(messages: list[bytes], parse: Callable[[bytes], Any], read: Reader) -> float:
    began = perf_counter()
    for _ in range(_PASSES):
        for data in messages:
            read(parse(data))
    return perf_counter() - began


def _is_accepted(data: bytes) -> bool:
    """Return whether both read the message and its fields; theirs raises ValueError."""
    try:
        _round_trip_theirs(sipmessage.Message.parse(data))
        _round_trip_ours(parse_message(data))
    except (ValueError, KeyError, SipError):
        return False
    return True


def _nothing(message: object) -> None:
    """Read no field."""


def _read_ours(message: Message) -> None:
    _ = message.vias, message.from_address, message.to_address, message.contacts
    _ = message.cseq, message.call_id, getattr(message, "uri", None)


def _read_theirs(message: Any) -> None:
    _ = message.via, message.from_address, message.to_address, message.contact
    _ = message.cseq, message.call_id


def _round_trip_ours(message: Message) -> None:
    _read_ours(message)
    message.encode()


def _round_trip_theirs(message: Any) -> None:
    _read_theirs(message)
    bytes(message)


if __name__ == "__main__":
    print(json.dumps(run(), indent=1))
