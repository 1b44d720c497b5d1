"""How a call sounds to each of its ends, from what its stream and its reports say; any thread."""

from __future__ import annotations

from dataclasses import dataclass

from telephony.rtp.control.session import PeerView
from telephony.rtp.quality.e_model import mean_opinion, one_way_delay_ms, rating
from telephony.rtp.quality.equipment import equipment_of
from telephony.rtp.quality.loss_meter import Loss

_PEER_BUFFER_SECONDS = 0.060
"""Nobody tells how long the other end waits; three frames are common."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallQuality:
    """Mean opinions after the E-model, 1.0 to 4.41 for G.711 and to 4.5 for wider sound.

    here: of what this side hears. there: of what the peer hears, None until it reported.
    """

    here: float
    there: float | None


def call_quality(
    *, loss: Loss, codec: str, buffer_seconds: float, view: PeerView | None
) -> CallQuality:
    """Return how the call sounds now.

    loss: of what was sent here and not heard. codec: both ways, its name in SDP. buffer_seconds:
    how long the jitter buffer waits. Without a round trip the network counts as faster than can be
    heard. The peer is taken to conceal as this side does, and its losses to be random.
    """
    equipment = equipment_of(codec)
    round_trip = (view.round_trip_seconds if view else None) or 0.0
    here = rating(
        delay_ms=one_way_delay_ms(round_trip, buffer_seconds),
        loss=loss.share,
        equipment=equipment,
        burst_ratio=loss.burst_ratio,
    )
    if view is None:
        return CallQuality(here=mean_opinion(here), there=None)
    delay_ms = one_way_delay_ms(round_trip, _PEER_BUFFER_SECONDS)
    there = rating(delay_ms=delay_ms, loss=view.loss, equipment=equipment)
    return CallQuality(here=mean_opinion(here), there=mean_opinion(there))
