"""The far side of a call as a test plays it: two bare sockets that speak RTP."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from array import array
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from math import cos, hypot, pi, sin

from telephony.rtp.digits.sender import DigitSender
from telephony.rtp.errors import RtpError
from telephony.rtp.packet.rtcp import ControlPacket, parse_rtcp
from telephony.rtp.packet.rtp import RtpPacket, parse_rtp
from telephony.rtp.sound.g711 import Law, decode, encode
from telephony.sip.sdp.agreement import Agreement
from telephony.sip.sdp.direction import Direction
from telephony.sip.sdp.policy import DIGITS_8, NOISE, PCMA, PCMU, LocalMedia
from telephony.sip.sdp.profile import Profile

HOST = "127.0.0.1"
FRAME = 160
_PATIENCE_SECONDS = 20.0


@dataclass(slots=True)
class Arrived:
    """A packet and when the test saw it."""

    packet: RtpPacket
    at: float


@dataclass(slots=True)
class FarEnd:
    """What came, and what is sent next. to: where the engine listens."""

    sound: socket.socket
    control: socket.socket
    to: tuple[str, int] = (HOST, 9)
    arrived: list[Arrived] = field(default_factory=list)
    reports: list[ControlPacket] = field(default_factory=list)
    source: int = 0x5EED
    sequence: int = 100
    timestamp: int = 8000
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def agreement(self) -> Agreement:
        """Return plain RTP to this far end."""
        return plain_agreement(self.sound.getsockname()[1], self.control.getsockname()[1])

    def meet(self, local: LocalMedia) -> None:
        """Send to what the engine has opened."""
        self.to = (local.address, local.port)

    def next_packet(self, kind: int, payload: bytes) -> RtpPacket:
        """Return the next packet of this source."""
        packet = RtpPacket(
            payload_type=kind,
            sequence_number=self.sequence % 65536,
            timestamp=self.timestamp,
            source=self.source,
            payload=payload,
        )
        self.sequence += 1
        self.timestamp += FRAME
        return packet

    def say(self, hz: float, packets: int = 1) -> None:
        """Send a tone in as many packets, all at once."""
        for _ in range(packets):
            step = 2 * pi * hz / 8000
            begin = self.timestamp
            samples = array("h", (int(8000 * sin(step * (begin + i))) for i in range(FRAME)))
            packet = self.next_packet(PCMA.payload_type, encode(Law.PCMA, samples))
            self.sound.sendto(packet.encode(), self.to)

    @contextlib.asynccontextmanager
    async def speaking(self, hz: float) -> AsyncIterator[None]:
        """Say a tone for as long as the block lasts, a packet every 20 ms."""
        task = asyncio.create_task(self._speak(hz))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait((task,))

    async def _speak(self, hz: float) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            self.say(hz)
            due += 0.020
            await asyncio.sleep(due - loop.time())

    def press(self, digit: str) -> None:
        """Send a digit."""
        sender = DigitSender()
        sender.send(digit)
        while sender.is_busy:
            report = sender.tick(self.timestamp)
            assert report is not None
            packet = self.next_packet(DIGITS_8.payload_type, report.payload)
            data = RtpPacket(
                payload_type=packet.payload_type,
                sequence_number=packet.sequence_number,
                timestamp=report.timestamp,
                source=packet.source,
                payload=packet.payload,
            ).encode()
            self.sound.sendto(data, self.to)

    async def hear(self, packets: int) -> list[Arrived]:
        """Return further packets once so many have come; raises TimeoutError."""
        first = len(self.arrived)
        await self.until(lambda: len(self.arrived) >= first + packets)
        return self.arrived[first:]

    async def until(self, holds: object) -> None:
        """Return when ``holds()`` is true; it is asked after each datagram."""
        assert callable(holds)
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while not holds():
                self._news.clear()
                await self._news.wait()

    def take_sound(self) -> None:
        """Read what waits at the socket for sound."""
        for data in _waiting(self.sound):
            with contextlib.suppress(RtpError):
                self.arrived.append(Arrived(parse_rtp(data), time.perf_counter()))
        self._news.set()

    def take_control(self) -> None:
        """Read what waits at the socket for reports."""
        for data in _waiting(self.control):
            self.reports += parse_rtcp(data)
        self._news.set()


@contextlib.asynccontextmanager
async def far_end() -> AsyncIterator[FarEnd]:
    """Give a far end that hears until the block ends."""
    loop = asyncio.get_running_loop()
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sound,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control,
    ):
        for sock in (sound, control):
            sock.setblocking(False)
            sock.bind((HOST, 0))
        end = FarEnd(sound, control)
        loop.add_reader(sound, end.take_sound)
        loop.add_reader(control, end.take_control)
        try:
            yield end
        finally:
            loop.remove_reader(sound)
            loop.remove_reader(control)


def plain_agreement(port: int, rtcp_port: int) -> Agreement:
    """Return plain RTP with A-law, digits and noise, to these ports of this machine."""
    return Agreement(
        profile=Profile.RTP,
        codec=PCMA,
        codecs=(PCMA, PCMU, NOISE, DIGITS_8),
        digits=DIGITS_8,
        noise=NOISE,
        direction=Direction.SENDRECV,
        address=HOST,
        port=port,
        rtcp_port=rtcp_port,
        has_rtcp_mux=False,
        ptime_ms=20,
    )


def loudness(arrived: list[Arrived], hz: float) -> float:
    """Return the peak of the sine of ``hz`` in what packets of A-law say."""
    samples = [
        sample
        for each in arrived
        if each.packet.payload_type == PCMA.payload_type
        for sample in decode(Law.PCMA, each.packet.payload)
    ]
    step = 2 * pi * hz / 8000
    real = sum(value * cos(step * index) for index, value in enumerate(samples))
    imaginary = sum(value * sin(step * index) for index, value in enumerate(samples))
    return 2 * hypot(real, imaginary) / max(1, len(samples))


def _waiting(sock: socket.socket) -> list[bytes]:
    found: list[bytes] = []
    with contextlib.suppress(BlockingIOError):
        while True:
            found.append(sock.recv(2048))
    return found
