"""Reports: when they are due, what two ends tell each other, and the round trip they find."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.rtp.control.interval import report_interval
from telephony.rtp.control.ntp import middle_bits, ntp_time, short_interval, short_seconds
from telephony.rtp.control.session import ControlSession, round_trip_seconds
from telephony.rtp.packet.report import Report, ReportBlock
from telephony.rtp.packet.rtcp import parse_rtcp
from telephony.rtp.packet.rtp import RtpPacket
from telephony.rtp.reception.statistics import ReceptionStatistics

WALL = 1_800_000_000.0


def _session(source: int) -> ControlSession:
    return ControlSession(source=source, name="desk@here", clock_hz=8000, now=0.0, chance=0.5)


def _packet(index: int) -> RtpPacket:
    return RtpPacket(
        payload_type=0,
        sequence_number=index,
        timestamp=index * 160,
        source=1,
        payload=bytes(160),
    )


@pytest.mark.parametrize(
    ("changed", "seconds"),
    [
        ({}, 5.0),
        ({"is_first": True}, 2.5),
        ({"members": 1000, "senders": 1, "we_sent": False}, 100 * 999 / 300),
        ({"members": 1000, "senders": 1}, 5.0),
        ({"members": 400, "senders": 400}, 100.0),
        ({"bandwidth": 0.0}, 5.0),
    ],
)
def test_the_interval_is_that_of_the_standard(changed: dict[str, float], seconds: float) -> None:
    meant = {"members": 2, "senders": 2, "bandwidth": 400.0, "average_octets": 100.0}
    found = report_interval(
        **{"we_sent": True, "is_first": False, "chance": 0.5, **meant, **changed}  # type: ignore[arg-type]
    )
    assert found == pytest.approx(seconds / 1.2182818)


@given(st.floats(0, 1), st.booleans())
def test_reports_of_a_call_are_seconds_apart(chance: float, is_first: bool) -> None:
    seconds = report_interval(
        members=2,
        senders=2,
        bandwidth=400.0,
        we_sent=True,
        average_octets=100.0,
        is_first=is_first,
        chance=chance,
    )
    assert 1.0 < seconds < 6.2


def test_two_ends_learn_losses_jitter_and_round_trip_of_each_other() -> None:
    here, there = _session(1), _session(2)
    received = ReceptionStatistics(source=1, clock_hz=8000)
    for index in range(250):
        here.note_sent(_packet(index), index * 0.02)
        if index % 50 != 10:
            received.take(index, index * 160, index * 0.02 + 0.040)
    ours = here.make_report(None, now=5.0, wall=WALL + 5.0, chance=0.5)
    there.receive(parse_rtcp(ours), now=105.040, wall=77.0)
    theirs = there.make_report(received, now=107.040, wall=79.0, chance=0.5)
    here.receive(parse_rtcp(theirs), now=7.080, wall=WALL + 7.080)

    view = here.peer_view
    assert view is not None
    assert view.packets_lost == 5
    assert view.loss == pytest.approx(5 / 249, abs=1 / 256)
    assert view.jitter_seconds == 0
    assert view.round_trip_seconds == pytest.approx(0.080, abs=0.0001)
    assert there.peer_view is None


def test_a_sender_report_tells_the_moment_of_its_timestamp() -> None:
    session = _session(1)
    session.note_sent(_packet(3), 10.0)
    (report, _) = parse_rtcp(session.make_report(None, now=10.5, wall=WALL, chance=0.5))
    assert isinstance(report, Report)
    assert report.sent is not None
    assert report.sent.timestamp == 480 + 4000
    assert (report.sent.packets, report.sent.octets) == (1, 160)
    assert report.sent.ntp_time >> 32 == int(WALL) + 2_208_988_800


def test_who_sent_nothing_since_then_gives_a_receiver_report() -> None:
    session = _session(1)
    session.note_sent(_packet(0), 1.0)
    session.make_report(None, now=5.0, wall=WALL, chance=0.5)
    assert session.due_at == pytest.approx(5.0 + 5.0 / 1.2182818)
    (report, _) = parse_rtcp(session.make_report(None, now=9.0, wall=WALL, chance=0.5))
    assert isinstance(report, Report)
    assert report.sent is None


def test_a_goodbye_is_understood() -> None:
    here, there = _session(1), _session(2)
    there.receive(parse_rtcp(here.make_goodbye("moved")), now=1.0, wall=WALL)
    assert there.peer_left


@pytest.mark.parametrize(
    ("last_report", "delay", "seconds"),
    [
        (0, 0, None),
        (middle_bits(ntp_time(WALL - 0.25)), short_interval(0.05), 0.2),
        (middle_bits(ntp_time(WALL - 0.05)), short_interval(0.055), 0.0),
        (middle_bits(ntp_time(WALL - 0.05)), short_interval(9.0), None),
        (middle_bits(ntp_time(WALL - 90.0)), 0, None),
    ],
)
def test_a_round_trip_that_cannot_be_is_none(
    last_report: int, delay: int, seconds: float | None
) -> None:
    block = ReportBlock(source=1, last_report=last_report, delay_since_last_report=delay)
    found = round_trip_seconds(block, WALL)
    assert found == (None if seconds is None else pytest.approx(seconds, abs=0.0001))


def test_ntp_times_wrap_without_a_leap() -> None:
    # The first era of NTP ends on 7 February 2036.
    before, after = ntp_time(2_085_978_495.9), ntp_time(2_085_978_496.1)
    assert after < before
    assert short_seconds(middle_bits(after) - middle_bits(before)) == pytest.approx(0.2, abs=0.001)
