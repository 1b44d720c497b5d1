"""Opus by libopus: both ways, repaired from the next frame, carried on without it, refused."""

from __future__ import annotations

import ctypes
from array import array

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telephony.rtp.errors import PayloadError
from telephony.rtp.sound.level import level_dbov
from telephony.rtp.sound.samples import silence
from telephony.webrtc.codecs import opus_library
from telephony.webrtc.codecs.opus import OPUS_FRAME, OPUS_HZ, OpusDecoder, OpusEncoder
from telephony.webrtc.codecs.opus_library import load_opus, open_opus, opus_paths
from telephony.webrtc.codecs.opus_wish import OUR_BITS_PER_SECOND, OpusWish, parse_opus_wish
from telephony.webrtc.errors import MediaError
from tests.rtp.tones import largest_step
from tests.webrtc.codecs.sounds import frames, joined, strength
from tests.webrtc.codecs.voice import speak

COPIED = OpusWish(takes_copies=True)


@pytest.fixture(scope="module")
def library() -> ctypes.CDLL:
    return load_opus()


def _payloads(
    library: ctypes.CDLL, said: list[array[int]], wish: OpusWish = COPIED, loss: float = 0.0
) -> list[bytes]:
    encoder = OpusEncoder(library, wish)
    encoder.expect_loss(loss)
    return [encoder.encode(each) for each in said]


def _rate(payloads: list[bytes]) -> float:
    return 8 * 50 * sum(map(len, payloads)) / len(payloads)


def test_a_voice_comes_through_at_our_rate(library: ctypes.CDLL) -> None:
    payloads = _payloads(library, frames(140, 50, OPUS_HZ, overtones=20))
    decoder = OpusDecoder(library)
    heard = [decoder.decode(each) for each in payloads]

    assert {len(each) for each in heard} == {OPUS_FRAME}
    assert 18_000 < _rate(payloads) < 1.1 * OUR_BITS_PER_SECOND
    assert strength(joined(heard[20:40]), 140, OPUS_HZ) > 4000


def test_a_lost_frame_is_repaired_by_its_copy(library: ctypes.CDLL) -> None:
    """The pitch moves away in the lost frame, so that carrying on what was cannot match it."""
    said = [*frames(150, 20, OPUS_HZ, overtones=12), *frames(260, 20, OPUS_HZ, overtones=12)]
    payloads = _payloads(library, said)
    repaired, carried = OpusDecoder(library), OpusDecoder(library)
    for each in payloads[:20]:
        repaired.decode(each)
        carried.decode(each)

    copy, made = repaired.conceal(payloads[21]), carried.conceal()
    assert strength(copy, 260, OPUS_HZ) > 2 * strength(made, 260, OPUS_HZ)
    assert strength(copy, 260, OPUS_HZ) > 3000


@pytest.mark.parametrize("bits", [20_000, 24_000, 28_000, OUR_BITS_PER_SECOND])
def test_copies_are_there_before_any_loss_is_reported(library: ctypes.CDLL, bits: int) -> None:
    wish = OpusWish(bits_per_second=bits, takes_copies=True)
    payloads = _payloads(library, speak(1.0, sample_hz=OPUS_HZ), wish, loss=0.0)
    # RFC 6716 s. 4.2.3 and 4.2.4: in the second octet, behind the flag of speech.
    copied = [each for each in payloads if each[0] >> 3 < 16 and each[1] & 0x40]
    assert len(copied) > 0.6 * len(payloads)


def test_a_peer_that_takes_no_copies_gets_none(library: ctypes.CDLL) -> None:
    said = frames(150, 50, OPUS_HZ, overtones=12)
    plain = OpusWish()
    at_peace, at_loss = (_payloads(library, said, plain, loss) for loss in (0.0, 0.3))
    assert abs(_rate(at_peace) - _rate(at_loss)) < 3000


def test_reported_loss_is_believed_at_once_and_forgotten_slowly(library: ctypes.CDLL) -> None:
    said = frames(150, 5, OPUS_HZ, overtones=12)
    encoder = OpusEncoder(library, COPIED)
    for loss in (0.0, 0.2, 0.0, 0.0, 1.0):
        encoder.expect_loss(loss)
        assert encoder.encode(said[0])


def test_a_loss_is_carried_on_and_fades_without_a_click(library: ctypes.CDLL) -> None:
    said = frames(120, 60, OPUS_HZ, overtones=8)
    payloads = _payloads(library, said)
    decoder = OpusDecoder(library)
    before = [decoder.decode(each) for each in payloads[:30]]
    made = [decoder.conceal() for _ in range(20)]
    after = [decoder.decode(each) for each in payloads[50:]]

    assert level_dbov(made[0]) > level_dbov(before[-1]) - 6
    assert level_dbov(made[-1]) < level_dbov(before[-1]) - 20
    whole = joined([before[-1], *made, *after])
    assert largest_step(whole) < 2 * largest_step(joined(said))


