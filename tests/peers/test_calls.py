"""A desk's telephone at both exchanges: what an agent does, and what is heard meanwhile.

The far sides are baresip 1.0 of this Debian: it knows no Replaces and no SHA-256, and what it
hears is only written up to its first hold.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from agent_desk.domain.agent import AgentState, NotReadyReason
from agent_desk.domain.call import LocalConnectionState
from agent_desk.domain.call_events import (
    ConnectionClearedEvent,
    DeliveredEvent,
    EstablishedEvent,
    FailedEvent,
    HeldEvent,
    RetrievedEvent,
    TransferredEvent,
)
from agent_desk.domain.event_cause import EventCause
from agent_desk.domain.sound import QualityMeasuredEvent
from tests.peers.desk import OWN_HZ, Desk
from tests.peers.exchanges import TONES, Exchange, desk_account, telephone, until
from tests.servers.lossy_relay import LossyRelay, Weather
from tests.servers.telephony.asterisk import MUSIC_HZ, Asterisk
from tests.servers.telephony.baresip import Baresip
from tests.servers.telephony.fixtures import (
    ALICE,
    BOB,
    DESK,
    DESK_DIRECT,
    DIRECT,
    PASSWORDS,
    QUEUE,
)
from tests.servers.telephony.kamailio import Kamailio
from tests.servers.telephony.sound import Sound


def desk_at(exchange: Exchange, folder: Path) -> Desk:
    """Return the desk of the first agent, by plain RTP and G.711."""
    return Desk(folder, desk_account(exchange), password=PASSWORDS[DESK])


async def test_a_call_in_is_heard_both_ways(exchange: Exchange, tmp_path: Path) -> None:
    async with (
        desk_at(exchange, tmp_path) as desk,
        Baresip(tmp_path, telephone(exchange, ALICE)) as alice,
    ):
        await alice.dial(alice.at_exchange(DESK))
        call = await desk.answer()
        await desk.hears(TONES[ALICE])
        await until(lambda: alice.sound.last(0.2).has(OWN_HZ))
        await alice.press("19#")
        await until(lambda: desk.digits == ["1", "9", "#"])
        await desk.switch.generate_digits(call, "50*")
        assert await alice.pressed(3) == "50*"
        await alice.hang_up()
        await desk.happens(ConnectionClearedEvent, call)


async def test_a_call_out_rings_is_answered_and_left(exchange: Exchange, tmp_path: Path) -> None:
    async with (
        desk_at(exchange, tmp_path) as desk,
        Baresip(tmp_path, telephone(exchange, ALICE)) as alice,
    ):
        call = await desk.dial(ALICE)
        await desk.happens(DeliveredEvent, call)
        await alice.happens("CALL_INCOMING")
        await alice.answer()
        await desk.happens(EstablishedEvent, call)
        await desk.hears(TONES[ALICE])
        await desk.switch.clear_connection(call)
        await alice.happens("CALL_CLOSED")


async def test_a_hold_stops_the_tone_until_it_is_taken_back(
    exchange: Exchange, tmp_path: Path
) -> None:
    async with (
        desk_at(exchange, tmp_path) as desk,
        Baresip(tmp_path, telephone(exchange, ALICE)) as alice,
    ):
        await alice.dial(alice.at_exchange(DESK))
        call = await desk.answer()
        await desk.hears(TONES[ALICE])
        await desk.switch.hold_call(call)
        assert desk.switch.connections()[call] is LocalConnectionState.HOLD
        await desk.hears_nothing_of(TONES[ALICE])
        await desk.switch.retrieve_call(call)
        await desk.hears(TONES[ALICE])
        kinds = [type(event) for event in desk.events.items]
        assert kinds.index(HeldEvent) < kinds.index(RetrievedEvent)


async def test_whoever_is_put_on_hold_hears_no_tone(exchange: Exchange, tmp_path: Path) -> None:
    """Asterisk plays music (620 Hz) meanwhile, Kamailio nothing."""
    async with (
        desk_at(exchange, tmp_path) as desk,
        Baresip(tmp_path, telephone(exchange, ALICE)) as alice,
    ):
        await alice.dial(alice.at_exchange(DESK))
        await desk.answer()
        await desk.hears(TONES[ALICE])
        await alice.hold()
        await desk.hears_nothing_of(TONES[ALICE])
        if isinstance(exchange, Asterisk):
            await desk.hears(MUSIC_HZ)
        await alice.resume()
        await desk.hears(TONES[ALICE])


async def test_a_busy_far_side_is_told_as_busy(exchange: Exchange, tmp_path: Path) -> None:
    async with (
        desk_at(exchange, tmp_path) as desk,
        Baresip(tmp_path, telephone(exchange, ALICE)) as alice,
    ):
        call = await desk.dial(ALICE)
        await alice.happens("CALL_INCOMING")
        await alice.hang_up()
        assert (await desk.happens(FailedEvent, call)).cause is EventCause.BUSY


async def test_calls_are_taken_back_both_ways(exchange: Exchange, tmp_path: Path) -> None:
    async with (
        desk_at(exchange, tmp_path) as desk,
        Baresip(tmp_path, telephone(exchange, ALICE)) as alice,
    ):
        call = await desk.dial(ALICE)
        await alice.happens("CALL_INCOMING")
        await desk.switch.clear_connection(call)
        await alice.happens("CALL_CLOSED")
        await alice.dial(alice.at_exchange(DESK))
        offered = await desk.rings()
        await alice.hang_up()
        await desk.happens(ConnectionClearedEvent, offered.call_id)
        assert not desk.switch.connections()


async def test_a_call_is_sent_on_unasked(exchange: Exchange, tmp_path: Path) -> None:
    async with (
        desk_at(exchange, tmp_path) as desk,
        Baresip(tmp_path, telephone(exchange, ALICE)) as alice,
        Baresip(tmp_path, telephone(exchange, BOB)) as bob,
    ):
        await alice.dial(alice.at_exchange(DESK))
        call = await desk.answer()
        await desk.hears(TONES[ALICE])
        sending = asyncio.create_task(desk.switch.single_step_transfer_call(call, BOB))
        await bob.happens("CALL_INCOMING")
        await bob.answer()
        await sending
        await desk.happens(TransferredEvent, call)
        await until(lambda: bob.sound.last(0.2).has(TONES[ALICE]))
        assert not desk.switch.connections()


async def test_a_call_is_handed_over_after_asking(exchange: Exchange, tmp_path: Path) -> None:
    """Behind Kamailio baresip rings anew where it should take the call's place."""
    async with (
        desk_at(exchange, tmp_path) as desk,
        Baresip(tmp_path, telephone(exchange, ALICE)) as alice,
        Baresip(tmp_path, telephone(exchange, BOB)) as bob,
    ):
        await alice.dial(alice.at_exchange(DESK))
        call = await desk.answer()
        await desk.hears(TONES[ALICE])
        asked = await desk.switch.consultation_call(call, BOB)
        await bob.happens("CALL_INCOMING")
        await bob.answer()
        await desk.hears(TONES[BOB])
        giving = asyncio.create_task(desk.switch.transfer_call(asked, call))
        if not isinstance(exchange, Asterisk):
            await bob.happens("CALL_INCOMING")
            await bob.answer()
        await giving
        await desk.happens(TransferredEvent, call)
        await until(lambda: bob.sound.last(0.2).has(TONES[ALICE]))
        assert not desk.switch.connections()


