"""Calls with a far side that agrees, refuses or cannot."""

from __future__ import annotations

import asyncio

import pytest

from agent_desk.domain.agent import AgentState
from agent_desk.domain.call import LocalConnectionState
from agent_desk.domain.call_events import ConnectionClearedEvent, HeldEvent
from agent_desk.domain.call_link import number_of_link
from agent_desk.domain.errors import (
    LineAwayError,
    NoSoundError,
    PeerRefusedError,
    UnknownCallError,
    UnprotectedLineError,
)
from agent_desk.domain.event_cause import EventCause
from agent_desk.domain.identifiers import AgentId, CallId
from agent_desk.domain.sip_account import MediaProfile
from telephony.phone import headset
from telephony.sip.message.message import Request
from telephony.sip.sdp.policy import PCMA, MediaPolicy
from telephony.sip.sdp.profile import Profile
from telephony.sip.user_agent.news import DigitReceived
from telephony.webrtc.tones.national import tone_plan
from telephony.webrtc.tones.tone import CallTone, Tone
from tests.contracts.switch_contract import EventLog
from tests.fakes.exchange import DOMAIN, Habit, Subscriber
from tests.fakes.sip_house import SipHouse
from tests.phone.conftest import MakeHouse
from ui.language import Language, text_in

ALERTING, CONNECTED = LocalConnectionState.ALERTING, LocalConnectionState.CONNECTED
HOLD = LocalConnectionState.HOLD
CALLER, SECOND = "+8613800138000", "+8613900139000"
CHINA = tone_plan("CN")


async def two_talking(house: SipHouse) -> tuple[CallId, CallId, Subscriber, Subscriber]:
    """Return a call on hold and a consultation, with their far sides."""
    first, caller = await house.talk_to(CALLER)
    asked = house.exchange.add(SECOND)
    second = await house.switch.consultation_call(first, SECOND)
    await house.answered()
    return first, second, caller, asked


def worn(house: SipHouse) -> tuple[str, ...]:
    """Return the legs at the headset."""
    return house.engine.worn


# Leaving a conference


async def test_who_leaves_a_conference_leaves_the_others_to_each_other(house: SipHouse) -> None:
    log = EventLog(house.switch)
    first, second, caller, asked = await two_talking(house)
    joined = await house.switch.conference_call(second, first)
    await house.switch.clear_connection(joined)
    await house.settle()
    assert house.switch.connections() == {}
    assert log.last(ConnectionClearedEvent).releasing == house.switch.device
    assert len(caller.talks) == len(asked.talks) == 1
    assert caller.talks == asked.talks
    assert log.differences == []


async def test_where_the_others_cannot_go_on_alone_the_conference_ends(house: SipHouse) -> None:
    first, second, caller, asked = await two_talking(house)
    caller.follows = False
    joined = await house.switch.conference_call(second, first)
    await house.switch.clear_connection(joined)
    await house.settle()
    assert house.switch.connections() == {}
    assert (caller.talks, asked.talks) == ([], [])


async def test_a_conference_is_held_and_taken_back_as_one(house: SipHouse) -> None:
    log = EventLog(house.switch)
    first, second, caller, asked = await two_talking(house)
    joined = await house.switch.conference_call(second, first)
    await house.switch.hold_call(joined)
    assert house.switch.connections() == {joined: HOLD}
    assert not caller.agreed().agreement.direction.sends
    assert not asked.agreed().agreement.direction.sends
    assert worn(house) == ()
    await house.switch.retrieve_call(joined)
    await house.settle()
    assert worn(house) == ("leg-1", "leg-2")
    assert log.kinds(joined).count("Held") == 2  # once for the consultation
    assert log.kinds(joined).count("Retrieved") == 1


# Refusals of the far side


async def test_a_transfer_that_comes_to_nothing_leaves_the_call(house: SipHouse) -> None:
    log = EventLog(house.switch)
    call, _ = await house.talk_to(CALLER)
    house.exchange.add("2002", Habit.BUSY)
    with pytest.raises(PeerRefusedError, match=r"single_step_transfer_call.*486"):
        await house.switch.single_step_transfer_call(call, "2002")
    assert house.switch.connections() == {call: CONNECTED}
    assert log.kinds(call)[-1] == "Established"
    await house.switch.hold_call(call)


async def test_an_attended_transfer_that_is_refused_leaves_both_calls(house: SipHouse) -> None:
    first, second, caller, _ = await two_talking(house)
    caller.follows = False
    with pytest.raises(PeerRefusedError, match="603"):
        await house.switch.transfer_call(second, first)
    assert house.switch.connections() == {first: HOLD, second: CONNECTED}
    await house.switch.alternate_call(second, first)
    assert house.switch.connections() == {first: CONNECTED, second: HOLD}


