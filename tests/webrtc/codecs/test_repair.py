"""A call's ear on a line that loses packets: the copy in the next one is what is heard."""

from __future__ import annotations

from array import array

from telephony.rtp.packet.rtp import RtpPacket
from telephony.rtp.sound.samples import silence
from telephony.sip.sdp.policy import OPUS
from telephony.webrtc.call.ear import Ear
from telephony.webrtc.codecs.catalogue import CodecCatalogue
from telephony.webrtc.sound_card import CARD_HZ
from tests.webrtc.codecs.sounds import error_db, joined
from tests.webrtc.codecs.voice import speak

UNITS, FRAMES, BEAT = 960, 40, 0.02


def _heard(payloads: list[bytes], lost: frozenset[int]) -> list[array[int]]:
    """Return the ticks of an ear, from the first frame on."""
    codecs = CodecCatalogue()
    ear = Ear(codecs=codecs, agreed=(OPUS,), clock_hz=OPUS.clock_hz, random_bytes=bytes)
    ticks: list[array[int]] = []
    for index, payload in enumerate(payloads):
        if index not in lost:
            ear.receive(
                RtpPacket(
                    payload_type=OPUS.payload_type,
                    sequence_number=index,
                    timestamp=index * UNITS,
                    source=7,
                    payload=payload,
                ),
                index * BEAT,
            )
        ticks.append(ear.hear(index * BEAT + 0.005))
    return ticks


def test_lost_packets_are_heard_by_their_copies() -> None:
    encoder = CodecCatalogue().make_encoder(OPUS)
    payloads = [encoder.encode(each) for each in speak(FRAMES / 50, sample_hz=CARD_HZ)]
    lost = frozenset({12, 17, 22, 27})
    meant = joined(_heard(payloads, frozenset()))
    by_copies = joined(_heard(payloads, lost))
    plain = CodecCatalogue().make_decoder(OPUS)
    made_up = joined(
        plain.conceal() if index in lost else plain.decode(each)
        for index, each in enumerate(payloads)
    )
    straight = CodecCatalogue().make_decoder(OPUS)
    whole = joined(map(straight.decode, payloads))

    assert meant != silence(len(meant))
    assert error_db(by_copies, meant) < error_db(made_up, whole) - 5
