"""One call's media between a test's hands: datagrams in, samples out, on a time that it turns."""

from __future__ import annotations

from array import array
from dataclasses import replace

from telephony.rtp.packet.rtp import RtpPacket
from telephony.rtp.sound.g711 import Law, encode
from telephony.sip.sdp.agreement import Agreement
from telephony.webrtc.call.media_call import MediaCall
from telephony.webrtc.call.surroundings import Surroundings
from telephony.webrtc.chance import Chance
from telephony.webrtc.engine import EngineEvent
from telephony.webrtc.sound_card import CARD_FRAME
from telephony.webrtc.ticker import TICK_SECONDS
from tests.rtp.tones import tone
from tests.webrtc.far_end import plain_agreement
from tests.webrtc.memory_transport import PEER, PEER_CONTROL, MemoryTransport
from tests.webrtc.plain_codecs import PlainCodecs

FRAME = 160
AGREED: Agreement = replace(
    plain_agreement(PEER[1], PEER_CONTROL[1]), address=PEER[0], has_rtcp_mux=False
)


class LoneCall:
    """A call with its transport and everything it told and played."""

    def __init__(self) -> None:
        self.seconds = 100.0
        self.events: list[EngineEvent] = []
        self.heard: array[int] = array("h")
        self.transport = MemoryTransport()
        self.call = MediaCall(
            name="call",
            transport=self.transport,
            certificate=None,
            around=Surroundings(
                codecs=PlainCodecs(), chance=Chance(), now=self._now, wall=lambda: 1.8e9
            ),
            tell=self.events.append,
        )

    def _now(self) -> float:
        return self.seconds

    def tick(self, *datagrams: bytes) -> None:
        """Let 20 ms pass, at whose beginning ``datagrams`` come from the peer."""
        for data in datagrams:
            self.transport.receive(data)
        self.beat()

    def beat(self) -> None:
        """Let 20 ms pass."""
        self.seconds += TICK_SECONDS
        played = self.call.hear(self.seconds)
        self.heard += array("h", bytes(2 * CARD_FRAME)) if played is None else played
        self.call.say(None, passed=1, now=self.seconds)
        self.call.tend(self.seconds)

    def last(self, frames: int) -> array[int]:
        """Return the last frames that were heard."""
        return self.heard[-frames * CARD_FRAME :]


def spoken(hz: float, number: int, *, source: int = 1) -> bytes:
    """Return the packet number ``number`` of a stream that says a tone."""
    samples = tone(hz, FRAME, since=number * FRAME)
    return RtpPacket(
        payload_type=8,
        sequence_number=number % 65536,
        timestamp=number * FRAME % 2**32,
        source=source,
        payload=encode(Law.PCMA, samples),
    ).encode()