async def test_a_hold_that_the_far_side_refuses_changes_nothing(house: SipHouse) -> None:
    call, _ = await house.talk_to(CALLER)
    house.wire.change = lambda data: (
        data.replace(b"m=audio", b"m=image") if b"a=sendonly" in data else data
    )
    with pytest.raises(PeerRefusedError, match=r"hold_call.*488"):
        await house.switch.hold_call(call)
    assert house.switch.connections() == {call: CONNECTED}


async def test_calls_that_cannot_be_swapped_stay_as_they_were(house: SipHouse) -> None:
    first, second, caller, _ = await two_talking(house)
    await house.settle()
    caller.accepts_changes = False
    with pytest.raises(PeerRefusedError, match="488"):
        await house.switch.alternate_call(second, first)
    assert house.switch.connections() == {first: HOLD, second: CONNECTED}


async def test_a_caller_who_left_while_another_call_was_held_gives_that_one_back(
    house: SipHouse,
) -> None:
    first, _ = await house.talk_to(CALLER)
    second = await house.incoming_call(SECOND)
    answering = asyncio.create_task(house.switch.answer_call(second))
    await asyncio.sleep(0)
    house.exchange.subscribers[SECOND].hang_up(second)
    with pytest.raises(UnknownCallError):
        await answering
    assert house.switch.connections() == {first: CONNECTED}


async def test_a_call_that_we_hold_stays_so_whatever_the_far_side_holds(house: SipHouse) -> None:
    log = EventLog(house.switch)
    call, peer = await house.talk_to(CALLER)
    await house.switch.hold_call(call)
    await house.settle()
    peer.do(lambda agent, now: agent.hold(peer.handle_of(call), now))
    await house.settle()
    assert house.switch.connections() == {call: HOLD}
    await house.switch.retrieve_call(call)
    assert house.switch.connections() == {call: CONNECTED}
    assert log.kinds(call)[-3:] == ["Held", "Held", "Retrieved"]
    assert log.last(HeldEvent).holding == CALLER
    assert log.differences == []


# Media


async def test_a_peer_that_takes_no_encryption_is_offered_the_accounts_next_way(
    make_house: MakeHouse,
) -> None:
    house = await make_house(profiles=(MediaProfile.SDES, MediaProfile.RTP))
    log = EventLog(house.switch)
    call, peer = await house.talk_to(CALLER)
    assert house.switch.connections() == {call: CONNECTED}
    assert peer.agreed().agreement.profile is Profile.RTP
    assert log.kinds(call) == ["Originated", "Delivered", "Established"]
    await house.switch.clear_connection(call)
    before = len(invites(house))
    await house.talk_to(CALLER)
    assert len(invites(house)) == before + 1


def invites(house: SipHouse) -> list[Request]:
    sent = [transmit.message for transmit in house.network.sent]
    return [m for m in sent if isinstance(m, Request) and m.method == "INVITE"]


async def test_a_peer_that_takes_nothing_of_the_account_is_not_called(
    make_house: MakeHouse,
) -> None:
    house = await make_house(profiles=(MediaProfile.SDES,))
    log = EventLog(house.switch)
    call, _ = await house.talk_to(CALLER)
    assert log.kinds(call) == ["Originated", "Failed"]


async def test_without_sound_nothing_is_dialled_or_answered(house: SipHouse) -> None:
    log = EventLog(house.switch)
    house.engine.refusal = "no port is free"
    with pytest.raises(NoSoundError, match="no port is free"):
        await house.switch.make_call(CALLER)
    assert log.events == []
    call = await house.incoming_call(CALLER)
    with pytest.raises(NoSoundError, match="no port is free"):
        await house.switch.answer_call(call)
    assert house.switch.connections() == {call: ALERTING}
    house.engine.refusal = ""
    await house.switch.answer_call(call)
    assert house.switch.connections() == {call: CONNECTED}


async def test_media_is_open_before_a_call_is_answered_and_closed_after_its_end(
    house: SipHouse,
) -> None:
    call = await house.incoming_call(CALLER)
    assert list(house.engine.opened) == ["leg-1"]
    assert worn(house) == ()
    await house.switch.answer_call(call)
    await house.settle()
    assert worn(house) == ("leg-1",)
    caller = house.exchange.subscribers[CALLER]
    agreed = caller.agreed().agreement
    local = house.engine.opened["leg-1"]
    assert (agreed.address, agreed.port) == (local.address, local.port)
    await house.switch.clear_connection(call)
    await house.settle()
    assert (house.engine.opened, worn(house)) == ({}, ())