def test_a_skipped_frame_leaves_no_click(library: ctypes.CDLL) -> None:
    said = frames(133, 40, OPUS_HZ, overtones=8)
    payloads = _payloads(library, said)
    decoder = OpusDecoder(library)
    heard = [decoder.decode(each) for each in payloads[:30]]
    heard.append(decoder.decode(payloads[31], joins=False))
    assert largest_step(joined(heard[20:])) < 2 * largest_step(joined(said))


def test_noise_after_speech_is_blended_in_and_then_left_alone(library: ctypes.CDLL) -> None:
    payloads = _payloads(library, frames(133, 20, OPUS_HZ, overtones=8))
    decoder = OpusDecoder(library)
    for each in payloads:
        decoder.decode(each)
    noise = array("h", [100, -100] * (OPUS_FRAME // 2))
    first, second = decoder.blend(noise), decoder.blend(noise)
    assert first[:480] != noise[:480]
    assert first[480:] == noise[480:]
    assert second == noise


def test_silence_after_a_quiet_packet_is_the_noise_of_the_peer(library: ctypes.CDLL) -> None:
    decoder = OpusDecoder(library)
    for each in _payloads(library, frames(133, 20, OPUS_HZ, overtones=8)):
        decoder.decode(each)
    decoder.decode(b"\x78")
    assert len(decoder.blend(silence(OPUS_FRAME))) == OPUS_FRAME


@pytest.mark.parametrize("payload", [b"\xff\xff", b"\x03", b"\x01\x00", b"\xfb\x00"])
def test_what_is_no_opus_is_refused_and_the_next_frame_heard(
    library: ctypes.CDLL, payload: bytes
) -> None:
    said = frames(133, 10, OPUS_HZ)
    payloads = _payloads(library, said)
    decoder = OpusDecoder(library)
    with pytest.raises(PayloadError):
        decoder.decode(payload)
    assert len(decoder.conceal(payload)) == OPUS_FRAME
    assert len(decoder.decode(payloads[0])) == OPUS_FRAME


@settings(max_examples=60, deadline=None)
@given(st.lists(st.binary(min_size=1, max_size=200), min_size=1, max_size=8))
def test_whatever_comes_every_tick_has_20_ms(payloads: list[bytes]) -> None:
    decoder = OpusDecoder(load_opus())
    for each in payloads:
        try:
            heard = decoder.decode(each)
        except PayloadError:
            heard = decoder.conceal(each)
        assert len(heard) == OPUS_FRAME
        assert len(decoder.decode(b"")) == OPUS_FRAME
        assert len(decoder.conceal(each)) == OPUS_FRAME
        assert len(decoder.blend(silence(OPUS_FRAME))) == OPUS_FRAME


def test_an_encoder_takes_nothing_but_20_ms(library: ctypes.CDLL) -> None:
    with pytest.raises(ValueError, match="not 20 ms"):
        OpusEncoder(library, COPIED).encode(silence(160))


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("", OpusWish()),
        ("minptime=10;useinbandfec=1", COPIED),
        ("maxaveragebitrate=20000; cbr=1", OpusWish(bits_per_second=20_000, is_constant=True)),
        ("maxaveragebitrate=1", OpusWish(bits_per_second=6000)),
        ("maxplaybackrate=16000;useinbandfec=0", OpusWish(highest_hz=16_000)),
        ("maxplaybackrate=;maxaveragebitrate=-1;;=", OpusWish()),
    ],
)
def test_a_peer_has_wishes(said: str, meant: OpusWish) -> None:
    assert parse_opus_wish(said) == meant


def test_a_peer_that_plays_narrow_band_gets_no_more(library: ctypes.CDLL) -> None:
    payload = _payloads(library, frames(150, 30, OPUS_HZ), OpusWish(highest_hz=8000))[-1]
    # RFC 6716 s. 3.1, table 2: SILK in narrow band has the configurations 0 to 3.
    assert payload[0] >> 3 < 4


def test_the_copy_in_pyavs_wheel_serves_too() -> None:
    of_wheel = [path for path in opus_paths() if "av.libs" in path]
    assert of_wheel
    assert open_opus(of_wheel[0]).opus_get_version_string().startswith(b"libopus")


def test_without_any_libopus_the_refusal_names_what_was_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(opus_library, "opus_paths", lambda: iter(["libnowhere.so.0"]))
    load_opus.cache_clear()
    try:
        with pytest.raises(MediaError, match=r"libnowhere\.so\.0"):
            load_opus()
    finally:
        load_opus.cache_clear()