async def test_three_hear_each_other_in_a_conference(exchange: Exchange, tmp_path: Path) -> None:
    async with (
        desk_at(exchange, tmp_path) as desk,
        Baresip(tmp_path, telephone(exchange, ALICE)) as alice,
        Baresip(tmp_path, telephone(exchange, BOB)) as bob,
    ):
        await alice.dial(alice.at_exchange(DESK))
        call = await desk.answer()
        await desk.hears(TONES[ALICE])
        asked = await desk.switch.consultation_call(call, BOB)
        await bob.happens("CALL_INCOMING")
        await bob.answer()
        await desk.hears(TONES[BOB])
        await desk.switch.conference_call(asked, call)
        await desk.hears(TONES[ALICE], TONES[BOB])
        await until(lambda: bob.sound.last(0.2).has(TONES[ALICE]))
        await until(lambda: bob.sound.last(0.2).has(OWN_HZ))
        await alice.hang_up()
        await desk.hears_nothing_of(TONES[ALICE])
        await desk.hears(TONES[BOB])


async def test_a_queue_call_tells_its_queue_and_its_caller(
    exchange: Exchange, tmp_path: Path
) -> None:
    queue, number = ("support", "602") if isinstance(exchange, Asterisk) else (QUEUE, QUEUE)
    async with (
        desk_at(exchange, tmp_path) as desk,
        Baresip(tmp_path, telephone(exchange, ALICE)) as alice,
    ):
        await alice.dial(alice.at_exchange(number))
        offered = await desk.rings()
        assert offered.queue_id == queue
        assert offered.calling == ALICE
        await desk.switch.answer_call(offered.call_id)
        await desk.hears(TONES[ALICE])


