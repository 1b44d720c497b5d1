"""Octets into a session description: an odd line is never a crash; pure, any thread.

Source: RFC 8866 s. 5 and 9. Lines that cannot be read and letters that are unknown are passed over
(RFC 8866 s. 5: a parser must ignore them); only what is needed to find the streams must be right.
"""

from __future__ import annotations

import re
from functools import lru_cache

from telephony.sip.errors import SdpError
from telephony.sip.sdp.description import (
    Attribute,
    Connection,
    MediaDescription,
    Origin,
    SessionDescription,
)

MOST_LINES = 2_000
MOST_STREAMS = 32
_MOST_PORT = 65_535
_USUAL = ("a=rtpmap:", "a=fmtp:", "a=ptime:", "a=maxptime:", "a=rtcp-mux", "a=sendrecv")
"""What a peer writes alike in all its offers; never keys and addresses, which nobody is to keep."""

_REMEMBERED, _MOST_REMEMBERED = 256, 128
"""Such lines, and the characters of the longest."""

_LINE_END = re.compile(r"\r\n|\n|\r")
_MEDIA = re.compile(r"(\S++) ++([0-9]{1,5}+)(?:/[0-9]++)?+ ++(\S++)((?: ++\S++)*+) *+")
_CONNECTION = re.compile(r"IN ++(IP4|IP6) ++([^\s/]++)(?:/[0-9/]++)? *+")
_ORIGIN = re.compile(r"(\S++) ++(\S++) ++([0-9]{1,20}+) ++IN ++(IP4|IP6) ++(\S++) *+")


def parse_description(body: bytes) -> SessionDescription:
    """Return the description; raises SdpError when it has no version 0 or an unreadable stream."""
    text = body.decode("utf-8", "surrogateescape").strip("\r\n \t")
    lines = _LINE_END.split(text)
    if not lines[0].startswith("v=0"):
        raise SdpError("a description begins with v=0", line=lines[0])
    if len(lines) > MOST_LINES:
        raise SdpError(f"more than {MOST_LINES} lines")
    blocks: list[list[str]] = [[]]
    for line in lines:
        if line.startswith("m="):
            blocks.append([])
        blocks[-1].append(line)
    if len(blocks) - 1 > MOST_STREAMS:
        raise SdpError(f"more than {MOST_STREAMS} streams")
    head, *streams = blocks
    return SessionDescription(
        origin=_origin(head),
        name=_first(head, "s=") or "-",
        connection=_connection(head),
        attributes=_attributes(head),
        media=tuple(_media(stream) for stream in streams),
    )


def _media(lines: list[str]) -> MediaDescription:
    match = _MEDIA.fullmatch(lines[0][2:])
    if match is None or int(match.group(2)) > _MOST_PORT:
        raise SdpError("m=kind port protocol formats", line=lines[0])
    kind, port, protocol, formats = match.groups()
    return MediaDescription(
        kind=kind.lower(),
        port=int(port),
        protocol=protocol,
        formats=tuple(formats.split()),
        connection=_connection(lines),
        attributes=_attributes(lines),
    )


def _attributes(lines: list[str]) -> tuple[Attribute, ...]:
    found = []
    for line in lines:
        if line.startswith("a="):
            is_usual = line.startswith(_USUAL) and len(line) <= _MOST_REMEMBERED
            attribute = _remembered(line) if is_usual else _attribute(line)
            if attribute is not None:
                found.append(attribute)
    return tuple(found)


def _attribute(line: str) -> Attribute | None:
    name, colon, value = line[2:].rstrip(" ").partition(":")
    name = name.strip().lower()
    return Attribute(name, value if colon else None) if name else None


_remembered = lru_cache(_REMEMBERED)(_attribute)


def _connection(lines: list[str]) -> Connection | None:
    for line in lines:
        if line.startswith("c=") and (match := _CONNECTION.fullmatch(line[2:])):
            return Connection(match.group(1), match.group(2))
    return None


def _origin(lines: list[str]) -> Origin:
    """Return the origin; peers that write an odd one are not refused for it."""
    match = _ORIGIN.fullmatch(_first(lines, "o="))
    if match is None:
        return Origin(session_id="0", version=0, address="0.0.0.0")
    user, session_id, version, family, address = match.groups()
    return Origin(
        user=user, session_id=session_id, version=int(version), family=family, address=address
    )


def _first(lines: list[str], start: str) -> str:
    return next((line[2:] for line in lines if line.startswith(start)), "")
