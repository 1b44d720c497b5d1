"""Digits both ways: three ends, durations, lost and repeated reports."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.rtp.digits.event import DIGITS, TelephoneEvent, parse_event
from telephony.rtp.digits.receiver import DigitReceiver, ReceivedDigit
from telephony.rtp.digits.sender import DigitSender, EventReport
from telephony.rtp.errors import PayloadError
from telephony.rtp.reception.sequence import TimestampUnwrapper

EVENTS = st.builds(
    TelephoneEvent,
    code=st.integers(0, 255),
    duration=st.integers(0, 0xFFFF),
    is_end=st.booleans(),
    volume=st.integers(0, 63),
)


def _sent(digits: str, *, units: int = 800, first: int = 1600) -> list[EventReport]:
    sender = DigitSender()
    sender.send(digits, units)
    reports = []
    timestamp = first
    while sender.is_busy:
        report = sender.tick(timestamp % 2**32)
        if report is not None:
            reports.append(report)
        timestamp += 160
    return reports


def _received(reports: list[EventReport]) -> list[ReceivedDigit]:
    receiver, timestamps = DigitReceiver(), TimestampUnwrapper()
    found: list[ReceivedDigit] = []
    for index, report in enumerate(reports):
        now = index * 0.02
        found += receiver.take(report.payload, timestamps.take(report.timestamp), now)
    return found + list(receiver.handle_time(1e6))


@given(EVENTS)
def test_an_event_is_read_as_it_was_written(event: TelephoneEvent) -> None:
    assert parse_event(event.encode()) == event


def test_an_event_has_the_octets_of_the_standard() -> None:
    assert TelephoneEvent(code=11, duration=800, is_end=True).encode() == b"\x0b\x8a\x03\x20"


@given(st.binary(max_size=3))
def test_a_short_event_is_refused(payload: bytes) -> None:
    with pytest.raises(PayloadError):
        parse_event(payload)
    with pytest.raises(PayloadError):
        DigitReceiver().take(payload, 0, 0.0)


def test_a_digit_grows_and_ends_three_times() -> None:
    reports = _sent("5")
    events = [parse_event(report.payload) for report in reports]
    assert [event.duration for event in events] == [160, 320, 480, 640, 800, 800, 800]
    assert [event.is_end for event in events] == [False] * 4 + [True] * 3
    assert [report.marker for report in reports] == [True] + [False] * 6
    assert {report.timestamp for report in reports} == {1600}


def test_a_duration_between_ticks_is_told_exactly() -> None:
    ends = [parse_event(each.payload) for each in _sent("5", units=700)][-3:]
    assert {(event.duration, event.is_end) for event in ends} == {(700, True)}


def test_digits_have_a_pause_between_them() -> None:
    began = sorted({report.timestamp for report in _sent("12")})
    # 100 ms of tone, two more reports of its end, and at least 60 ms of nothing.
    assert began[1] - began[0] >= 800 + 320 + 480


@pytest.mark.parametrize(("digits", "units"), [("12x", 800), ("1", 0), ("1", 0x10000)])
def test_what_cannot_be_sent_is_refused(digits: str, units: int) -> None:
    sender = DigitSender()
    with pytest.raises(PayloadError):
        sender.send(digits, units)
    assert not sender.is_busy


@given(
    st.text(DIGITS, min_size=1, max_size=6),
    st.integers(320, 4000),
    st.integers(0, 2**32 - 1),
    st.randoms(use_true_random=False),
)
def test_each_digit_is_told_once_whatever_becomes_of_its_reports(
    digits: str, units: int, first: int, chance: random.Random
) -> None:
    reports = _sent(digits, units=units, first=first)
    came: list[EventReport] = []
    for timestamp in dict.fromkeys(report.timestamp for report in reports):
        own = [report for report in reports if report.timestamp == timestamp]
        kept = [own[-1], *(each for each in own[:-1] if chance.random() < 0.5)] * 2
        came += kept if chance.random() < 0.5 else sorted(kept, key=own.index)
    assert _received(came) == [ReceivedDigit(digit=digit, duration=units) for digit in digits]


def test_a_digit_whose_ends_were_lost_is_told_after_a_while_or_by_the_next() -> None:
    reports = [report for report in _sent("12") if not parse_event(report.payload).is_end]
    assert _received(reports) == [
        ReceivedDigit(digit="1", duration=640),
        ReceivedDigit(digit="2", duration=640),
    ]
    receiver = DigitReceiver()
    receiver.take(reports[0].payload, reports[0].timestamp, 0.0)
    assert receiver.digit == "1"
    assert receiver.handle_time(0.2) == ()
    assert receiver.handle_time(0.4) == (ReceivedDigit(digit="1", duration=160),)
    assert receiver.take(reports[1].payload, reports[1].timestamp, 0.5) == ()


def test_an_event_that_is_no_digit_is_passed_over() -> None:
    flash = TelephoneEvent(code=16, duration=800, is_end=True)
    assert DigitReceiver().take(flash.encode(), 0, 0.0) == ()
