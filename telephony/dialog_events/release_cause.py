"""Why a call ended or failed: SIP's status and Q.850's cause as CSTA's; pure, any thread.

Sources: RFC 3261 s. 21, RFC 3326 (Reason), RFC 6432 (Q.850 in responses), ITU-T Q.850 s. 2.2.7.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from agent_desk.domain.event_cause import EventCause
from telephony.sip.errors import SipSyntaxError
from telephony.sip.message.message import Message
from telephony.sip.values.grammar import split_list
from telephony.sip.values.parameters import parse_parameters

_C = EventCause
_OF_STATUS: Mapping[int, EventCause] = MappingProxyType(
    {
        **dict.fromkeys((486, 600), _C.BUSY),
        **dict.fromkeys((403, 433, 603, 607, 608), _C.BLOCKED),
        **dict.fromkeys((404, 410, 416, 480, 484, 485, 502, 604), _C.DEST_NOT_OBTAINABLE),
        **dict.fromkeys((408, 504), _C.NO_ANSWER),
        487: _C.CALL_CANCELLED,
    }
)
_OF_Q850: Mapping[int, EventCause] = MappingProxyType(
    {
        **dict.fromkeys((1, 2, 3, 22, 27, 28, 38), _C.DEST_NOT_OBTAINABLE),
        17: _C.BUSY,
        **dict.fromkeys((18, 19), _C.NO_ANSWER),
        21: _C.BLOCKED,
    }
)
"""20, subscriber absent, and those about the network stay what the status says."""

_ELSEWHERE_SIP = 200
"""RFC 3326 s. 2: a CANCEL with ``SIP;cause=200`` says that another branch has answered."""

_ELSEWHERE_Q850 = 26
"""Q.850: non-selected user clearing, which exchanges send for the same."""

_CAUSE = re.compile(r"[0-9]{1,3}")


@dataclass(frozen=True, slots=True)
class Reason:
    """One Reason value (RFC 3326 s. 2): protocol in upper case, its cause, None when absent."""

    protocol: str
    cause: int | None


def reasons_of(message: Message | None) -> tuple[Reason, ...]:
    """Return the reasons that a message tells; unreadable ones count as absent."""
    if message is None:
        return ()
    found = []
    for value in message.headers.all("Reason"):
        try:
            found += [_reason(element) for element in split_list(value, "Reason")]
        except SipSyntaxError:
            continue
    return tuple(found)


def is_answered_elsewhere(message: Message | None) -> bool:
    """Return whether a CANCEL says that somebody else has answered the call."""
    return any(
        (reason.protocol, reason.cause) in (("SIP", _ELSEWHERE_SIP), ("Q.850", _ELSEWHERE_Q850))
        for reason in reasons_of(message)
    )


def is_ring_time_over(message: Message | None) -> bool:
    """Return whether a CANCEL says that it rang too long, so that the call was missed here."""
    return any(
        (reason.protocol == "Q.850" and reason.cause in (18, 19))
        or (reason.protocol == "SIP" and reason.cause in (408, 480))
        for reason in reasons_of(message)
    )


def failure_cause(status: int, response: Message | None = None) -> EventCause:
    """Return why an outbound call failed; Q.850 is the more exact where both speak."""
    for reason in reasons_of(response):
        known = _OF_Q850.get(reason.cause or 0)
        if reason.protocol == "Q.850" and known is not None:
            return known
    return _OF_STATUS.get(status, EventCause.NETWORK_SIGNAL)


def _reason(text: str) -> Reason:
    protocol, semicolon, rest = text.partition(";")
    cause = parse_parameters(semicolon + rest, "Reason").get("cause") or ""
    number = int(cause) if _CAUSE.fullmatch(cause) else None
    return Reason(protocol.strip().upper(), number)
