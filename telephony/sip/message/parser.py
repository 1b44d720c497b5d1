"""Octets into a message: tolerant about style, blind to meaning; pure, any thread.

The parser takes whatever can be taken apart (RFC 3261 s. 7), so that a request with a mistake can
still be answered; `telephony.sip.message.syntax` is strict about what it says.
"""

from __future__ import annotations

import re

from telephony.sip.errors import SipSyntaxError, SizeLimitError
from telephony.sip.message.headers import Field, Headers, canonical_name
from telephony.sip.message.limits import DEFAULT_LIMITS, Limits
from telephony.sip.message.message import Request, Response
from telephony.sip.values.grammar import is_token

_KNOWN_STATUS_LINE = re.compile(r"(SIP/2\.0) ([1-6][0-9]{2})(?: (.*))?", re.IGNORECASE | re.DOTALL)
_BLANK = " \t"
_END_OF_HEAD = b"\r\n\r\n"


def parse_message(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Request | Response:
    """Return the message that fills ``data``: a datagram, a WebSocket frame, a framed piece.

    A Content-Length that can be believed cuts the body: what follows it is not part of the message
    (RFC 3261 s. 18.3). Raises SipSyntaxError for what is no SIP message at all or an unusable
    response, and SizeLimitError.
    """
    head, body = split_head(data, limits)
    lines = head_lines(head)
    fields, defects = read_fields(lines, limits)
    headers = Headers.from_parser(fields)
    return _start(lines[0], headers, _body(headers, body, limits), tuple(defects))


def split_head(data: bytes, limits: Limits) -> tuple[bytes, bytes]:
    """Return start line and fields, and what follows the empty line; raises SipSyntaxError.

    Line ends before the start line are skipped (RFC 3261 s. 7.5).
    """
    start = 0
    while data.startswith(b"\r\n", start):
        start += 2
    end = data.find(_END_OF_HEAD, start, start + limits.head_octets + len(_END_OF_HEAD))
    if end < 0:
        if len(data) - start > limits.head_octets:
            raise SizeLimitError(field="head", value="", accepted=f"{limits.head_octets} octets")
        if data.endswith(b"\r\n"):
            # No body and the empty line forgotten, as in RFC 4475's own archive (baddn.dat).
            return data[start:-2], b""
        raise SipSyntaxError(field="head", value="", accepted="an empty line after the fields")
    return data[start:end], data[end + len(_END_OF_HEAD) :]


def head_lines(head: bytes) -> list[str]:
    """Return the unfolded lines of a head.

    Octets that are no UTF-8 survive as lone surrogates, so they leave as they came.
    """
    text = head.decode("utf-8", "surrogateescape")
    if b"\r\n " in head or b"\r\n\t" in head:
        text = text.replace("\r\n ", " ").replace("\r\n\t", " ")
    return text.split("\r\n")


def read_fields(lines: list[str], limits: Limits) -> tuple[list[Field], list[str]]:
    """Return the header fields of a head, and its lines that are none; raises SizeLimitError."""
    if len(lines) - 1 > limits.fields:
        raise SizeLimitError(field="head", value="", accepted=f"{limits.fields} fields")
    fields: list[Field] = []
    defects: list[str] = []
    names: dict[str, str] = _NAMES
    for line in lines[1:]:
        written, colon, value = line.partition(":")
        name = names.get(written)
        if name is None:
            stripped = written.rstrip(_BLANK)
            if not colon or not is_token(stripped):
                defects.append(line)
                continue
            name = canonical_name(stripped)
        if "\r" in value or "\n" in value:
            defects.append(line)
            continue
        fields.append((name, value.strip(_BLANK)))
    return fields, defects


_NAMES = {
    name: canonical_name(name)
    for name in (
        *("Via", "From", "To", "Call-ID", "CSeq", "Max-Forwards", "Contact", "Content-Type"),
        *("Content-Length", "Allow", "Supported", "User-Agent", "Route", "Record-Route"),
        *("Authorization", "Expires", "Accept", "Date", "Server", "Require", "Session-Expires"),
    )
}
"""What nearly every message has, found without looking at each character."""


def _start(
    line: str, headers: Headers, body: bytes, defects: tuple[str, ...]
) -> Request | Response:
    if line[:4].upper() == "SIP/":
        return _response(line, headers, body, defects)
    method, space, rest = line.partition(" ")
    target, _, version = rest.rpartition(" ")
    if not space or "\r" in line or "\n" in line or "SIP/" not in line.upper():
        raise SipSyntaxError(field="start line", value=line, accepted="METHOD uri SIP/2.0")
    return Request(
        method=method,
        target=target,
        version=version,
        headers=headers,
        body=body,
        defects=defects,
    )


def _response(line: str, headers: Headers, body: bytes, defects: tuple[str, ...]) -> Response:
    match = _KNOWN_STATUS_LINE.fullmatch(line)
    if match is None or "\r" in line or "\n" in line:
        raise SipSyntaxError(field="start line", value=line, accepted="SIP/2.0 100 to 699 reason")
    version, status, reason = match.groups()
    return Response(
        status=int(status),
        reason=reason or "",
        version=version,
        headers=headers,
        body=body,
        defects=defects,
    )


def _body(headers: Headers, rest: bytes, limits: Limits) -> bytes:
    if len(rest) > limits.body_octets:
        raise SizeLimitError(field="body", value="", accepted=f"{limits.body_octets} octets")
    told = headers.get("Content-Length")
    if told is not None and told.isascii() and told.isdigit() and len(told) <= 10:
        return rest[: int(told)]
    return rest
