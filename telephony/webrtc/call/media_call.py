"""The media of one call; runs on the engine's loop."""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from telephony.rtp.errors import RtpError
from telephony.rtp.packet.rtp import RtpPacket, is_rtcp, parse_rtp
from telephony.sip.sdp.agreement import Agreement
from telephony.sip.sdp.profile import IceDescription
from telephony.webrtc.call.connector import Connector
from telephony.webrtc.call.ear import Ear
from telephony.webrtc.call.mouth import Mouth, speech_terms
from telephony.webrtc.call.path_watch import PathWatch
from telephony.webrtc.call.reports import Reports
from telephony.webrtc.call.surroundings import Surroundings
from telephony.webrtc.engine import (
    DigitHeard,
    EngineEvent,
    PathChanged,
    QualityMeasured,
    RelayServer,
)
from telephony.webrtc.errors import MediaError
from telephony.webrtc.protection.shield import ShieldError
from telephony.webrtc.transport.address import Address
from telephony.webrtc.transport.latch import PeerLatch
from telephony.webrtc.transport.ports import PortRange
from telephony.webrtc.transport.transport import Component, MediaTransport

if TYPE_CHECKING:
    from telephony.webrtc.protection.dtls import Certificate

_DTLS = range(20, 64)
_RTP = range(128, 192)
"""RFC 7983 s. 7: what the first octet says of a datagram."""

_MOST_EARLY = 8


@dataclass(slots=True, kw_only=True)
class DroppedCounts:
    """Datagrams that were not heard: with a wrong key, no packets at all, of no agreed type,
    before anything was agreed on.
    """

    shielded: int = 0
    malformed: int = 0
    unknown: int = 0
    early: int = 0


@dataclass(slots=True, kw_only=True)
class _Agreed:
    """What follows from the last agreement."""

    agreement: Agreement
    ear: Ear
    mouth: Mouth
    reports: Reports


