"""A response to a request, with what every response must repeat (RFC 3261 s. 8.2.6); any thread."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from telephony.sip.message.headers import Field, Headers
from telephony.sip.message.message import Request, Response

REASONS: Mapping[int, str] = MappingProxyType(
    {
        100: "Trying",
        180: "Ringing",
        183: "Session Progress",
        200: "OK",
        202: "Accepted",
        302: "Moved Temporarily",
        400: "Bad Request",
        401: "Unauthorized",
        403: "Forbidden",
        404: "Not Found",
        405: "Method Not Allowed",
        406: "Not Acceptable",
        408: "Request Timeout",
        415: "Unsupported Media Type",
        416: "Unsupported URI Scheme",
        420: "Bad Extension",
        422: "Session Interval Too Small",
        423: "Interval Too Brief",
        480: "Temporarily Unavailable",
        481: "Call/Transaction Does Not Exist",
        482: "Loop Detected",
        486: "Busy Here",
        487: "Request Terminated",
        488: "Not Acceptable Here",
        489: "Bad Event",
        491: "Request Pending",
        500: "Server Internal Error",
        501: "Not Implemented",
        503: "Service Unavailable",
        505: "Version Not Supported",
        603: "Decline",
    }
)
"""RFC 3261 s. 21 and the extensions in use."""


def reply(
    request: Request,
    status: int,
    reason: str = "",
    *,
    to_tag: str = "",
    headers: tuple[Field, ...] = (),
    body: bytes = b"",
) -> Response:
    """Return the response ``status`` to ``request``.

    to_tag: put on To when the request had none there; never on a 100 (RFC 3261 s. 8.2.6.2).
    headers: further fields. The repeated fields are copied as written, so a request that is
    refused for its syntax can be answered too.
    """
    asked = request.headers
    repeated: list[Field] = [("Via", value) for value in asked.all("Via")]
    for name in ("From", "To", "Call-ID", "CSeq"):
        value = asked.get(name)
        if value is not None:
            is_tagged = name == "To" and to_tag and status != 100
            repeated.append((name, _tagged(value, to_tag) if is_tagged else value))
    if status == 100 and (stamp := asked.get("Timestamp")):
        repeated.append(("Timestamp", stamp))
    return Response(
        status=status,
        reason=reason or REASONS.get(status, ""),
        headers=Headers.from_parser(repeated).with_fields(headers),
        body=body,
    )


def _tagged(value: str, tag: str) -> str:
    """Return a To with the tag behind everything else, if it has none; an empty one stays so."""
    tail = value[value.rfind(">") + 1 :]
    return f"{value};tag={tag}" if value and "tag" not in _names(tail) else value


def _names(tail: str) -> set[str]:
    return {piece.partition("=")[0].strip(" \t").lower() for piece in tail.split(";")[1:]}
