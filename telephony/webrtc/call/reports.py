"""The reports of a call both ways, and what they say of its quality; the engine's loop."""

from __future__ import annotations

from dataclasses import dataclass

from agent_desk.domain.sound import LineQuality
from telephony.rtp.control.session import ControlSession
from telephony.rtp.errors import RtpError
from telephony.rtp.packet.rtcp import parse_rtcp
from telephony.rtp.packet.rtp import RtpPacket
from telephony.rtp.quality.call_quality import call_quality
from telephony.rtp.quality.loss_meter import Loss, LossMeter
from telephony.webrtc.call.ear import Ear
from telephony.webrtc.chance import Chance

QUALITY_SECONDS = 5.0
_MOST_OPINION = 4.5


@dataclass(frozen=True, slots=True)
class _Period:
    """What was measured in one period of the call."""

    here: float
    there: float | None
    loss: float


class Reports:
    """RTCP of one call. quality_due_at: when `measure` is to be called next."""

    def __init__(self, *, source: int, clock_hz: int, now: float, chance: Chance) -> None:
        """Report as ``source`` of a stream with ``clock_hz``."""
        self._chance = chance
        self._session = ControlSession(
            source=source,
            name=chance.name(),
            clock_hz=clock_hz,
            now=now,
            chance=chance.share(),
        )
        self._losses = LossMeter()
        self._periods: list[_Period] = []
        self._codec = ""
        self.quality_due_at = now + QUALITY_SECONDS

    @property
    def peer_loss(self) -> float:
        """Return the loss that the peer last reported."""
        view = self._session.peer_view
        return 0.0 if view is None else view.loss

    def count_by(self, clock_hz: int) -> None:
        """Go on with a codec whose timestamps count ``clock_hz`` a second."""
        self._session.count_by(clock_hz)

    def note_sent(self, packet: RtpPacket, now: float) -> None:
        """Count a packet of ours."""
        self._session.note_sent(packet, now)

    def receive(self, data: bytes, *, now: float, wall: float) -> bool:
        """Take in a compound; return whether it was one."""
        try:
            self._session.receive(parse_rtcp(data), now=now, wall=wall)
        except RtpError:
            return False
        return True

    def due(self, ear: Ear, *, now: float, wall: float) -> bytes | None:
        """Return the report that is due, if one is."""
        if now < self._session.due_at:
            return None
        statistics = ear.stream.statistics
        return self._session.make_report(
            statistics, now=now, wall=wall, chance=self._chance.share()
        )

    def goodbye(self) -> bytes:
        """Return the compound that ends our stream."""
        return self._session.make_goodbye()

    def measure(self, ear: Ear, codec: str, now: float) -> LineQuality:
        """Return how the call has sounded since the last time."""
        self.quality_due_at = now + QUALITY_SECONDS
        statistics, view = ear.stream.statistics, self._session.peer_view
        loss = Loss(share=0.0)
        if statistics is not None:
            loss = self._losses.take(statistics, ear.stream.buffer.counts)
        delay = ear.stream.buffer.target_seconds
        opinion = call_quality(loss=loss, codec=codec, buffer_seconds=delay, view=view)
        self._periods.append(_Period(opinion.here, opinion.there, loss.share))
        self._codec = codec
        return self._said(opinion.here, opinion.there, loss.share, ear)

    def summarise(self, ear: Ear, codec: str, now: float) -> LineQuality:
        """Return how the whole call has sounded: the mean of all that was measured."""
        self.measure(ear, codec, now)
        here = [each.here for each in self._periods]
        there = [each.there for each in self._periods if each.there is not None]
        loss = [each.loss for each in self._periods]
        return self._said(_mean(here), _mean(there) if there else None, _mean(loss), ear)

    def _said(self, here: float, there: float | None, loss: float, ear: Ear) -> LineQuality:
        statistics, view = ear.stream.statistics, self._session.peer_view
        trip = None if view is None else view.round_trip_seconds
        return LineQuality(
            here=min(here, _MOST_OPINION),
            there=None if there is None else min(there, _MOST_OPINION),
            loss=loss,
            jitter_ms=0.0 if statistics is None else 1000 * statistics.jitter.seconds,
            round_trip_ms=None if trip is None else 1000 * trip,
            codec=self._codec,
        )


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)
