"""What is heard: lost speech carried on, comfort noise, three people at once, levels."""

from __future__ import annotations

import random
from array import array

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telephony.rtp.errors import PayloadError
from telephony.rtp.playout.jitter_buffer import FRAME_SECONDS, JitterBuffer
from telephony.rtp.playout.outcome import ComfortNoise, PlayFrame, ReceivedFrame
from telephony.rtp.sound.comfort_noise import (
    NoiseDescription,
    NoiseMaker,
    describe_noise,
    parse_noise,
)
from telephony.rtp.sound.concealment import Concealer, find_pitch
from telephony.rtp.sound.g711 import Law, encode
from telephony.rtp.sound.level import QUIETEST_DBOV, LevelMeter, level_dbov
from telephony.rtp.sound.mixing import mix, mix_three
from telephony.rtp.sound.player import Player
from telephony.rtp.sound.samples import FRAME_SAMPLES, silence
from tests.rtp.tones import largest_step, strength, tone, voice

SAMPLES = st.lists(st.integers(-32768, 32767), min_size=160, max_size=160).map(
    lambda values: array("h", values)
)


def _random_bytes(count: int) -> bytes:
    return random.Random(count).randbytes(count)


def _heard(frames: int, lost: set[int], hz: float) -> array[int]:
    """Return what is heard of a voice of which the frames ``lost`` never came."""
    concealer = Concealer()
    heard: array[int] = array("h")
    for index in range(frames):
        said = voice(hz, FRAME_SAMPLES, since=index * FRAME_SAMPLES)
        heard += concealer.conceal() if index in lost else concealer.hear(said)
    return heard


@pytest.mark.parametrize("hz", [70, 100, 133, 190])
def test_the_pitch_of_a_voice_is_found(hz: int) -> None:
    period = 8000 / hz
    found = find_pitch(voice(hz, 390))
    # Twice a short period repeats as well.
    assert min(abs(found - period), abs(found - 2 * period)) <= 1


@pytest.mark.parametrize("hz", [70, 100, 133, 190])
def test_the_pitch_is_found_at_twice_the_rate_too(hz: int) -> None:
    # Half of the pitch at 8000 Hz is the pitch at 16,000.
    found = find_pitch(voice(hz / 2, 780), 2)
    period = 16_000 / hz
    assert min(abs(found - period), abs(found - 2 * period)) <= 1


def test_frames_that_come_are_heard_as_they_are() -> None:
    assert _heard(10, set(), 120) == voice(120, 10 * FRAME_SAMPLES)


@pytest.mark.parametrize("hz", [80, 120, 180])
@pytest.mark.parametrize("lost", [{5}, {5, 6}, {5, 8}])
def test_a_voice_goes_on_through_a_loss_without_a_click(hz: int, lost: set[int]) -> None:
    heard = _heard(14, lost, hz)
    # What is real has its largest step; what was made up must not have a much larger one.
    assert largest_step(heard) < 1.5 * largest_step(voice(hz, 2000))
    first = heard[5 * FRAME_SAMPLES : 6 * FRAME_SAMPLES]
    original = voice(hz, FRAME_SAMPLES)
    assert level_dbov(first) > level_dbov(original) - 2.5
    after = 12 * FRAME_SAMPLES
    assert heard[after:] == voice(hz, 14 * FRAME_SAMPLES)[after:]


def test_a_lost_frame_has_the_pitch_of_the_voice() -> None:
    heard = _heard(6, {5}, 100)[5 * FRAME_SAMPLES :]
    assert strength(heard, 100) > 4000
    assert strength(heard, 150) < strength(heard, 100) / 2


def test_one_lost_frame_of_a_tone_keeps_its_level_to_its_end() -> None:
    concealer = Concealer()
    concealer.hear(tone(1000, 480))
    made = concealer.conceal(160)
    assert strength(made[80:], 1000) == pytest.approx(8000, rel=0.01)
    resumed = concealer.hear(tone(1000, 160, since=640))
    assert strength(resumed, 1000) == pytest.approx(8000, rel=0.04)


def test_a_long_loss_fades_to_nothing_at_60_ms() -> None:
    heard = _heard(12, set(range(5, 12)), 120)
    levels = [
        level_dbov(heard[begin : begin + FRAME_SAMPLES])
        for begin in range(5 * FRAME_SAMPLES, 8 * FRAME_SAMPLES, FRAME_SAMPLES)
    ]
    assert levels == sorted(levels, reverse=True)
    assert not any(heard[8 * FRAME_SAMPLES :])


def test_a_leap_is_blended() -> None:
    concealer = Concealer()
    concealer.hear(voice(100, 480))
    plain = voice(100, 480, since=40)
    blended = concealer.hear(plain, joins=False)
    assert largest_step(blended) < 1.5 * largest_step(voice(100, 2000))
    assert blended[80:] == plain[80:]


@given(st.lists(st.none() | SAMPLES, max_size=4), st.booleans())
@settings(max_examples=30)
def test_any_sound_can_be_lost(frames: list[array[int] | None], joins: bool) -> None:
    concealer = Concealer()
    for samples in frames:
        heard = concealer.conceal() if samples is None else concealer.hear(samples, joins=joins)
        assert len(heard) == FRAME_SAMPLES


