"""Codecs and their payload types (RFC 3551 s. 6, RFC 8866 s. 6.6, RFC 4733); pure, any thread."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType

from telephony.sip.sdp.description import Attribute, MediaDescription

_RTPMAP = re.compile(r"([0-9]{1,3}+) ++([^\s/]++)/([0-9]{1,7}+)(?:/([0-9]{1,2}+))?\s*+")
_FMTP = re.compile(r"([0-9]{1,3}+)\s++(.*)", re.DOTALL)
_MOST_PAYLOAD_TYPE = 127
_REMEMBERED, _MOST_REMEMBERED = 256, 128
"""Lines of rtpmap, and the characters of the longest that is read."""


TELEPHONE_EVENT = "telephone-event"
COMFORT_NOISE = "cn"
HELPERS = frozenset({TELEPHONE_EVENT, COMFORT_NOISE, "red"})
"""Formats that carry no speech of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Codec:
    """One format of a stream.

    payload_type: 0 to 127 in this stream. name: in lower case. clock_hz: RTP clock; 8000 for
    G.722 although it samples at 16,000 (RFC 3551 s. 4.5.2). channels: as in rtpmap.
    parameters: the text of fmtp, ``""`` without.
    """

    payload_type: int
    name: str
    clock_hz: int = 8000
    channels: int = 1
    parameters: str = ""

    @property
    def format(self) -> tuple[str, int, int]:
        """What makes it the same codec under any payload type: name, clock, channels."""
        return self.name, self.clock_hz, self.channels

    def same_format(self, other: Codec) -> bool:
        """Return whether both are the same codec, whatever their payload types."""
        return self.format == other.format

    def numbered(self, payload_type: int) -> Codec:
        """Return the codec under another payload type."""
        if payload_type == self.payload_type:
            return self
        return replace(self, payload_type=payload_type)

    def with_parameters(self, parameters: str) -> Codec:
        """Return the codec with the text of an fmtp."""
        return Codec(
            payload_type=self.payload_type,
            name=self.name,
            clock_hz=self.clock_hz,
            channels=self.channels,
            parameters=parameters,
        )

    @lru_cache(_REMEMBERED)  # noqa: B019 - only codecs of ours are written, and all calls alike
    def attributes(self) -> tuple[Attribute, ...]:
        """Return rtpmap and fmtp."""
        channels = f"/{self.channels}" if self.channels > 1 else ""
        written = _WRITTEN.get(self.name, self.name)
        rtpmap = Attribute("rtpmap", f"{self.payload_type} {written}/{self.clock_hz}{channels}")
        if not self.parameters:
            return (rtpmap,)
        return (rtpmap, Attribute("fmtp", f"{self.payload_type} {self.parameters}"))


_STATIC: Mapping[int, Codec] = MappingProxyType(
    {
        number: Codec(payload_type=number, name=name, clock_hz=clock_hz, channels=channels)
        for number, name, clock_hz, channels in (
            (0, "pcmu", 8000, 1),
            (3, "gsm", 8000, 1),
            (4, "g723", 8000, 1),
            (5, "dvi4", 8000, 1),
            (6, "dvi4", 16000, 1),
            (7, "lpc", 8000, 1),
            (8, "pcma", 8000, 1),
            (9, "g722", 8000, 1),
            (10, "l16", 44100, 2),
            (11, "l16", 44100, 1),
            (12, "qcelp", 8000, 1),
            (13, "cn", 8000, 1),
            (14, "mpa", 90000, 1),
            (15, "g728", 8000, 1),
            (16, "dvi4", 11025, 1),
            (17, "dvi4", 22050, 1),
            (18, "g729", 8000, 1),
        )
    }
)
"""RFC 3551 s. 6, table 4: these need no rtpmap."""

_WRITTEN = {"pcmu": "PCMU", "pcma": "PCMA", "g722": "G722", "g729": "G729", "cn": "CN"}


def codecs_of(stream: MediaDescription) -> tuple[Codec, ...]:
    """Return the formats of an RTP stream that can be told, in the order of its ``m=`` line.

    A dynamic type without rtpmap, a number that is none, an fmtp for an unmapped type: passed
    over.
    """
    mapped = _mapped(stream)
    parameters = _parameters(stream)
    found: list[Codec] = []
    for text in stream.formats:
        number = int(text) if text.isascii() and text.isdigit() and len(text) <= 3 else -1
        codec = mapped.get(number) or _STATIC.get(number)
        if codec is not None and 0 <= number <= _MOST_PAYLOAD_TYPE:
            said = parameters.get(number, "")
            found.append(codec.with_parameters(said) if said else codec)
    return tuple(found)


def _mapped(stream: MediaDescription) -> dict[int, Codec]:
    mapped: dict[int, Codec] = {}
    for value in stream.all("rtpmap"):
        codec = _codec(value) if len(value) <= _MOST_REMEMBERED else None
        if codec is not None:
            mapped.setdefault(codec.payload_type, codec)
    return mapped


@lru_cache(_REMEMBERED)
def _codec(rtpmap: str) -> Codec | None:
    """Return what an rtpmap says, None when it says nothing; all offers of a peer say the same."""
    match = _RTPMAP.fullmatch(rtpmap)
    if match is None:
        return None
    number, name, clock_hz, channels = match.groups()
    return Codec(
        payload_type=int(number),
        name=name.lower(),
        clock_hz=int(clock_hz),
        channels=int(channels or 1),
    )


def _parameters(stream: MediaDescription) -> dict[int, str]:
    matches = (_FMTP.fullmatch(value) for value in stream.all("fmtp"))
    return {int(match.group(1)): match.group(2).strip() for match in matches if match}
