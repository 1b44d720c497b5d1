"""Calls between two engines over loopback: heard, held, muted, dialled, joined by three."""

from __future__ import annotations

from agent_desk.domain.sound import MediaPath
from telephony.sip.sdp.direction import Direction
from telephony.webrtc.engine import DigitHeard, LevelsMeasured, PathChanged, QualityMeasured
from tests.webrtc.beats import Time
from tests.webrtc.ends import End, agree, join, local_end, strength, wish

LOUD, QUIET = 6000.0, 400.0


async def test_both_ends_hear_each_other(time: Time, here: End, there: End) -> None:
    await join(here, there)
    await here.engine.put_on("call")
    await there.engine.put_on("call")
    await time.wait(0.6)

    assert strength(here.heard(20), 1000) > LOUD
    assert strength(here.heard(20), 400) < QUIET
    assert strength(there.heard(20), 400) > LOUD
    assert [each.path for each in here.told(PathChanged)] == [MediaPath.OPEN]


async def test_a_muted_microphone_is_silence_and_comes_back(
    time: Time, here: End, there: End
) -> None:
    await join(here, there)
    await here.engine.put_on("call")
    await there.engine.put_on("call")
    await here.engine.set_muted("call", True)
    await time.wait(0.6)
    assert strength(there.heard(10), 400) < 1
    assert strength(here.heard(10), 1000) > LOUD

    await here.engine.set_muted("call", False)
    await time.wait(0.6)
    assert strength(there.heard(10), 400) > LOUD


async def test_a_call_that_is_not_put_on_hears_silence_and_is_not_heard(
    time: Time, here: End, there: End
) -> None:
    await join(here, there)
    await there.engine.put_on("call")
    await here.engine.put_on("call")
    await time.wait(0.4)
    await here.engine.put_on()
    await time.wait(0.4)

    assert strength(there.heard(10), 400) < 1
    assert strength(here.heard(10), 1000) < 1
    assert not [each for each in there.told(PathChanged) if each.path is MediaPath.LOST]


async def test_a_held_side_neither_sends_nor_is_lost(time: Time, here: End, there: End) -> None:
    ours = await here.engine.open("call", wish())
    theirs = await there.engine.open("call", wish())
    for end, agreement in zip((here, there), agree(ours, theirs), strict=True):
        await end.engine.apply("call", agreement)
        await end.engine.put_on("call")
    await time.wait(0.4)
    for end, agreement in zip(
        (here, there), agree(ours, theirs, direction=Direction.SENDONLY), strict=True
    ):
        await end.engine.apply("call", agreement)
    await time.wait(10.0)

    assert strength(here.heard(10), 1000) < 1
    assert strength(there.heard(10), 400) > LOUD
    assert [each.path for each in here.told(PathChanged)] == [MediaPath.OPEN]


async def test_digits_arrive_once_and_in_order(time: Time, here: End, there: End) -> None:
    await join(here, there)
    await here.engine.send_digits("call", "159#")
    await time.wait(1.5)

    assert [each.digit for each in there.told(DigitHeard)] == ["1", "5", "9", "#"]


async def test_three_people_hear_everybody_but_themselves(time: Time, here: End) -> None:
    one, other = local_end(time, 1000), local_end(time, 1600)
    await join(here, one, call="one")
    await join(here, other, call="other")
    await one.engine.put_on("one")
    await other.engine.put_on("other")
    await here.engine.put_on("one", "other")
    await time.wait(0.6)

    for end, own, others in ((here, 400, (1000, 1600)), (one, 1000, (400, 1600))):
        assert strength(end.heard(20), own) < QUIET
        for hz in others:
            assert strength(end.heard(20), hz) > LOUD
    assert strength(other.heard(20), 1000) > LOUD
    await one.engine.stop()
    await other.engine.stop()


async def test_quality_is_told_every_five_seconds_and_at_the_end(
    time: Time, here: End, there: End
) -> None:
    await join(here, there)
    await here.engine.put_on("call")
    await there.engine.put_on("call")
    await time.wait(17)
    await here.engine.close("call")

    told = here.told(QualityMeasured)
    assert [each.is_final for each in told] == [False] * 3 + [True]
    last = told[-1].quality
    assert last.codec == "pcma"
    assert last.loss == 0.0
    assert 4.0 < last.here < 4.5
    assert last.there is not None
    assert last.round_trip_ms is not None
    assert last.round_trip_ms < 50


async def test_levels_are_told_ten_times_a_second(time: Time, here: End, there: End) -> None:
    await join(here, there)
    await time.wait(0.4)
    assert here.told(LevelsMeasured) == []

    await here.engine.put_on("call")
    await there.engine.put_on("call")
    await time.wait(1.0)
    levels = here.told(LevelsMeasured)
    assert len(levels) == 10
    assert -20 < levels[-1].microphone < -10
    assert -20 < levels[-1].speaker < -10


async def test_a_peer_that_vanishes_is_told_of_and_heard_again(
    time: Time, here: End, there: End
) -> None:
    await join(here, there)
    await time.wait(0.2)
    time.tickers[1].is_held = True
    await time.wait(8)
    time.tickers[1].is_held = False
    await time.wait(0.2)

    told = here.told(PathChanged)
    assert [each.path for each in told] == [MediaPath.OPEN, MediaPath.LOST, MediaPath.OPEN]
    assert "7 seconds" in told[1].why


async def test_a_stalled_loop_sends_one_packet_and_lets_time_go_on(
    time: Time, here: End, there: End
) -> None:
    await join(here, there)
    await here.engine.put_on("call")
    await there.engine.put_on("call")
    await time.wait(1.0)
    await time.beat(passed=15)
    await time.wait(1.0)

    assert strength(there.heard(20), 400) > LOUD
    assert strength(here.heard(20), 1000) > LOUD


async def test_nothing_is_used_without_calls(time: Time, here: End, there: End) -> None:
    await join(here, there)
    await here.engine.put_on("call")
    await time.beat()
    was_open = here.card.is_open
    await here.engine.close("call")
    assert (was_open, here.card.is_open) == (True, False)
    assert not time.tickers[0].is_beating