def test_noise_is_as_loud_as_it_was_described() -> None:
    maker = NoiseMaker(random.Random(1).randbytes)
    assert maker.make() == silence()
    for description in (
        NoiseDescription(level=50),
        NoiseDescription(level=40, reflections=(-0.7, 0.2, 0.1)),
        NoiseDescription(level=60, reflections=(0.9,)),
    ):
        maker.describe(description)
        assert level_dbov(maker.make(8000)) == pytest.approx(-description.level, abs=0.7)


def test_reflections_colour_the_noise() -> None:
    maker = NoiseMaker(random.Random(1).randbytes)
    maker.describe(NoiseDescription(level=40, reflections=(-0.8,)))
    made = maker.make(8000)
    low = sum(strength(made, hz) for hz in range(100, 600, 50))
    high = sum(strength(made, hz) for hz in range(3400, 3900, 50))
    assert low > 4 * high


@given(st.integers(0, 127), st.lists(st.floats(-0.99, 0.99), max_size=12).map(tuple))
def test_a_description_is_read_as_it_was_written(level: int, wanted: tuple[float, ...]) -> None:
    payload = NoiseDescription(level=level, reflections=wanted).encode()
    read = parse_noise(payload)
    assert read.level == level
    assert read.reflections == pytest.approx(wanted, abs=0.004)
    assert read.encode() == payload


@given(st.binary(min_size=1, max_size=40), st.integers(1, 400))
def test_any_description_makes_noise_that_does_not_explode(payload: bytes, count: int) -> None:
    maker = NoiseMaker(_random_bytes)
    maker.describe(parse_noise(payload))
    assert len(maker.make(count)) == count


def test_an_empty_description_and_a_level_without_room_are_refused() -> None:
    with pytest.raises(PayloadError):
        parse_noise(b"")
    with pytest.raises(PayloadError):
        NoiseDescription(level=128).encode()


def test_a_quiet_room_is_described_by_its_level() -> None:
    assert describe_noise(silence()).encode() == b"\x7f"
    assert describe_noise(tone(400, 1600, peak=328)).level == 43


def test_each_of_three_hears_the_other_two() -> None:
    local, first, second = (tone(hz, 800, peak=3000) for hz in (400, 1000, 2000))
    heard = mix_three(local, first, second)
    for frame, own in ((heard.local, 400), (heard.first, 1000), (heard.second, 2000)):
        for hz in (400, 1000, 2000):
            assert strength(frame, hz) == pytest.approx(0 if hz == own else 3000, abs=10)


@given(SAMPLES, SAMPLES)
@settings(max_examples=30)
def test_a_mix_is_the_sum_held_at_the_limits(one: array[int], other: array[int]) -> None:
    expected = [max(-32768, min(32767, a + b)) for a, b in zip(one, other, strict=True)]
    assert list(mix(one, other)) == expected


def test_levels_are_those_of_the_standard() -> None:
    assert level_dbov(silence()) == QUIETEST_DBOV
    assert level_dbov(array("h", [-32768] * 10)) == 0.0
    assert level_dbov(tone(1000, 800, peak=32767)) == pytest.approx(-3.01, abs=0.01)
    assert level_dbov(array("h")) == QUIETEST_DBOV


def test_the_meter_rises_at_once_and_falls_so_that_it_can_be_read() -> None:
    meter = LevelMeter()
    loud = tone(1000, FRAME_SAMPLES, peak=32767)
    assert meter.take(loud, FRAME_SECONDS) == pytest.approx(-3.01, abs=0.1)
    for _ in range(50):
        meter.take(silence(), FRAME_SECONDS)
    assert meter.level == pytest.approx(-23.01, abs=0.1)


def test_a_call_on_a_bad_line_is_heard_without_clicks() -> None:
    chance = random.Random(3)
    buffer, player = JitterBuffer(), Player({0: Law.PCMU}, chance.randbytes)
    heard: array[int] = array("h")
    for index in range(500):
        now = index * FRAME_SECONDS
        if chance.random() >= 0.03:
            payload = encode(Law.PCMU, voice(100, FRAME_SAMPLES, since=index * FRAME_SAMPLES))
            timestamp = index * FRAME_SAMPLES
            buffer.put(ReceivedFrame(timestamp=timestamp, payload_type=0, payload=payload), now)
        heard += player.play(buffer.tick(now + 0.005))
    assert buffer.counts.concealed > 5
    speech = heard[FRAME_SAMPLES * 4 :]
    assert largest_step(speech) < 1.5 * largest_step(voice(100, 2000))
    assert strength(speech, 100) == pytest.approx(6000, rel=0.05)


def test_garbage_is_concealed_and_an_empty_description_is_silent() -> None:
    player = Player({0: Law.PCMU}, _random_bytes)
    for payload_type, payload in ((0, b""), (18, b"abc"), (0, b"\xff" * 7), (0, b"\xff" * 900)):
        frame = ReceivedFrame(timestamp=0, payload_type=payload_type, payload=payload)
        assert len(player.play(PlayFrame(frame=frame, joins=True))) == FRAME_SAMPLES
    assert not any(player.play(ComfortNoise(description=b"")))
    assert any(player.play(ComfortNoise(description=b"\x28")))
    assert not any(player.play(ComfortNoise()))