class MediaCall:
    """One call from its ports to its samples.

    muted: whether the microphone is left out. dropped: what came and was not heard.
    """

    def __init__(
        self,
        *,
        name: str,
        transport: MediaTransport,
        certificate: Certificate | None,
        around: Surroundings,
        tell: Callable[[EngineEvent], None],
    ) -> None:
        """Listen on ``transport``; ``tell`` hears what happens."""
        self.name = name
        self.muted = False
        self.dropped = DroppedCounts()
        self.latch = PeerLatch()
        self._transport = transport
        self._around = around
        self._tell = tell
        self._source = around.chance.source()
        self._numbers = around.chance.numbers()
        self._agreed: _Agreed | None = None
        self._early: deque[tuple[bytes, Address, Component]] = deque(maxlen=_MOST_EARLY)
        self._watch = PathWatch()
        self._connector = Connector(
            transport=transport,
            certificate=certificate,
            send=self._send_dtls,
            on_ready=self._on_ready,
            on_failure=self._fail,
        )
        transport.start(self._receive, self._fail)

    # Agreements

    async def apply(self, agreement: Agreement) -> None:
        """Do as was agreed; raises MediaError and changes nothing when that cannot be."""
        now = self._around.now()
        plan = self._connector.plan(agreement)
        self._agreed = self._agreed_on(agreement, now)
        self.latch.expect(
            (agreement.address, agreement.port), (agreement.address, agreement.rtcp_port)
        )
        self._watch.expect(now)
        await self._connector.follow(plan)
        early, self._early = tuple(self._early), deque(maxlen=_MOST_EARLY)
        for data, sender, component in early:
            self._receive(data, sender, component)

    async def restart(
        self, host: str, ports: PortRange, chance: float, relays: tuple[RelayServer, ...]
    ) -> tuple[Address, IceDescription]:
        """Return further sockets for ICE to begin anew with; raises MediaError without ICE."""
        return await self._transport.restart(host, ports, chance, relays)

    def _on_ready(self) -> None:
        self._watch.expect(self._around.now())

    def _send_dtls(self, data: bytes, component: Component) -> None:
        if component is Component.SOUND:
            self._transport.send(data, self.latch.target)
        else:
            self._transport.send_control(data, self.latch.control_target)

    def _agreed_on(self, agreement: Agreement, now: float) -> _Agreed:
        """Return ear and mouth for an agreement; they go on where it changes nothing for them."""
        around, former = self._around, self._agreed
        clock_hz = agreement.codec.clock_hz
        ear = former.ear if former is not None else None
        if ear is None or ear.agreed != agreement.codecs:
            ear = Ear(
                codecs=around.codecs,
                agreed=agreement.codecs,
                clock_hz=clock_hz,
                random_bytes=around.chance.random_bytes,
            )
        mouth = former.mouth if former is not None else None
        if mouth is None or mouth.speaks != speech_terms(agreement):
            mouth = Mouth(
                codecs=around.codecs,
                agreement=agreement,
                source=self._source,
                numbers=mouth.stream.next_numbers if mouth else self._numbers,
            )
        reports = former.reports if former is not None else None
        if reports is None:
            reports = Reports(source=self._source, clock_hz=clock_hz, now=now, chance=around.chance)
        reports.count_by(clock_hz)
        return _Agreed(agreement=agreement, ear=ear, mouth=mouth, reports=reports)

    # What comes

    def _receive(self, data: bytes, sender: Address, component: Component) -> None:
        kind = data[0] if data else 0
        if self._transport.knows(sender) is False:
            self.latch.strangers += 1
        elif kind in _DTLS:
            self._take_dtls(data, sender, component)
        elif kind in _RTP:
            self._take_media(data, sender, component)

    def _take_dtls(self, data: bytes, sender: Address, component: Component) -> None:
        if self._agreed is None:
            # A peer begins its handshake before its answer has been read here.
            self._early.append((data, sender, component))
        elif self._transport.knows(sender) or self.latch.judge_host(sender):
            self._connector.take_dtls(data, component)

    def _take_media(self, data: bytes, sender: Address, component: Component) -> None:
        agreed, shield = self._agreed, self._connector.shield_of(component)
        if agreed is None or shield is None:
            self.dropped.early += 1
            return
        now = self._around.now()
        try:
            if is_rtcp(data):
                self._take_report(shield.open_control(data), sender, agreed, now)
            else:
                self._take_sound(parse_rtp(shield.open_sound(data)), sender, agreed, now)
        except ShieldError:
            self.dropped.shielded += 1
        except RtpError:
            self.dropped.malformed += 1

    def _take_report(self, data: bytes, sender: Address, agreed: _Agreed, now: float) -> None:
        if not self._is_authentic and not self.latch.judge_host(sender):
            return
        if not agreed.reports.receive(data, now=now, wall=self._around.wall()):
            self.dropped.malformed += 1
            return
        agreed.mouth.expect_loss(agreed.reports.peer_loss)
        self._watch.note_report(now)
        if not agreed.agreement.has_rtcp_mux:
            self.latch.note_control(sender)

    def _take_sound(self, packet: RtpPacket, sender: Address, agreed: _Agreed, now: float) -> None:
        if not agreed.ear.knows(packet.payload_type):
            self.dropped.unknown += 1
            return
        if self._is_authentic:
            self.latch.note_authentic(sender, now)
        elif not self.latch.judge(sender, packet.sequence_number, now):
            return
        if not agreed.agreement.direction.receives:
            return
        self._tell_digits(agreed.ear.receive(packet, now))
        if self._watch.note_sound(now):
            self._tell_path()

    @property
    def _is_authentic(self) -> bool:
        return self._connector.shield is not None and self._connector.shield.is_authentic

    # Each tick

    def hear(self, now: float) -> array[int] | None:
        """Return the next 20 ms of the far side, None while there is nothing to hear."""
        if self._agreed is None or not self._agreed.agreement.direction.receives:
            return None
        return self._agreed.ear.hear(now)

    def pass_over(self, now: float) -> None:
        """Let 20 ms of the far side go by unheard."""
        if self._agreed is not None:
            self._agreed.ear.pass_over(now)

    def say(self, samples: array[int] | None, *, passed: int, now: float) -> None:
        """Send the next 20 ms, None for silence; passed: beats since the last, that one too."""
        agreed, shield = self._agreed, self._connector.shield
        if agreed is None:
            return
        agreed.mouth.stream.skip(passed - 1)
        if shield is None or not agreed.agreement.direction.sends or not self._can_send:
            agreed.mouth.stream.skip(1)
            return
        packet = agreed.mouth.say(samples)
        if packet is not None:
            agreed.reports.note_sent(packet, now)
            self._transport.send(shield.close_sound(packet.encode()), self.latch.target)

    def tend(self, now: float) -> None:
        """Do what is due besides sound: reports, quality, digits without an end, silence."""
        agreed = self._agreed
        if agreed is None:
            return
        if self._connector.shield is not None:
            report = agreed.reports.due(agreed.ear, now=now, wall=self._around.wall())
            if report is not None:
                self._send_report(report, agreed)
        self._tell_digits(agreed.ear.late_digits(now))
        if now >= agreed.reports.quality_due_at:
            quality = agreed.reports.measure(agreed.ear, agreed.agreement.codec.name, now)
            self._tell(QualityMeasured(call=self.name, quality=quality))
        expects = agreed.agreement.direction.receives and self._connector.shield is not None
        if self._watch.look(now, expects_sound=expects):
            self._tell_path()

    @property
    def _can_send(self) -> bool:
        return self.latch.target is not None

    def send_digits(self, digits: str) -> None:
        """Queue digits; raises MediaError when the peer takes none, or for what is none."""
        if self._agreed is None:
            raise MediaError("nothing is agreed on yet")
        self._agreed.mouth.send_digits(digits)

    # The end

    async def close(self) -> None:
        """Say goodbye and free the ports."""
        agreed = self._agreed
        if agreed is not None:
            if self._connector.shield is not None:
                self._send_report(agreed.reports.goodbye(), agreed)
            codec = agreed.agreement.codec.name
            quality = agreed.reports.summarise(agreed.ear, codec, self._around.now())
            self._tell(QualityMeasured(call=self.name, quality=quality, is_final=True))
        self._agreed = None
        await self._connector.close()
        await self._transport.close()

    # What is told

    def _fail(self, why: str) -> None:
        if self._watch.fail(why):
            self._tell_path()

    def _tell_path(self) -> None:
        self._tell(PathChanged(call=self.name, path=self._watch.path, why=self._watch.why))

    def _tell_digits(self, digits: str) -> None:
        for digit in digits:
            self._tell(DigitHeard(call=self.name, digit=digit))

    def _send_report(self, report: bytes, agreed: _Agreed) -> None:
        is_shared = agreed.agreement.has_rtcp_mux
        shield = self._connector.shield_of(Component.SOUND if is_shared else Component.CONTROL)
        if shield is None:
            return  # DTLS of the reports' own port is still under way
        data = shield.close_control(report)
        if is_shared:
            self._transport.send(data, self.latch.target)
        else:
            self._transport.send_control(data, self.latch.control_target)
