"""What each codec costs in the E-model, with the concealment that it has here; pure, any thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

NARROW_RATING = 93.2
"""ITU-T G.107 s. 7.7: R of the default values of table 3 without delay, coding or loss."""

WIDE_RATING = 129.0
"""ITU-T G.107.1 s. 7.7: the same for 50 to 7000 Hz. Both lie on one scale."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Equipment:
    """How a codec sounds, and how it bears loss.

    impairment: Ie (G.107) or Ie,wb (G.107.1), without loss. robustness: Bpl, higher bears more.
    best_rating: R of what is heard without any codec, NARROW_RATING or WIDE_RATING.
    """

    impairment: float
    robustness: float
    best_rating: float = NARROW_RATING


G711_CONCEALED = Equipment(impairment=0.0, robustness=25.1)
G711_PLAIN = Equipment(impairment=0.0, robustness=4.3)
"""G.113 appendix I: G.711 with concealment after its appendix I, and without."""

OPUS = Equipment(impairment=16.8, robustness=10.4, best_rating=WIDE_RATING)
"""Opus at 31 kbit/s, variable rate, super-wideband, random loss: M. Alahmadi, Opus_emodel (2021),
which has estimated Ie and Bpl from signals; no listener has judged them. An assumption: they are
taken on the scale that ends at 129, where they weigh more than on one for wider sound (148, ITU-T
G.107.2). What copies in the next frame repair is not credited.
"""

G722 = Equipment(impairment=13.0, robustness=OPUS.robustness, best_rating=WIDE_RATING)
"""G.722 at 64 kbit/s: Ie,wb of G.113 appendix IV. An assumption: no Bpl of G.722 with a pitch
carried on was found; what is made up for it lies as far from the truth as what libopus makes up
(docs/rtp.md, 5.1 and 4.7 dB), so that it gets that one's.
"""

_OF_CODEC: Mapping[str, Equipment] = MappingProxyType(
    {"pcma": G711_CONCEALED, "pcmu": G711_CONCEALED, "g722": G722, "opus": OPUS}
)


def equipment_of(codec: str) -> Equipment:
    """Return what is known of ``codec`` (its name in SDP, lower case); of another, as of G.711."""
    return _OF_CODEC.get(codec, G711_CONCEALED)
