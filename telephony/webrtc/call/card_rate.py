"""Samples between a codec's rate and the card's; runs on the engine's loop."""

from __future__ import annotations

from array import array

from telephony.webrtc.codec import Codecs, Resampler
from telephony.webrtc.sound_card import CARD_HZ


class CardRate:
    """One direction of one stream; a codec that works at the card's rate passes untouched."""

    def __init__(self, codecs: Codecs, from_hz: int, to_hz: int) -> None:
        """Bring what has ``from_hz`` to ``to_hz``; one of them is the card's."""
        self._resampler: Resampler | None = None
        if from_hz != to_hz:
            self._resampler = codecs.make_resampler(from_hz, to_hz)

    def take(self, samples: array[int]) -> array[int]:
        """Return 20 ms for 20 ms."""
        return samples if self._resampler is None else self._resampler.resample(samples)


def to_card(codecs: Codecs, sample_hz: int) -> CardRate:
    """Return the way from a codec to the card."""
    return CardRate(codecs, sample_hz, CARD_HZ)


def from_card(codecs: Codecs, sample_hz: int) -> CardRate:
    """Return the way from the card to a codec."""
    return CardRate(codecs, CARD_HZ, sample_hz)
