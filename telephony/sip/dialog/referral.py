"""Transfer: REFER and the news of it by NOTIFY (RFC 3515, 5589, 6665); pure, any thread."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from telephony.sip.dialog.dialog import Dialog
from telephony.sip.dialog.replaces import replaces_of
from telephony.sip.errors import SipSyntaxError
from telephony.sip.message.headers import Field
from telephony.sip.message.message import Request, Response
from telephony.sip.values.address import Address
from telephony.sip.values.uri import SipUri, Uri

SIPFRAG = "message/sipfrag;version=2.0"
"""RFC 3515 s. 2.4.4: what NOTIFY's body is."""

PATIENCE_SECONDS = 180
"""RFC 3515 s. 2.4.4 leaves the subscription's time to the peer; after this we stop waiting."""

_STATUS = re.compile(rb"\s*SIP/2\.0[ \t]+([1-6][0-9]{2})\b", re.IGNORECASE)


class ReferralState(StrEnum):
    """How far a transfer that we asked for is."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    DONE = "done"
    FAILED = "failed"


class ReferralEvent(StrEnum):
    """What is heard of it."""

    REFER_ACCEPTED = "2xx to REFER"
    REFER_REFUSED = "300-699 to REFER"
    PROGRESS = "NOTIFY 1xx"
    SUCCESS = "NOTIFY 2xx"
    FAILURE = "NOTIFY 300-699"
    SILENCE = "ended without a result"


_S, _E = ReferralState, ReferralEvent
_MOVES: Mapping[tuple[ReferralState, ReferralEvent], ReferralState] = MappingProxyType(
    {
        # RFC 3515 s. 2.4.4: a NOTIFY may overtake the 202.
        **{(state, _E.SUCCESS): _S.DONE for state in (_S.ASKED, _S.ACCEPTED)},
        **{(state, _E.FAILURE): _S.FAILED for state in (_S.ASKED, _S.ACCEPTED)},
        **{(state, _E.PROGRESS): _S.ACCEPTED for state in (_S.ASKED, _S.ACCEPTED)},
        **{(state, _E.SILENCE): _S.FAILED for state in (_S.ASKED, _S.ACCEPTED)},
        (_S.ASKED, _E.REFER_ACCEPTED): _S.ACCEPTED,
        (_S.ACCEPTED, _E.REFER_ACCEPTED): _S.ACCEPTED,
        (_S.ASKED, _E.REFER_REFUSED): _S.FAILED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Referral:
    """One transfer that this side asked its peer to make.

    state: how far it is. status: of the last news, 0 before. until: when it is given up.
    After DONE this side sends BYE for its own leg (RFC 5589 s. 6.1).
    """

    state: ReferralState = ReferralState.ASKED
    status: int = 0
    until: float

    @property
    def is_over(self) -> bool:
        """Whether nothing more is expected."""
        return self.state in (ReferralState.DONE, ReferralState.FAILED)

    def answered(self, response: Response) -> Referral:
        """Return the transfer after a final response to REFER.

        With ``Refer-Sub: false`` no news will come (RFC 4488 s. 4): 2xx is the end of it.
        """
        if not response.is_success:
            return self._after(_E.REFER_REFUSED, response.status)
        if (response.headers.get("Refer-Sub") or "").strip().lower().startswith("false"):
            return self._after(_E.SUCCESS, response.status)
        return self._after(_E.REFER_ACCEPTED, self.status)

    def notified(self, notify: Request) -> Referral:
        """Return the transfer after a NOTIFY; raises SipSyntaxError for an unreadable one."""
        status = sipfrag_status(notify.body)
        moved = self._after(_news(status), status)
        ended = (notify.headers.get("Subscription-State") or "").strip().lower()
        if ended.startswith("terminated") and not moved.is_over:
            return moved._after(_E.SILENCE, status)
        return moved

    def timed_out(self) -> Referral:
        """Return the transfer after too long a silence."""
        return self._after(_E.SILENCE, self.status)

    def _after(self, event: ReferralEvent, status: int) -> Referral:
        """Return the transfer after ``event``; what comes after its end changes nothing."""
        state = _MOVES.get((self.state, event))
        return self if state is None else replace(self, state=state, status=status)


def _news(status: int) -> ReferralEvent:
    if status < 200:
        return ReferralEvent.PROGRESS
    return ReferralEvent.SUCCESS if status < 300 else ReferralEvent.FAILURE


def sipfrag_status(body: bytes) -> int:
    """Return the status that a NOTIFY's body tells (RFC 3515 s. 2.4.5); raises SipSyntaxError."""
    match = _STATUS.match(body)
    if match is None:
        shown = body[:60].decode("utf-8", "replace")
        raise SipSyntaxError(field="sipfrag", value=shown, accepted="SIP/2.0 and a status")
    return int(match.group(1))


def refer_fields(target: Uri, *, by: Address) -> tuple[Field, ...]:
    """Return the fields of a REFER to ``target`` (RFC 3515 s. 2.1, RFC 3892 s. 3)."""
    plain = Address(uri=by.uri, display=by.display)
    return (("Refer-To", f"<{target}>"), ("Referred-By", str(plain)))


def attended_target(consultation: Dialog) -> Uri:
    """Return where to refer a caller so that it takes our place in ``consultation``.

    The consulted side's target with a Replaces header in it (RFC 5589 s. 7).
    """
    target = consultation.target
    if not isinstance(target, SipUri):
        return target
    plain = target.as_request_uri()
    return plain.with_header("Replaces", str(replaces_of(consultation)))


def notify_fields(*, event_id: str = "", active_seconds: int | None = None) -> tuple[Field, ...]:
    """Return the fields of a NOTIFY about a REFER that we took (RFC 3515 s. 2.4.4).

    event_id: the REFER's CSeq number when there are several. active_seconds: None when this is
    the last one.
    """
    event = f"refer;id={event_id}" if event_id else "refer"
    state = (
        "terminated;reason=noresource"
        if active_seconds is None
        else f"active;expires={active_seconds}"
    )
    return (
        ("Event", event),
        ("Subscription-State", state),
        ("Content-Type", SIPFRAG),
    )


def sipfrag(status: int, reason: str) -> bytes:
    """Return a NOTIFY's body that tells ``status``."""
    return f"SIP/2.0 {status} {reason}\r\n".encode()