@pytest.mark.parametrize(("stun", "opened"), [("stun.example:3478", 2), ("", 1)])
async def test_behind_a_nat_media_that_was_opened_long_ago_is_opened_anew(
    make_house: MakeHouse, monkeypatch: pytest.MonkeyPatch, stun: str, opened: int
) -> None:
    monkeypatch.setattr(headset, "FRESH_SECONDS", 0.0)
    house = await make_house(stun=stun)
    call = await house.incoming_call(CALLER)
    await house.switch.answer_call(call)
    assert house.switch.connections() == {call: CONNECTED}
    assert len(house.engine.wishes) == opened
    await house.settle()
    assert worn(house) == ("leg-1",)


async def test_a_call_that_nobody_answers_leaves_no_media_open(house: SipHouse) -> None:
    call = await house.incoming_call(CALLER)
    house.exchange.subscribers[CALLER].hang_up(call)
    await house.settle()
    assert house.engine.opened == {}


async def test_the_headset_is_where_the_agent_talks(house: SipHouse) -> None:
    first, second, _, _ = await two_talking(house)
    assert worn(house) == ("leg-2",)
    await house.switch.alternate_call(second, first)
    await house.settle()
    assert worn(house) == ("leg-1",)
    joined = await house.switch.conference_call(first, second)
    await house.settle()
    assert sorted(worn(house)) == ["leg-1", "leg-2"]
    await house.switch.hold_call(joined)
    await house.settle()
    assert worn(house) == ()


async def test_the_agent_hears_that_it_rings_there_or_is_busy(house: SipHouse) -> None:
    called = house.exchange.add(CALLER, Habit.SILENT)
    house.exchange.add(SECOND, Habit.BUSY)
    call = await house.switch.make_call(CALLER)
    assert tone(house) is None
    await house.settle()
    assert tone(house) == CHINA.ringing
    called.do(lambda agent, now: agent.answer(called.handle_of(call), called.media(), now))
    await house.settle()
    assert tone(house) is None
    await house.switch.clear_connection(call)
    failed = await house.switch.make_call(SECOND)
    await house.settle()
    assert tone(house) == CHINA.busy
    await house.switch.clear_connection(failed)
    await house.settle()
    assert tone(house) is None


async def test_beeps_tell_of_a_call_that_is_answered_by_itself(make_house: MakeHouse) -> None:
    house = await make_house(auto_answer=("sales",))
    await house.switch.log_on(AgentId("agent017"))
    await house.switch.set_agent_state(AgentState.READY)
    call = await house.incoming_call(CALLER, ("X-Queue", "sales"))
    assert tone(house) == CHINA.tone(CallTone.ATTENTION)
    await house.switch.answer_call(call)
    await house.settle()
    assert tone(house) is None


async def test_a_number_that_cannot_be_reached_sounds_otherwise_than_a_busy_one(
    house: SipHouse,
) -> None:
    failed = await house.switch.make_call(CALLER)  # nobody has that number
    await house.settle()
    assert house.switch.connections() == {failed: LocalConnectionState.FAIL}
    assert tone(house) == CHINA.congestion


@pytest.mark.parametrize("end", ["answered", "refused", "given up"])
async def test_a_soft_tone_tells_of_a_call_that_rings_during_another(
    house: SipHouse, end: str
) -> None:
    await house.talk_to(CALLER)
    await house.settle()
    assert tone(house) is None
    second = await house.incoming_call(SECOND)
    assert tone(house) == CHINA.waiting
    assert worn(house) == ("leg-1",)
    if end == "answered":
        await house.switch.answer_call(second)
    elif end == "refused":
        await house.switch.clear_connection(second)
    else:
        house.exchange.subscribers[SECOND].hang_up(second)
    await house.settle()
    assert tone(house) is None


async def test_a_call_that_rings_while_nobody_talks_has_no_waiting_tone(house: SipHouse) -> None:
    first, _ = await house.talk_to(CALLER)
    await house.switch.hold_call(first)
    await house.incoming_call(SECOND)
    assert tone(house) is None
    await house.switch.retrieve_call(first)
    await house.settle()
    assert tone(house) == CHINA.waiting


async def test_the_waiting_tone_can_be_left_out(house: SipHouse) -> None:
    await house.talk_to(CALLER)
    await house.incoming_call(SECOND)
    await house.phone.media.tell_waiting(False)
    await house.settle()
    assert tone(house) is None
    await house.phone.media.tell_waiting(True)
    await house.settle()
    assert tone(house) == CHINA.waiting


