"""NTP times as reports carry them (RFC 3550 s. 4); pure, any thread."""

from __future__ import annotations

_UNIX_EPOCH = 2_208_988_800
"""Seconds from 1900 to 1970."""

_FRACTIONS = 1 << 32
_SHORT_SECOND = 1 << 16
_SHORT_MODULUS = 1 << 32


def ntp_time(unix_seconds: float) -> int:
    """Return 64 bits: seconds since 1900, modulo 2**32, in 1/2**32 (the era of 2036 wraps)."""
    whole, part = divmod(unix_seconds, 1.0)
    seconds = (int(whole) + _UNIX_EPOCH) % _FRACTIONS
    return seconds << 32 | min(int(part * _FRACTIONS), _FRACTIONS - 1)


def middle_bits(ntp: int) -> int:
    """Return the middle 32 of 64 bits: what LSR holds (RFC 3550 s. 6.4.1)."""
    return ntp >> 16 & _SHORT_MODULUS - 1


def short_interval(seconds: float) -> int:
    """Return ``seconds`` in 1/65536, as DLSR holds them; never below 0 or over 32 bits."""
    return max(0, min(_SHORT_MODULUS - 1, round(seconds * _SHORT_SECOND)))


def short_seconds(units: int) -> float:
    """Return the seconds of a difference of short times, taken around 0."""
    units %= _SHORT_MODULUS
    return (units - (units >= _SHORT_MODULUS // 2) * _SHORT_MODULUS) / _SHORT_SECOND
