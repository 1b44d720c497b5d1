"""Which transaction a message belongs to (RFC 3261 s. 17.1.3 and 17.2.3); pure, any thread."""

from __future__ import annotations

from typing import NamedTuple

from telephony.sip.message.message import Request, Response


class ClientKey(NamedTuple):
    """RFC 3261 s. 17.1.3: the branch that this side made, and the method."""

    branch: str
    method: str


class ServerKey(NamedTuple):
    """RFC 3261 s. 17.2.3: branch, sent-by and method; an ACK counts as its INVITE.

    For RFC 2543 clients ``branch`` is made of what s. 17.2.3 compares instead: Request-URI, From
    tag, Call-ID, CSeq number and topmost Via.
    """

    branch: str
    sent_by: str
    method: str


class MergeKey(NamedTuple):
    """RFC 3261 s. 8.2.2.2: the same request on two ways has these in common."""

    from_tag: str
    call_id: str
    number: int
    method: str


def client_key(response: Response) -> ClientKey:
    """Return the key of the client transaction that ``response`` answers."""
    return ClientKey(response.top_via.branch or "", response.cseq.method)


def server_key(request: Request) -> ServerKey:
    """Return the key of the server transaction that ``request`` belongs to."""
    return _key(request, "INVITE" if request.method == "ACK" else request.method)


def cancelled_key(cancel: Request) -> ServerKey:
    """Return the key of the INVITE that a CANCEL is about (RFC 3261 s. 9.2)."""
    return _key(cancel, "INVITE")


def merge_key(request: Request) -> MergeKey | None:
    """Return what tells a merged request, None for a request within a dialog."""
    if request.to_address.tag:
        return None
    tag = request.from_address.tag or ""
    return MergeKey(tag, request.call_id, request.cseq.number, request.method)


def _key(request: Request, method: str) -> ServerKey:
    via = request.top_via
    if via.has_transaction_id:
        return ServerKey(via.branch or "", via.sent_by.lower(), method)
    tag = request.from_address.tag or ""
    parts = (request.target, tag, request.call_id, str(request.cseq.number), str(via))
    return ServerKey("\n".join(parts), "", method)
