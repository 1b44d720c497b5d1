"""What a peer wants of the Opus it is sent (RFC 7587 s. 6.1); pure, any thread."""

from __future__ import annotations

from dataclasses import dataclass

OUR_BITS_PER_SECOND = 32_000
"""Full-band speech with a copy of the last frame in each packet; for 20,000 the band is narrow."""

_FEWEST_BITS, _MOST_BITS = 6_000, 510_000
_LOWEST_HZ, _HIGHEST_HZ = 8_000, 48_000


@dataclass(frozen=True, slots=True, kw_only=True)
class OpusWish:
    """bits_per_second: at most, on average. takes_copies: whether the peer uses in-band FEC.

    highest_hz: the rate it plays at. is_constant: whether every packet is to be as long.
    """

    bits_per_second: int = OUR_BITS_PER_SECOND
    takes_copies: bool = False
    highest_hz: int = _HIGHEST_HZ
    is_constant: bool = False


def parse_opus_wish(parameters: str) -> OpusWish:
    """Return what an fmtp says; what it does not say, or says wrongly, is the RFC's default."""
    said: dict[str, str] = {}
    for part in parameters.split(";"):
        name, _, value = part.partition("=")
        said[name.strip().lower()] = value.strip()
    bits = _number(said.get("maxaveragebitrate"), _FEWEST_BITS, _MOST_BITS)
    return OpusWish(
        bits_per_second=min(OUR_BITS_PER_SECOND, bits),
        takes_copies=said.get("useinbandfec") == "1",
        highest_hz=_number(said.get("maxplaybackrate"), _LOWEST_HZ, _HIGHEST_HZ),
        is_constant=said.get("cbr") == "1",
    )


def _number(text: str | None, least: int, most: int) -> int:
    """Return ``text`` within the limits, ``most`` when it is no number."""
    if text is None or not (text.isascii() and text.isdigit() and len(text) <= 9):
        return most
    return max(least, min(most, int(text)))
