"""Who hears whom of the calls at the headset: everybody else, never oneself; pure, any thread."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from telephony.rtp.sound.mixing import mix
from telephony.rtp.sound.samples import saturated


def joined(voices: Sequence[array[int] | None]) -> array[int] | None:
    """Return all ``voices`` at once, held at the limits of 16 bits; None when nobody speaks.

    None among them says nothing; all others are equally long.
    """
    heard = [each for each in voices if each is not None]
    if len(heard) < 2:
        return heard[0] if heard else None
    if len(heard) == 2:
        return mix(*heard)
    return saturated(map(sum, zip(*heard, strict=True)))