async def test_a_bad_line_is_heard_through(kamailio: Kamailio, tmp_path: Path) -> None:
    """3 % loss, 30 ms of jitter, some packets overtaken, some twice: the tone goes on."""
    weather = Weather(loss=0.03, delay_ms=20, jitter_ms=30, reorder=0.02, duplicates=0.02)
    async with LossyRelay(weather, seed=5) as relay:
        account = desk_account(kamailio, DESK_DIRECT)
        desk = Desk(tmp_path, account, password=PASSWORDS[DESK_DIRECT], relay=relay)
        async with desk, Baresip(tmp_path, telephone(kamailio, DIRECT)) as far:
            await far.dial(far.at_exchange(DESK_DIRECT))
            call = await desk.answer()
            await desk.hears(TONES[DIRECT])
            begin = desk.sound.seconds
            await until(lambda: desk.sound.seconds - begin > 6.0)
            await far.press("123")
            await until(lambda: desk.digits == ["1", "2", "3"])
            await desk.switch.clear_connection(call)
            measured = await desk.events.next(QualityMeasuredEvent, lambda event: event.is_final)
    talk = desk.sound.since(begin)
    # Each tenth of a second of six is filled with the tone, lost packets or not; a busy machine may
    # take a moment of its own. The exact share is the benchmark's (`media_loss`).
    pieces = [Sound(rate=talk.rate, samples=talk.since(at / 10).samples[:4800]) for at in range(60)]
    assert sum(piece.has(TONES[DIRECT]) for piece in pieces) >= 57
    assert 0.005 < measured.quality.loss < 0.1
    assert measured.quality.here < 4.4


async def test_the_far_side_may_send_the_desk_on(exchange: Exchange, tmp_path: Path) -> None:
    async with (
        desk_at(exchange, tmp_path) as desk,
        Baresip(tmp_path, telephone(exchange, ALICE)) as alice,
        Baresip(tmp_path, telephone(exchange, BOB)) as bob,
    ):
        await alice.dial(alice.at_exchange(DESK))
        await desk.answer()
        await desk.hears(TONES[ALICE])
        await alice.transfer(alice.at_exchange(BOB))
        await bob.happens("CALL_INCOMING")
        await bob.answer()
        await desk.hears(TONES[BOB])
        await desk.hears_nothing_of(TONES[ALICE])
        await until(lambda: bob.sound.last(0.2).has(OWN_HZ))


async def test_a_queue_waits_for_an_agent_who_is_at_lunch(
    asterisk: Asterisk, tmp_path: Path
) -> None:
    async with (
        desk_at(asterisk, tmp_path) as desk,
        Baresip(tmp_path, telephone(asterisk, ALICE)) as alice,
    ):
        await desk.switch.set_agent_state(AgentState.NOT_READY, NotReadyReason.LUNCH)
        asked = asterisk.program.output().count(f"Called PJSIP/{DESK}")
        await alice.dial(alice.at_exchange("602"))
        await until(lambda: asterisk.program.output().count(f"Called PJSIP/{DESK}") > asked + 1)
        assert not desk.switch.connections()
        await desk.switch.set_agent_state(AgentState.READY)
        offered = await desk.rings()
        assert offered.queue_id == "support"
        await desk.switch.answer_call(offered.call_id)
        await desk.hears(TONES[ALICE])
