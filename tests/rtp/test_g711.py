"""A-law and mu-law against the values that ITU-T G.711 prints."""

from __future__ import annotations

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.rtp.sound.g711 import Law, decode, encode
from telephony.rtp.sound.level import level_dbov

SAMPLES = st.lists(st.integers(-32768, 32767), max_size=40).map(lambda values: array("h", values))

# G.711 tables 1a and 2a: codes as printed, A-law before its even bits are inverted, and their
# values at the decoder, of which 4096 and 8192 are the whole range.
ALAW_VALUES = [
    *[(0b11111111, 4032), (0b11110000, 2112), (0b11100000, 1056), (0b11010000, 528)],
    *[(0b11000000, 264), (0b10110000, 132), (0b10100000, 66), (0b10000000, 1)],
]
ULAW_VALUES = [
    *[(0b10000000, 8031), (0b10001111, 4191), (0b10011111, 2079), (0b10101111, 1023)],
    *[(0b10111111, 495), (0b11001111, 231), (0b11011111, 99), (0b11101111, 33)],
    *[(0b11111110, 2), (0b11111111, 0)],
]
# G.711 s. 4: one period of 1 kHz at 0 dBm0.
ALAW_MILLIWATT = bytes.fromhex("342121 34b4a1a1b4")
ULAW_MILLIWATT = bytes.fromhex("1e0b0b1e9e8b8b9e")


@pytest.mark.parametrize(("code", "value"), ALAW_VALUES)
def test_alaw_has_the_values_of_the_table(code: int, value: int) -> None:
    octets = bytes((code ^ 0x55, code ^ 0x55 ^ 0x80))
    assert list(decode(Law.PCMA, octets)) == [value * 8, -value * 8]


@pytest.mark.parametrize(("code", "value"), ULAW_VALUES)
def test_ulaw_has_the_values_of_the_table(code: int, value: int) -> None:
    octets = bytes((code, code & 0x7F))
    assert list(decode(Law.PCMU, octets)) == [value * 4, -value * 4]


@pytest.mark.parametrize("law", Law)
def test_every_code_is_its_own_sample(law: Law) -> None:
    every = bytes(range(256))
    again = encode(law, decode(law, every))
    # mu-law has two zeros; the negative one is heard as the positive.
    expected = every.replace(b"\x7f", b"\xff") if law is Law.PCMU else every
    assert again == expected


@pytest.mark.parametrize("law", Law)
def test_a_louder_sample_never_has_a_smaller_value(law: Law) -> None:
    ramp = array("h", range(-32768, 32768))
    values = decode(law, encode(law, ramp))
    assert list(values) == sorted(values)


@given(SAMPLES)
def test_what_is_heard_is_near_what_was_said(samples: array[int]) -> None:
    for law in Law:
        heard = decode(law, encode(law, samples))
        for said, got in zip(samples, heard, strict=True):
            # Half a step of the sample's segment, which is a sixteenth of its beginning.
            assert abs(said - got) <= abs(said) / 32 + 16


@pytest.mark.parametrize(
    ("law", "period", "overload_dbm0"),
    [(Law.PCMA, ALAW_MILLIWATT, 3.14), (Law.PCMU, ULAW_MILLIWATT, 3.17)],
)
def test_the_digital_milliwatt_is_as_loud_as_it_must_be(
    law: Law, period: bytes, overload_dbm0: float
) -> None:
    # A sine at the overload point has 3.01 dB less than the square wave of 0 dBov.
    assert level_dbov(decode(law, period * 20)) == pytest.approx(-overload_dbm0 - 3.01, abs=0.1)


def test_silence_has_the_codes_that_exchanges_send() -> None:
    silent = array("h", [0, 0])
    assert encode(Law.PCMA, silent) == b"\xd5\xd5"
    assert encode(Law.PCMU, silent) == b"\xff\xff"
