"""Requests and responses for tests of the layers above the parser."""

from __future__ import annotations

from telephony.sip.message.headers import Headers
from telephony.sip.message.message import Request, Response
from telephony.sip.message.reply import reply
from telephony.sip.transaction.hop import Hop

UDP = Hop(transport="UDP", address="192.0.2.1", port=5060)
TCP = Hop(transport="TCP", address="192.0.2.1", port=5060, flow=1)


def make_request(
    method: str = "INVITE",
    *,
    branch: str = "z9hG4bK1",
    number: int = 1,
    call_id: str = "one@pbx",
    to_tag: str = "",
    from_tag: str = "f",
    target: str = "sip:1001@desk.example",
    fields: tuple[tuple[str, str], ...] = (),
    body: bytes = b"",
) -> Request:
    """Return a request of a peer, as small as RFC 3261 s. 8.1.1 allows."""
    to = f"<sip:1001@desk.example>;tag={to_tag}" if to_tag else "<sip:1001@desk.example>"
    via = f"SIP/2.0/UDP pbx:5060;branch={branch}" if branch else "SIP/2.0/UDP pbx:5060"
    return Request(
        method=method,
        target=target,
        headers=Headers(
            (
                ("Via", via),
                ("Max-Forwards", "70"),
                ("From", f"<sip:+8613800138000@pbx>;tag={from_tag}"),
                ("To", to),
                ("Call-ID", call_id),
                ("CSeq", f"{number} {method}"),
                ("Contact", "<sip:+8613800138000@pbx:5060>"),
                *fields,
            )
        ),
        body=body,
    )


def answer(request: Request, status: int, *, tag: str = "t", contact: str = "") -> Response:
    """Return a peer's response."""
    headers = (("Contact", f"<{contact}>"),) if contact else ()
    return reply(request, status, to_tag=tag, headers=headers)
