"""What an INVITE tells about a call beyond who calls: queue, reason, id, the way it came.

Pure, any thread. Exchanges tell these in headers of their own choice, so which header means what is
a setting. Sources: RFC 5806 (Diversion), RFC 7044 (History-Info), RFC 3261 s. 20.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from agent_desk.domain.call import CallDirection
from agent_desk.domain.identifiers import CallId, DeviceId, QueueId
from telephony.dialog_events.identity import IdentityTrust, caller_of, number_of
from telephony.sip.errors import SipSyntaxError
from telephony.sip.message.message import Message, Request
from telephony.sip.values.address import parse_addresses
from telephony.sip.values.grammar import readable, unquote

_ADDRESSES = frozenset({"diversion", "history-info", "to", "referred-by"})
_MOST_CHARACTERS = 200
_MOST_WAIT_SECONDS = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderNames:
    """Which headers tell what; the first that is there counts.

    queue, queue_wait, reason, call_id: names. details: every one of these is handed on as it is.
    Of Diversion and History-Info the number is taken.
    """

    queue: tuple[str, ...] = ("X-Queue",)
    queue_wait: tuple[str, ...] = ("X-Queue-Wait",)
    reason: tuple[str, ...] = ("X-Call-Reason", "Subject")
    call_id: tuple[str, ...] = ("X-Call-ID",)
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFacts:
    """One call, as its INVITE describes it to the desk.

    call_id: the switch's id. device: the desk's own. direction: first leg. calling, calling_name,
    called: numbers as signalled, ``""`` when withheld. queue_id, queue_wait_seconds, reason,
    details: see `DeliveredEvent`. consults: the held call that an outbound one is about.
    """

    call_id: CallId
    device: DeviceId
    direction: CallDirection
    calling: DeviceId
    calling_name: str = ""
    called: DeviceId
    queue_id: QueueId | None = None
    queue_wait_seconds: float = 0.0
    reason: str = ""
    details: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    consults: CallId | None = None

    @property
    def remote(self) -> DeviceId:
        """The far side."""
        return self.calling if self.direction is CallDirection.INBOUND else self.called


def facts_of_offered(
    invite: Request, *, device: DeviceId, trust: IdentityTrust, names: HeaderNames
) -> CallFacts:
    """Return the facts of a call that comes in; nothing that can be wrong in it raises."""
    caller = caller_of(invite, trust)
    queue = _first(invite, names.queue)
    return CallFacts(
        call_id=CallId(_first(invite, names.call_id) or invite.call_id),
        device=device,
        direction=CallDirection.INBOUND,
        calling=DeviceId(caller.number),
        calling_name=caller.name,
        called=DeviceId(_first_dialled(invite) or device),
        queue_id=QueueId(queue) if queue else None,
        queue_wait_seconds=_seconds(_first(invite, names.queue_wait)),
        reason=_first(invite, names.reason),
        details=MappingProxyType({name: v for name in names.details if (v := _text(invite, name))}),
    )


def facts_of_originated(
    invite: Request, *, device: DeviceId, consults: CallId | None = None
) -> CallFacts:
    """Return the facts of a call that this desk makes."""
    return CallFacts(
        call_id=CallId(invite.call_id),
        device=device,
        direction=CallDirection.OUTBOUND,
        calling=device,
        called=DeviceId(number_of(invite.to_address.uri)),
        consults=consults,
    )


def _first_dialled(invite: Request) -> str:
    """Return what the caller dialled first: before every diversion, else To.

    RFC 7044 lists from the first on, RFC 5806 from the last back.
    """
    history, diversion = _numbers(invite, "History-Info"), _numbers(invite, "Diversion")
    if history:
        return history[0]
    return diversion[-1] if diversion else number_of(invite.to_address.uri)


def _first(message: Message, names: tuple[str, ...]) -> str:
    return next((text for name in names if (text := _text(message, name))), "")


def _text(message: Message, name: str) -> str:
    """Return what a header says, cut to a length that no screen and no row minds."""
    if name.lower() in _ADDRESSES:
        return next(iter(_numbers(message, name)), "")[:_MOST_CHARACTERS]
    return readable(unquote(message.headers.get(name) or ""))[:_MOST_CHARACTERS]


def _numbers(message: Message, name: str) -> list[str]:
    try:
        addresses = parse_addresses(message.headers.all(name), name)
    except SipSyntaxError:
        return []
    return [number for address in addresses if (number := number_of(address.uri))]


def _seconds(text: str) -> float:
    """Return a time span; one that cannot be read is none."""
    whole, _, part = text.partition(".")
    if not (whole.isascii() and whole.isdigit() and len(whole) <= 6):
        return 0.0
    part = part if part.isascii() and part.isdigit() else "0"
    return min(float(f"{whole}.{part[:3]}"), _MOST_WAIT_SECONDS)
