"""A-law and mu-law as ITU-T G.711 has them, by tables; pure, any thread.

The tables follow the reference software of ITU-T G.191: negative samples are taken by their ones'
complement, A-law reads 13 bits of a sample, mu-law 14. They are made when first used.
"""

from __future__ import annotations

from array import array
from enum import StrEnum
from functools import cache

_ALAW_INVERSION = 0x55
_ULAW_BIAS = 33
_ULAW_CLIP = 0x1FFF
_SIGN = 0x80


class Law(StrEnum):
    """How samples are squeezed into 8 bits; the names are those of SDP in lower case."""

    PCMA = "pcma"
    PCMU = "pcmu"


def decode(law: Law, payload: bytes) -> array[int]:
    """Return one sample for each octet."""
    return array("h", map(_decoding(law).__getitem__, payload))


def encode(law: Law, samples: array[int]) -> bytes:
    """Return one octet for each sample."""
    table = _encoding(law)
    if law is Law.PCMA:
        return bytes([table[sample >> 4] for sample in samples])
    return bytes([table[sample >> 2] for sample in samples])


@cache
def _decoding(law: Law) -> tuple[int, ...]:
    expand = _expand_alaw if law is Law.PCMA else _expand_ulaw
    return tuple(map(expand, range(256)))


@cache
def _encoding(law: Law) -> bytes:
    """Return the codes of 0 upwards and behind them those of the negative, as indices wrap."""
    compress, half = (_compress_alaw, 1 << 11) if law is Law.PCMA else (_compress_ulaw, 1 << 13)
    return bytes(map(compress, (*range(half), *range(-half, 0))))


def _compress_alaw(value: int) -> int:
    """Return the code of a sample's 12 highest bits."""
    sign = _SIGN if value >= 0 else 0
    size = value if value >= 0 else ~value
    segment = 0
    if size > 15:
        segment = 1
        while size > 31:
            size >>= 1
            segment += 1
        size -= 16
    return (sign | segment << 4 | size) ^ _ALAW_INVERSION


def _expand_alaw(code: int) -> int:
    bits = code ^ _ALAW_INVERSION
    segment, size = bits >> 4 & 7, bits & 0xF
    if segment > 0:
        size += 16
    size = (size << 4) + 8
    if segment > 1:
        size <<= segment - 1
    return size if bits & _SIGN else -size


def _compress_ulaw(value: int) -> int:
    """Return the code of a sample's 14 highest bits."""
    sign = _SIGN if value < 0 else 0
    size = min((value if value >= 0 else ~value) + _ULAW_BIAS, _ULAW_CLIP)
    segment = size.bit_length() - 6
    return ~(sign | segment << 4 | size >> segment + 1 & 0xF) & 0xFF


def _expand_ulaw(code: int) -> int:
    bits = ~code & 0xFF
    segment, size = bits >> 4 & 7, bits & 0xF
    size = (((size << 1) + _ULAW_BIAS << segment) - _ULAW_BIAS) << 2
    return -size if bits & _SIGN else size
