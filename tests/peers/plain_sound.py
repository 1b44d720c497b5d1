"""The plainest media: PCMA over a bare socket, a tone out, whatever comes in kept.

It has no jitter buffer and no engine, so what SIP agreed on can be heard apart from these.
"""

from __future__ import annotations

import asyncio
import secrets
from array import array
from typing import cast

from telephony.rtp.digits.receiver import DigitReceiver
from telephony.rtp.packet.rtp import is_rtcp, parse_rtp
from telephony.rtp.sending.stream import SentStream
from telephony.rtp.sound.g711 import Law, decode, encode
from telephony.sip.sdp.agreement import Agreement
from telephony.sip.sdp.policy import DIGITS_8, PCMA, LocalMedia, MediaPolicy
from tests.rtp.tones import RATE_HZ, tone
from tests.servers.telephony.program import HOST
from tests.servers.telephony.sound import Sound

POLICY = MediaPolicy(codecs=(PCMA, DIGITS_8))
_FRAME = RATE_HZ // 50


class PlainSound(asyncio.DatagramProtocol):
    """One call's media: `local` is what SIP offers, `agree` follows what SIP agreed on."""

    def __init__(self, tone_hz: int) -> None:
        """Speak a tone of ``tone_hz``."""
        self.tone_hz = tone_hz
        self.digits: list[str] = []
        self.agreement: Agreement | None = None
        self._heard = array("h")
        self._receiver = DigitReceiver()
        self._transport: asyncio.DatagramTransport | None = None
        self._sending: asyncio.Task[None] | None = None
        self._sent: SentStream | None = None

    @classmethod
    async def open(cls, tone_hz: int, host: str = HOST) -> PlainSound:
        """Return one that listens on a port of its own at ``host``."""
        loop = asyncio.get_running_loop()
        _, made = await loop.create_datagram_endpoint(lambda: cls(tone_hz), local_addr=(host, 0))
        return made

    @property
    def local(self) -> LocalMedia:
        """Where it listens."""
        assert self._transport is not None
        host, port = self._transport.get_extra_info("sockname")
        return LocalMedia(address=host, port=port, session_id=str(port))

    @property
    def sound(self) -> Sound:
        """Everything that it heard."""
        return Sound(rate=RATE_HZ, samples=self._heard)

    def agree(self, agreement: Agreement) -> None:
        """Send and hear as agreed from now on."""
        self.agreement = agreement
        if self._sent is None:
            self._sent = SentStream(
                source=secrets.randbits(32),
                payload_type=agreement.codec.payload_type,
                first_sequence=secrets.randbits(15),
                first_timestamp=secrets.randbits(32),
                event_type=agreement.digits.payload_type if agreement.digits else None,
            )
            self._sending = asyncio.get_running_loop().create_task(self._send(self._sent))

    def press(self, digits: str) -> None:
        """Queue digits."""
        assert self._sent is not None
        self._sent.digits.send(digits)

    def close(self) -> None:
        """End it."""
        if self._sending is not None:
            self._sending.cancel()
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The socket is there."""
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Keep the sound or the digit of a packet, while we listen at all."""
        agreement = self.agreement
        if is_rtcp(data) or agreement is None or not agreement.direction.receives:
            return
        packet = parse_rtp(data)
        if agreement.digits is not None and packet.payload_type == agreement.digits.payload_type:
            now = asyncio.get_running_loop().time()
            ended = self._receiver.take(packet.payload, packet.timestamp, now)
            self.digits += [each.digit for each in ended]
        elif packet.payload_type == PCMA.payload_type:
            self._heard.extend(decode(Law.PCMA, packet.payload))

    async def _send(self, stream: SentStream) -> None:
        loop = asyncio.get_running_loop()
        begin = loop.time()
        count = 0
        while True:
            agreement = self.agreement
            assert agreement is not None
            speech = encode(Law.PCMA, tone(self.tone_hz, _FRAME, since=count * _FRAME))
            packet = stream.tick(speech if agreement.direction.sends else None)
            if packet is not None and self._transport is not None and agreement.port:
                self._transport.sendto(packet.encode(), (agreement.address, agreement.port))
            count += 1
            await asyncio.sleep(max(0.0, begin + count * 0.02 - loop.time()))
