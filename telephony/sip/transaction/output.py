"""What transactions tell the transports below and their user above; pure, any thread."""

from __future__ import annotations

from dataclasses import dataclass

from telephony.sip.message.message import AnyMessage, Request, Response
from telephony.sip.transaction.hop import Hop
from telephony.sip.transaction.key import ClientKey, ServerKey


@dataclass(frozen=True, slots=True)
class Transmit:
    """Send ``message`` to ``hop`` now."""

    message: AnyMessage
    hop: Hop


@dataclass(frozen=True, slots=True)
class RequestArrived:
    """A new request; answer it under ``key``.

    key: None for an ACK, which has no answer. cancels: for a CANCEL the INVITE it is about, None
    when there is none (481).
    """

    request: Request
    hop: Hop
    key: ServerKey | None
    cancels: ServerKey | None = None


@dataclass(frozen=True, slots=True)
class ResponseArrived:
    """A response to the request that was sent under ``key``."""

    response: Response
    key: ClientKey
    hop: Hop


@dataclass(frozen=True, slots=True)
class TimedOut:
    """No response came to a client, or no ACK to a server, in 64 times t1."""

    key: ClientKey | ServerKey
    request: Request


@dataclass(frozen=True, slots=True)
class TransportFailed:
    """The transport could not deliver; a client's request may be tried at another hop."""

    key: ClientKey | ServerKey
    request: Request


@dataclass(frozen=True, slots=True)
class Ended:
    """Nothing more will come under a client's ``key``."""

    key: ClientKey


Output = Transmit | RequestArrived | ResponseArrived | TimedOut | TransportFailed | Ended
