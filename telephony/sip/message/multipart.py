"""Bodies of several parts (RFC 2046 s. 5.1, RFC 5621, RFC 4475 s. 3.1.1.11); pure, any thread."""

from __future__ import annotations

import re
from dataclasses import dataclass

from telephony.sip.errors import SipSyntaxError, SizeLimitError
from telephony.sip.message.headers import Headers
from telephony.sip.message.limits import DEFAULT_LIMITS, Limits
from telephony.sip.message.message import AnyMessage
from telephony.sip.message.parser import head_lines, read_fields
from telephony.sip.values.media_type import MediaType, parse_media_type

_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]")
_MOST_PARTS = 32
_TEXT = MediaType(name="text/plain")
_FIELD = "multipart body"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """headers: the part's own fields. body: its octets, without the line end before a boundary."""

    headers: Headers
    body: bytes

    @property
    def content_type(self) -> MediaType:
        """The part's type; plain text when it does not say (RFC 2046 s. 5.2)."""
        value = self.headers.get("Content-Type")
        return _TEXT if value is None else parse_media_type(value)


def parse_multipart(
    body: bytes, content_type: MediaType, limits: Limits = DEFAULT_LIMITS
) -> tuple[Part, ...]:
    """Return the parts of ``body``; raises SipSyntaxError and, for too many, SizeLimitError.

    Preamble and epilogue are dropped. A body that breaks off before its last boundary is refused.
    """
    boundary = content_type.parameters.get("boundary") or ""
    if not _BOUNDARY.fullmatch(boundary):
        raise SipSyntaxError(field=_FIELD, value=boundary, accepted="a boundary of 1 to 70 signs")
    # One pass: each line end is looked at once, whatever the body says.
    mark = re.compile(
        rb"(?:\A|\r\n)--" + re.escape(boundary.encode()) + rb"(--)?[ \t]*+(?=\r\n|\Z)"
    )
    parts: list[Part] = []
    begin: int | None = None
    for match in mark.finditer(body):
        if begin is not None:
            parts.append(_part(body[begin : match.start()], limits))
        if len(parts) > _MOST_PARTS:
            raise SizeLimitError(field=_FIELD, value="", accepted=f"{_MOST_PARTS} parts")
        if match.group(1):
            return tuple(parts)
        begin = match.end()
    raise SipSyntaxError(field=_FIELD, value=boundary, accepted="a last boundary")


def _part(data: bytes, limits: Limits) -> Part:
    """Read what stands between two boundaries, from the line end after the first one."""
    if data.startswith(b"\r\n\r\n"):
        return Part(headers=Headers(), body=data[4:])
    head, blank_line, body = data.removeprefix(b"\r\n").partition(b"\r\n\r\n")
    if not blank_line:
        head = head.removesuffix(b"\r\n")
    lines = head_lines(head) if head else []
    fields, defects = read_fields(["", *lines], limits)
    if defects:
        raise SipSyntaxError(field=_FIELD, value=defects[0], accepted="name: value")
    return Part(headers=Headers.from_parser(fields), body=body)


def body_of_type(message: AnyMessage, name: str) -> bytes | None:
    """Return the body of the media type ``name``, alone or as a part; None when there is none.

    Raises SipSyntaxError for a multipart body that cannot be taken apart.
    """
    content_type = message.content_type
    if content_type is None or not message.body:
        return None
    if content_type.name == name:
        return message.body
    if not content_type.name.startswith("multipart/"):
        return None
    parts = parse_multipart(message.body, content_type)
    return next((part.body for part in parts if part.content_type.name == name), None)
