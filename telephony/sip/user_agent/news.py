"""What a SIP telephone tells about its calls, in SIP's words; pure, any thread.

``call`` is the telephone's own handle of a call, the same in all its news and in none of another.
"""

from __future__ import annotations

from dataclasses import dataclass

from telephony.sip.message.message import Request, Response
from telephony.sip.registration.registration import RegistrationState
from telephony.sip.sdp.agreement import Agreement
from telephony.sip.values.uri import Uri


@dataclass(frozen=True, slots=True, kw_only=True)
class CallNews:
    """Common part."""

    call: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOriginated(CallNews):
    """Our INVITE was sent."""

    invite: Request


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOffered(CallNews):
    """A peer's INVITE was taken and rings; ``replaces`` is the call that it takes over."""

    invite: Request
    replaces: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallProgressed(CallNews):
    """180 to 199 came for our INVITE."""

    response: Response


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAnswered(CallNews):
    """2xx and ACK are there: both sides talk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaAgreed(CallNews):
    """What to send and hear from now on; comes again with every new agreement."""

    agreement: Agreement


@dataclass(frozen=True, slots=True, kw_only=True)
class CallHeld(CallNews):
    """A side does not listen any more; ``by_us`` tells which."""

    by_us: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRetrieved(CallNews):
    """A side listens again."""

    by_us: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldFailed(CallNews):
    """The peer has refused our hold, or our retrieval; the session is as it was.

    on: whether it was a hold.
    """

    on: bool
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IceRestartOffered(CallNews):
    """The peer begins ICE anew, and waits until `UserAgent.answer_restart` has candidates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IceRestartRefused(CallNews):
    """The peer does not begin ICE anew as we offered; the session is as it was."""

    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallDeflected(CallNews):
    """We have sent a ringing call on by 302."""

    target: Uri


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRefused(CallNews):
    """We have refused a ringing call with ``status``."""

    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallCancelled(CallNews):
    """The caller has taken back a ringing call; ``cancel`` is None when it only vanished."""

    cancel: Request | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFailed(CallNews):
    """Our call came to nothing: ``response`` says why, or its ``status`` where none came.

    status: 408 for silence, 503 for a broken transport, 488 for an unusable answer.
    """

    status: int
    response: Response | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallTransferred(CallNews):
    """The peer has reached ``target`` as we asked; ``consultation`` is the call it was asked in."""

    target: Uri
    consultation: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferFailed(CallNews):
    """The peer has not reached the target; the call goes on."""

    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferReceived(CallNews):
    """The peer asks us to call ``target`` in its place; accept or refuse it."""

    target: Uri


@dataclass(frozen=True, slots=True, kw_only=True)
class DigitReceived(CallNews):
    """A digit came by INFO (``application/dtmf-relay``): 0-9, *, #, A-D."""

    digit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEnded(CallNews):
    """The call is over; ``by_us`` tells who hung up. reason: of BYE, ``""`` when none is told.

    is_lost: nobody hung up, the peer has vanished; reason then says how that was noticed.
    """

    by_us: bool
    reason: str = ""
    is_lost: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationChanged:
    """The registration has moved.

    is_registered: whether the exchange can reach us. status, reason: of the last answer, 408 for
    none.
    """

    state: RegistrationState
    is_registered: bool
    status: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingChanged:
    """A NAT on the way has given us another address: what goes to the former one is lost.

    address, port: where the server sees us now. has_moved: whether the address is another one, and
    not the port alone, so that media cannot arrive either.
    """

    address: str
    port: int
    has_moved: bool


News = (
    CallOriginated
    | CallOffered
    | CallProgressed
    | CallAnswered
    | MediaAgreed
    | CallHeld
    | CallRetrieved
    | HoldFailed
    | IceRestartOffered
    | IceRestartRefused
    | CallDeflected
    | CallRefused
    | CallCancelled
    | CallFailed
    | CallTransferred
    | TransferFailed
    | ReferReceived
    | DigitReceived
    | CallEnded
    | RegistrationChanged
    | MappingChanged
)
