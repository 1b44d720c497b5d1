"""Ends of calls for the benchmarks of the media: a cheap card, engines of one beat, a far side."""

from __future__ import annotations

import asyncio
import base64
import random
import socket
import time
from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from math import pi, sin

from agent_desk.domain.sound import AudioChoice, AudioDevices
from telephony.rtp.packet.rtp import RtpPacket
from telephony.sip.sdp.agreement import Agreement
from telephony.sip.sdp.direction import Direction
from telephony.sip.sdp.policy import DIGITS_48, OPUS, LocalMedia
from telephony.sip.sdp.profile import Crypto, Profile
from telephony.webrtc.chance import Chance
from telephony.webrtc.codecs.catalogue import CodecCatalogue
from telephony.webrtc.sound_card import CARD_FRAME, CARD_HZ
from telephony.webrtc.ticker import TICK_SECONDS, OnTick, SteadyTicker

HOST = "127.0.0.1"
SUITE = "AES_CM_128_HMAC_SHA1_80"
_FRAMES = 50


def speech() -> list[array[int]]:
    """Return a second of something between a voice and a room, in frames of the card."""
    chance = random.Random(3)
    parts = [(110 * part, 6000 / part) for part in range(1, 8)]

    def sample(at: int) -> int:
        swell = 0.6 + 0.4 * sin(2 * pi * 3 * at / CARD_HZ)
        voiced = sum(peak * sin(2 * pi * hz * at / CARD_HZ) for hz, peak in parts)
        return int(swell * voiced + chance.gauss(0, 80))

    return [
        array("h", (sample(frame * CARD_FRAME + at) for at in range(CARD_FRAME)))
        for frame in range(_FRAMES)
    ]


class LoopCard:
    """A card that says the same second again and again, and plays to nobody."""

    def __init__(self, frames: list[array[int]]) -> None:
        self._frames = frames
        self._at = 0

    def start(self, on_change: Callable[[AudioDevices, str], None]) -> None:
        """Tell of no device."""

    def stop(self) -> None:
        """Nothing is open."""

    def choose(self, choice: AudioChoice) -> None:
        """There is no choice."""

    def open(self) -> None:
        """It is always open."""

    def close(self) -> None:
        """It stays open."""

    def take(self) -> array[int]:
        """Return the next 20 ms."""
        self._at = (self._at + 1) % len(self._frames)
        return self._frames[self._at]

    def play(self, samples: array[int]) -> None:
        """Drop it."""


class SharedBeat:
    """One beat for many engines. late: beats that came after the next one was due."""

    def __init__(self) -> None:
        self.late = 0
        self._ticker = SteadyTicker()
        self._listeners: dict[object, OnTick] = {}

    def ticker(self) -> _Part:
        """Return what one engine takes for its ticker."""
        return _Part(self)

    def join(self, part: object, on_tick: OnTick) -> None:
        """Beat for ``part`` too."""
        self._listeners[part] = on_tick
        self._ticker.start(self._tick)

    def leave(self, part: object) -> None:
        """Beat for ``part`` no more."""
        self._listeners.pop(part, None)
        if not self._listeners:
            self._ticker.stop()

    def _tick(self, passed: int) -> None:
        self.late += passed - 1
        for listener in tuple(self._listeners.values()):
            listener(passed)


class _Part:
    def __init__(self, beat: SharedBeat) -> None:
        self._beat = beat

    def start(self, on_tick: OnTick) -> None:
        self._beat.join(self, on_tick)

    def stop(self) -> None:
        self._beat.leave(self)


@dataclass(slots=True)
class FarSide:
    """The far ends of many calls under SDES: each a socket that says Opus and counts what comes."""

    sockets: list[socket.socket] = field(default_factory=list)
    received: list[int] = field(default_factory=list)

    def agreement(self, local: LocalMedia) -> Agreement:
        """Return what the engine that opened ``local`` is to do; adds a far end for it."""
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind((HOST, 0))
        sock.setblocking(False)
        self.sockets.append(sock)
        self.received.append(0)
        chance = Chance()
        return Agreement(
            profile=Profile.SDES,
            codec=OPUS,
            codecs=(OPUS, DIGITS_48),
            digits=DIGITS_48,
            noise=None,
            direction=Direction.SENDRECV,
            address=HOST,
            port=sock.getsockname()[1],
            rtcp_port=sock.getsockname()[1],
            has_rtcp_mux=True,
            ptime_ms=20,
            our_key=Crypto(1, SUITE, chance.key()),
            their_key=Crypto(1, SUITE, chance.key()),
        )

    async def talk(
        self, locals_: list[LocalMedia], agreements: list[Agreement], seconds: float
    ) -> list[float]:
        """Say Opus to every call for ``seconds``; return the frames a second that came of each."""
        from pylibsrtp import Policy, Session

        encoder = CodecCatalogue().make_encoder(OPUS)
        payloads = [encoder.encode(frame) for frame in speech()]
        sessions = []
        for each in agreements:
            assert each.their_key is not None
            key = base64.b64decode(each.their_key.key)
            sessions.append(Session(Policy(key=key, ssrc_type=Policy.SSRC_ANY_OUTBOUND)))
        warm_up = round(1.0 / TICK_SECONDS)
        began = due = time.perf_counter()
        for number in range(warm_up + round(seconds / TICK_SECONDS)):
            if number == warm_up:
                self.received = [0] * len(self.sockets)
                began = time.perf_counter()
            packet = RtpPacket(
                payload_type=OPUS.payload_type,
                sequence_number=number,
                timestamp=number * CARD_FRAME,
                source=7,
                payload=payloads[number % len(payloads)],
            ).encode()
            for sock, session, local in zip(self.sockets, sessions, locals_, strict=True):
                sock.sendto(session.protect(packet), (HOST, local.port))
            due += TICK_SECONDS
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            self._count()
        lasted = time.perf_counter() - began
        return [count / lasted for count in self.received]

    def _count(self) -> None:
        for index, sock in enumerate(self.sockets):
            while True:
                try:
                    data = sock.recv(2048)
                except BlockingIOError:
                    break
                # RTCP shares the port.
                self.received[index] += not 192 <= data[1] <= 223

    def close(self) -> None:
        """Close every far end."""
        for sock in self.sockets:
            sock.close()