@pytest.mark.expected_logs("media engine is lost")
async def test_the_waiting_tone_comes_back_with_the_engine(house: SipHouse) -> None:
    await house.talk_to(CALLER)
    await house.incoming_call(SECOND)
    house.engine.die()
    await house.settle()
    assert tone(house) == CHINA.waiting


def tone(house: SipHouse) -> Tone | None:
    return house.engine.tone


@pytest.mark.parametrize("by_info", [False, True], ids=["RFC 4733", "INFO"])
async def test_digits_go_as_the_peer_takes_them(house: SipHouse, by_info: bool) -> None:
    policy = MediaPolicy(codecs=(PCMA,)) if by_info else MediaPolicy()
    peer = house.exchange.add(CALLER, policy=policy)
    call, _ = await house.talk_to(CALLER)
    await house.switch.generate_digits(call, "17#")
    await house.settle()
    heard = [news.digit for news in peer.news if isinstance(news, DigitReceived)]
    assert heard == (["1", "7", "#"] if by_info else [])
    assert house.engine.digits == ({} if by_info else {"leg-1": "17#"})


# The exchange


async def lose_exchange(house: SipHouse) -> None:
    """Let the exchange be away, as the next look at it finds out."""
    house.wire.unreachable.add(DOMAIN)
    await house.phone.line.register_again()
    await house.settle()


async def test_a_call_outlives_an_exchange_that_is_away_for_a_while(house: SipHouse) -> None:
    call, _ = await house.talk_to(CALLER)
    await lose_exchange(house)
    with pytest.raises(LineAwayError, match=r"201@pbx.example"):
        await house.switch.consultation_call(call, SECOND)
    with pytest.raises(LineAwayError):
        await house.switch.hold_call(call)
    await house.settle()
    assert house.switch.connections() == {call: CONNECTED}
    assert list(house.engine.opened) == ["leg-1"]
    house.wire.unreachable.clear()
    await house.phone.line.register_again()
    await house.switch.hold_call(call)
    assert house.switch.connections() == {call: HOLD}


async def test_nothing_is_dialled_without_an_exchange(house: SipHouse) -> None:
    log = EventLog(house.switch)
    await lose_exchange(house)
    with pytest.raises(LineAwayError):
        await house.switch.make_call(CALLER)
    assert log.events == []


@pytest.mark.parametrize(
    ("language", "accepted"),
    [(Language.EN, "Accepted: TLS or WSS"), (Language.ZH, "可接受：TLS 或 WSS")],
)
async def test_sips_over_a_line_without_tls_is_refused_before_anything_happens(
    house: SipHouse, language: Language, accepted: str
) -> None:
    call, _ = await house.talk_to(CALLER)
    link = number_of_link(f"sips:{SECOND}@pbx.example", region="CN")
    log = EventLog(house.switch)
    with pytest.raises(UnprotectedLineError) as refusal:
        await house.switch.consultation_call(call, link)
    said = text_in(language, f"error.{refusal.value.code}", **refusal.value.details)
    assert f"sips:{SECOND}@" in said
    assert accepted in said
    assert log.events == []
    assert house.switch.connections() == {call: CONNECTED}
    assert list(house.engine.opened) == ["leg-1"]


async def test_an_exchange_that_repeats_a_call_id_makes_two_calls(house: SipHouse) -> None:
    await house.switch.log_on(AgentId("agent017"))
    await house.switch.set_agent_state(AgentState.NOT_READY)
    caller = house.exchange.add(CALLER)
    for _ in range(2):
        caller.call(house.exchange.uri("201"), headers=(("X-Call-ID", "acd-1"),))
    await house.settle()
    assert list(house.switch.connections()) == ["acd-1", "acd-1-2"]
    await house.switch.answer_call(CallId("acd-1-2"))
    await house.settle()
    assert house.switch.connections() == {"acd-1": ALERTING, "acd-1-2": CONNECTED}


async def test_a_caller_who_gives_up_while_the_call_is_answered_is_no_error_of_the_desk(
    house: SipHouse,
) -> None:
    log = EventLog(house.switch)
    call = await house.incoming_call(CALLER)
    house.exchange.subscribers[CALLER].hang_up(call)
    await house.switch.answer_call(call)  # their CANCEL crosses our 200
    await house.settle()
    assert house.switch.connections() == {}
    assert log.last(ConnectionClearedEvent).cause is EventCause.NORMAL
