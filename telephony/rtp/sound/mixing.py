"""Three people in one call, mixed at the desk; pure, any thread."""

from __future__ import annotations

from array import array
from dataclasses import dataclass

from telephony.rtp.sound.samples import HIGHEST, LOWEST


def mix(one: array[int], other: array[int]) -> array[int]:
    """Return both at once, held at the limits of 16 bits; both are equally long."""
    return array(
        "h",
        [
            HIGHEST if both > HIGHEST else LOWEST if both < LOWEST else both
            for both in map(int.__add__, one, other)
        ],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreePartyFrame:
    """What each of three hears: the other two, never oneself.

    local: for the agent's ear. first, second: for the two far ends.
    """

    local: array[int]
    first: array[int]
    second: array[int]


def mix_three(local: array[int], first: array[int], second: array[int]) -> ThreePartyFrame:
    """Return what each hears when each says this; all three are equally long."""
    return ThreePartyFrame(
        local=mix(first, second), first=mix(local, second), second=mix(local, first)
    )
