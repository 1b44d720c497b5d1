"""The E-model: from delay, codec and loss to an opinion; pure, any thread.

Sources: ITU-T G.107 (06/2015) for 300 to 3400 Hz, G.107.1 (06/2019) for wider sound. R = Ro - Is -
Id - Ie,eff + A (s. 7.1 of both). A headset and no echo are assumed, so that of Id only Idd, the
delay itself, is left, and A is 0. Ro - Is is that of the recommendation's default values.

One scale for all: R of wider sound goes on beyond 100 where narrowband ends at 93.2, and the
opinion is that of G.107 annex B whatever the codec, 4.5 from R = 100 on. G.107.1 annex A would give
3.70 to an undisturbed call in G.711, as somebody hears it who is used to wide sound; an agent who
is told so of every call from outside learns nothing.
"""

from __future__ import annotations

from math import log2, pow

from telephony.rtp.quality.equipment import G711_CONCEALED, Equipment

_UNHEARD_DELAY_MS = 100.0
_MOST_IMPAIRMENT = 95.0


def rating(
    *,
    delay_ms: float,
    loss: float,
    equipment: Equipment = G711_CONCEALED,
    burst_ratio: float = 1.0,
) -> float:
    """Return R, 0.0 to 129.0; 93.2 at most for narrowband.

    delay_ms: from mouth to ear, one way. loss: share of frames that were not heard, 0.0 to 1.0.
    burst_ratio: mean length of losses over that of random ones, 1.0 or more.
    """
    impairment = delay_impairment(delay_ms) + loss_impairment(loss, equipment, burst_ratio)
    return max(0.0, equipment.best_rating - impairment)


def delay_impairment(delay_ms: float) -> float:
    """Return Idd: nothing up to 100 ms, then by X = log2(Ta / 100) (s. 7.4)."""
    if delay_ms <= _UNHEARD_DELAY_MS:
        return 0.0
    x = log2(delay_ms / _UNHEARD_DELAY_MS)
    return 25 * (pow(1 + x**6, 1 / 6) - 3 * pow(1 + (x / 3) ** 6, 1 / 6) + 2)


def loss_impairment(loss: float, equipment: Equipment, burst_ratio: float = 1.0) -> float:
    """Return Ie,eff = Ie + (95 - Ie) * Ppl / (Ppl / BurstR + Bpl) (s. 7.5), Ppl in percent."""
    percent = 100 * max(0.0, min(1.0, loss))
    spread = percent / max(1.0, burst_ratio) + equipment.robustness
    rest = _MOST_IMPAIRMENT - equipment.impairment
    return equipment.impairment + rest * percent / spread


def mean_opinion(r: float) -> float:
    """Return MOS-CQE, 1.0 to 4.5 (annex B)."""
    if r <= 0:
        return 1.0
    if r >= 100:
        return 4.5
    return max(1.0, 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6)


def one_way_delay_ms(round_trip_seconds: float, buffer_seconds: float) -> float:
    """Return the delay from mouth to ear: half the round trip, the buffer, and one frame."""
    return 1000 * (round_trip_seconds / 2 + buffer_seconds) + 20.0
