"""The requests that follow an INVITE on its own way: ACK of a failure and CANCEL; any thread."""

from __future__ import annotations

from telephony.sip.message.headers import Field, Headers
from telephony.sip.message.message import Request, Response
from telephony.sip.values.cseq import CSeq


def ack_of_failure(invite: Request, response: Response) -> Request:
    """Return the ACK of a 300 to 699, which the transaction itself sends (RFC 3261 s. 17.1.1.3)."""
    return _follower(invite, "ACK", to=response.headers.get("To") or "")


def cancel_of(invite: Request) -> Request:
    """Return the CANCEL of an INVITE that has had a provisional response (RFC 3261 s. 9.1)."""
    return _follower(invite, "CANCEL", to=invite.headers.get("To") or "")


def _follower(invite: Request, method: str, *, to: str) -> Request:
    """Same target, way, Call-ID, From and number; one Via, that of the INVITE."""
    fields: list[Field] = [("Via", str(invite.top_via))]
    fields += [("Route", value) for value in invite.headers.all("Route")]
    fields += [
        ("From", invite.headers.get("From") or ""),
        ("To", to),
        ("Call-ID", invite.call_id),
        ("CSeq", str(CSeq(invite.cseq.number, method))),
        ("Max-Forwards", "70"),
    ]
    return Request(method=method, target=invite.target, headers=Headers(fields))
