"""Every codec both ways, with the rates between them: tones keep pitch, level and seams."""

from __future__ import annotations

from array import array

import pytest

from telephony.rtp.errors import PayloadError
from telephony.rtp.sound.level import level_dbov
from telephony.sip.sdp.codec import Codec
from telephony.sip.sdp.policy import G722, OPUS, PCMA, PCMU
from telephony.webrtc.codec import SpeechDecoder
from telephony.webrtc.codecs import opus_library
from telephony.webrtc.codecs.catalogue import CodecCatalogue, available_codecs
from telephony.webrtc.errors import MediaError
from tests.rtp.tones import largest_step
from tests.webrtc.codecs.sounds import frames, joined, strength

SPOKEN = [OPUS, G722, PCMA, PCMU]
RATES = [(48_000, 8000), (48_000, 16_000), (8000, 48_000), (16_000, 48_000)]


@pytest.fixture
def codecs() -> CodecCatalogue:
    return CodecCatalogue()


def _heard(codecs: CodecCatalogue, codec: Codec, said: list[array[int]]) -> list[array[int]]:
    encoder, decoder = codecs.make_encoder(codec), codecs.make_decoder(codec)
    return [decoder.decode(encoder.encode(each)) for each in said]


def _sample_hz(codecs: CodecCatalogue, codec: Codec) -> int:
    return codecs.make_decoder(codec).sample_hz


@pytest.mark.parametrize("codec", SPOKEN, ids=lambda each: each.name)
def test_a_tone_keeps_its_pitch_and_level(codecs: CodecCatalogue, codec: Codec) -> None:
    sample_hz = _sample_hz(codecs, codec)
    heard = _heard(codecs, codec, frames(440, 40, sample_hz))
    assert {len(each) for each in heard} == {sample_hz // 50}
    assert 5000 < strength(joined(heard[20:]), 440, sample_hz) < 7000
    assert strength(joined(heard[20:]), 640, sample_hz) < 300


@pytest.mark.parametrize("codec", SPOKEN, ids=lambda each: each.name)
def test_a_lost_frame_is_carried_on_without_a_click(codecs: CodecCatalogue, codec: Codec) -> None:
    sample_hz = _sample_hz(codecs, codec)
    said = frames(125, 30, sample_hz, overtones=8)
    encoder, decoder = codecs.make_encoder(codec), codecs.make_decoder(codec)
    heard = [
        decoder.conceal() if index in {20, 24} else decoder.decode(payload)
        for index, payload in enumerate(map(encoder.encode, said))
    ]
    assert level_dbov(heard[20]) > level_dbov(said[20]) - 4
    assert largest_step(joined(heard[10:])) < 2 * largest_step(joined(said))


@pytest.mark.parametrize("codec", SPOKEN, ids=lambda each: each.name)
def test_a_payload_without_octets_makes_no_noise(codecs: CodecCatalogue, codec: Codec) -> None:
    decoder: SpeechDecoder = codecs.make_decoder(codec)
    if codec is OPUS:
        assert len(decoder.decode(b"")) == decoder.sample_hz // 50
        return
    with pytest.raises(PayloadError):
        decoder.decode(b"")


@pytest.mark.parametrize("codec", [G722, PCMA, PCMU], ids=lambda each: each.name)
def test_half_a_payload_is_still_20_ms(codecs: CodecCatalogue, codec: Codec) -> None:
    decoder = codecs.make_decoder(codec)
    assert len(decoder.decode(b"\x55" * 80)) == decoder.sample_hz // 50
    assert len(decoder.decode(b"\x55" * 999)) == decoder.sample_hz // 50


@pytest.mark.parametrize("codec", SPOKEN, ids=lambda each: each.name)
def test_loss_may_be_expected_of_every_codec(codecs: CodecCatalogue, codec: Codec) -> None:
    encoder = codecs.make_encoder(codec)
    encoder.expect_loss(0.05)
    assert encoder.encode(frames(440, 1, encoder.sample_hz)[0])


def test_an_unknown_codec_is_refused(codecs: CodecCatalogue) -> None:
    gsm = Codec(payload_type=3, name="gsm")
    with pytest.raises(MediaError, match="gsm"):
        codecs.make_encoder(gsm)
    with pytest.raises(MediaError, match="gsm"):
        codecs.make_decoder(gsm)


@pytest.mark.parametrize(("from_hz", "to_hz"), RATES)
def test_a_tone_passes_every_rate_without_a_seam(
    codecs: CodecCatalogue, from_hz: int, to_hz: int
) -> None:
    resampler = codecs.make_resampler(from_hz, to_hz)
    made = [resampler.resample(each) for each in frames(1000, 30, from_hz)]
    assert {len(each) for each in made} == {to_hz // 50}
    whole = joined(made[2:])
    assert strength(whole, 1000, to_hz) == pytest.approx(6000, rel=0.03)
    assert largest_step(whole) <= 1.05 * largest_step(joined(frames(1000, 2, to_hz)))


@pytest.mark.parametrize("to_hz", [8000, 16_000])
def test_what_the_lower_rate_cannot_hold_does_not_come_back_as_another_tone(
    codecs: CodecCatalogue, to_hz: int
) -> None:
    resampler = codecs.make_resampler(48_000, to_hz)
    made = [resampler.resample(each) for each in frames(to_hz * 0.7, 20, 48_000)]
    assert level_dbov(joined(made[2:])) < -60


def test_opus_is_offered_only_where_there_is_a_libopus(monkeypatch: pytest.MonkeyPatch) -> None:
    assert available_codecs() == ("opus", "g722", "pcma", "pcmu")
    assert available_codecs(("pcmu", "speex", "opus")) == ("pcmu", "opus")
    monkeypatch.setattr(opus_library, "opus_paths", lambda: iter(()))
    opus_library.load_opus.cache_clear()
    try:
        assert available_codecs() == ("g722", "pcma", "pcmu")
    finally:
        opus_library.load_opus.cache_clear()
