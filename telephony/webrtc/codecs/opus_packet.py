"""Opus packets taken apart and put together (RFC 6716 s. 3); pure, any thread."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from telephony.rtp.errors import PayloadError

_LONGEST = 48 * 120
_MOST_FRAME_OCTETS = 1275
_WHOLE = 960
"""RFC 6716 s. 3.4: 120 ms at 48 kHz of one packet; octets of one frame."""

_SILK, _HYBRID, _CELT = (480, 960, 1920, 2880), (480, 960), (120, 240, 480, 960)
_FIRST_HYBRID, _FIRST_CELT = 12, 16


@dataclass(frozen=True, slots=True, kw_only=True)
class OpusPacket:
    """configuration: mode, band and duration with the channels, without the count of frames.

    frame_units: duration of each frame in samples at 48 kHz. frames: what each of them holds.
    """

    configuration: int
    frame_units: int
    frames: tuple[bytes, ...]

    def encode(self) -> bytes:
        """Return the packet in its shortest simple form: one frame, or any number with lengths."""
        if len(self.frames) == 1:
            return bytes((self.configuration,)) + self.frames[0]
        head = bytes((self.configuration | 3, 0x80 | len(self.frames)))
        lengths = b"".join(_length(len(frame)) for frame in self.frames[:-1])
        return head + lengths + b"".join(self.frames)


def parse_opus(payload: bytes) -> OpusPacket:
    """Return what is in ``payload``; raises PayloadError for what RFC 6716 s. 3.4 forbids."""
    if not payload:
        raise PayloadError(field="Opus", value="no octet", accepted="RFC 6716 s. 3.1")
    configuration, code = payload[0] & 0xFC, payload[0] & 3
    frames = tuple((_one, _two_alike, _two, _many)[code](memoryview(payload)[1:]))
    units = _frame_units(configuration >> 3)
    if len(frames) * units > _LONGEST or any(len(each) > _MOST_FRAME_OCTETS for each in frames):
        raise PayloadError(field="Opus", value=len(frames), accepted="at most 120 ms")
    return OpusPacket(
        configuration=configuration, frame_units=units, frames=tuple(map(bytes, frames))
    )


def is_whole_frame(payload: bytes) -> bool:
    """Return whether ``payload`` is one frame of 20 ms and nothing else."""
    if not 1 <= len(payload) <= 1 + _MOST_FRAME_OCTETS or payload[0] & 3:
        return False
    return _frame_units(payload[0] >> 3) == _WHOLE


def _frame_units(number: int) -> int:
    if number >= _FIRST_CELT:
        return _CELT[number % 4]
    return _HYBRID[number % 2] if number >= _FIRST_HYBRID else _SILK[number % 4]


def _one(rest: memoryview) -> Iterator[memoryview]:
    yield rest


def _two_alike(rest: memoryview) -> Sequence[memoryview]:
    return _alike(rest, 2)


def _two(rest: memoryview) -> Sequence[memoryview]:
    return _unlike(rest, 2)


def _many(rest: memoryview) -> Sequence[memoryview]:
    if not rest or not rest[0] & 0x3F:
        raise _torn()
    has_lengths, is_padded, count = rest[0] & 0x80, rest[0] & 0x40, rest[0] & 0x3F
    rest = rest[1:]
    if is_padded:
        rest = _unpadded(rest)
    return _unlike(rest, count) if has_lengths else _alike(rest, count)


def _alike(rest: memoryview, count: int) -> Sequence[memoryview]:
    length, over = divmod(len(rest), count)
    if over:
        raise _torn()
    return [rest[length * index : length * (index + 1)] for index in range(count)]


def _unlike(rest: memoryview, count: int) -> Sequence[memoryview]:
    lengths: list[int] = []
    for _ in range(count - 1):
        length, rest = _read_length(rest)
        lengths.append(length)
    frames: list[memoryview] = []
    for length in lengths:
        if length > len(rest):
            raise _torn()
        frames.append(rest[:length])
        rest = rest[length:]
    return [*frames, rest]


def _read_length(rest: memoryview) -> tuple[int, memoryview]:
    """Return a length of one or two octets and what is behind it (RFC 6716 s. 3.2.1)."""
    if rest and rest[0] < 252:
        return rest[0], rest[1:]
    if len(rest) < 2:
        raise _torn()
    return rest[0] + 4 * rest[1], rest[2:]


def _length(count: int) -> bytes:
    if count < 252:
        return bytes((count,))
    low = 252 + count % 4
    return bytes((low, (count - low) // 4))


def _unpadded(rest: memoryview) -> memoryview:
    """Return ``rest`` without the padding at its end, whose length is at its beginning."""
    padding = 0
    while rest and rest[0] == 255:
        padding, rest = padding + 254, rest[1:]
    if not rest:
        raise _torn()
    padding, rest = padding + rest[0], rest[1:]
    if padding > len(rest):
        raise _torn()
    return rest[: len(rest) - padding]


def _torn() -> PayloadError:
    return PayloadError(field="Opus", value="a torn packet", accepted="RFC 6716 s. 3.2")
