"""What a desk makes of SIP: who calls, why it ended, and the CSTA events in between."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.domain.call import Call, CallDirection, LocalConnectionState
from agent_desk.domain.call_events import (
    CallEvent,
    ConnectionClearedEvent,
    DeliveredEvent,
    DivertedEvent,
    EstablishedEvent,
    FailedEvent,
    HeldEvent,
    OriginatedEvent,
    RetrievedEvent,
    TransferredEvent,
)
from agent_desk.domain.call_table import advance
from agent_desk.domain.event_cause import EventCause
from agent_desk.domain.identifiers import CallId, DeviceId
from telephony.dialog_events.call_facts import (
    CallFacts,
    HeaderNames,
    facts_of_offered,
    facts_of_originated,
)
from telephony.dialog_events.identity import WITHHELD, Identity, IdentityTrust, caller_of, number_of
from telephony.dialog_events.release_cause import failure_cause, is_answered_elsewhere
from telephony.dialog_events.translation import translate
from telephony.sip.message.message import Request
from telephony.sip.message.reply import reply
from telephony.sip.user_agent.news import (
    CallAnswered,
    CallCancelled,
    CallDeflected,
    CallEnded,
    CallFailed,
    CallHeld,
    CallNews,
    CallOffered,
    CallOriginated,
    CallProgressed,
    CallRefused,
    CallRetrieved,
    CallTransferred,
    DigitReceived,
)
from telephony.sip.values.uri import parse_uri
from tests.sip.requests import answer, make_request

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
DESK = DeviceId("1001")
S, C = LocalConnectionState, EventCause
PAI = ("P-Asserted-Identity", '"Wang Fang" <sip:+8613800138000@pbx>')
RPID = ("Remote-Party-ID", '"Remote" <sip:4711@pbx>;party=calling;privacy=off')


def invite(*fields: tuple[str, str], sender: str = '"Liar" <sip:999@x>;tag=1') -> Request:
    request = make_request(fields=fields)
    return Request(
        method="INVITE", target=request.target, headers=request.headers.replaced("From", sender)
    )


@pytest.mark.parametrize(
    ("trust", "fields", "caller"),
    [
        (IdentityTrust.ASSERTED, (PAI, RPID), Identity(number="+8613800138000", name="Wang Fang")),
        (IdentityTrust.ASSERTED, (RPID,), Identity(number="4711", name="Remote")),
        (IdentityTrust.ASSERTED, (), Identity(number="999", name="Liar")),
        (IdentityTrust.REMOTE_PARTY, (PAI, RPID), Identity(number="4711", name="Remote")),
        (IdentityTrust.FROM, (PAI, RPID), Identity(number="999", name="Liar")),
        (IdentityTrust.ASSERTED, (PAI, ("Privacy", "id; critical")), WITHHELD),
        (
            IdentityTrust.ASSERTED,
            (PAI, ("Privacy", "none")),
            Identity(number="+8613800138000", name="Wang Fang"),
        ),
        (IdentityTrust.REMOTE_PARTY, (("Remote-Party-ID", "<sip:1@p>;privacy=full"),), WITHHELD),
        (
            IdentityTrust.REMOTE_PARTY,
            (("Remote-Party-ID", "<sip:1@p>;party=called"),),
            Identity(number="999", name="Liar"),
        ),
        (
            IdentityTrust.ASSERTED,
            (("P-Asserted-Identity", "<tel:+49-30-123>"), ("P-Asserted-Identity", '"N" <sip:x@y>')),
            Identity(number="+4930123", name="N"),
        ),
        (
            IdentityTrust.ASSERTED,
            (("P-Asserted-Identity", "broken <"),),
            Identity(number="999", name="Liar"),
        ),
    ],
)
def test_the_caller_is_whom_the_account_trusts(
    trust: IdentityTrust, fields: tuple[tuple[str, str], ...], caller: Identity
) -> None:
    assert caller_of(invite(*fields), trust) == caller


@pytest.mark.parametrize(
    "sender",
    [
        '"Anonymous" <sip:anonymous@anonymous.invalid>;tag=1',
        "<sip:Anonymous@pbx>;tag=1",
        "<sip:secret@anonymous.invalid>;tag=1",
        "<sip:unknown@pbx>;tag=1",
        "<http://example.com>;tag=1",
    ],
)
def test_a_withheld_number_is_nobodys(sender: str) -> None:
    assert caller_of(invite(sender=sender), IdentityTrust.FROM) == WITHHELD


@pytest.mark.parametrize(
    ("uri", "number"),
    [
        ("sip:1001@pbx", "1001"),
        ("sip:+49301234;phone-context=x@pbx;user=phone", "+49301234"),
        ("sip:%2B4930@pbx", "+4930"),
        ("tel:+49-30-(1)23", "+4930123"),
        ("sip:pbx", ""),
        ("urn:service:sos", ""),
    ],
)
def test_a_number_is_what_would_be_dialled(uri: str, number: str) -> None:
    assert number_of(parse_uri(uri)) == number


def facts(*fields: tuple[str, str], names: HeaderNames | None = None) -> CallFacts:
    return facts_of_offered(
        invite(*fields),
        device=DESK,
        trust=IdentityTrust.ASSERTED,
        names=names or HeaderNames(),
    )


def test_headers_of_the_exchange_tell_queue_reason_and_id() -> None:
    told = facts(
        PAI,
        *(("X-Queue", "diesel"), ("X-Queue-Wait", "42.5"), ("X-Call-Reason", '"pump 王"')),
        *(("X-Call-ID", "4711"), ("X-Account", "77")),
        names=HeaderNames(details=("X-Account", "X-None")),
    )
    assert (told.queue_id, told.queue_wait_seconds) == ("diesel", 42.5)
    assert (told.reason, told.call_id) == ("pump 王", "4711")
    assert dict(told.details) == {"X-Account": "77"}
    assert told.called == "1001"


def test_other_headers_may_mean_the_same() -> None:
    names = HeaderNames(queue=("X-Group", "Diversion"), reason=("X-Menu",), call_id=())
    told = facts(("Diversion", '"Sales" <sip:8000@pbx>;reason=no-answer'), names=names)
    assert (told.queue_id, told.reason, told.call_id) == ("8000", "", "one@pbx")


@pytest.mark.parametrize(
    ("field", "called"),
    [
        (("Diversion", "<sip:2@p>, <sip:1@p>"), "1"),
        (("History-Info", "<sip:1@p>;index=1, <sip:2@p>;index=1.1"), "1"),
        (("Diversion", "broken <"), "1001"),
    ],
)
def test_what_was_dialled_first_is_told(field: tuple[str, str], called: str) -> None:
    assert facts(field).called == called


@given(st.text(max_size=12))
def test_an_odd_wait_is_none(text: str) -> None:
    clean = text.replace("\r", "").replace("\n", "")
    assert 0 <= facts(("X-Queue-Wait", clean)).queue_wait_seconds <= 86_400


def test_a_number_of_another_side_finds_no_way_into_a_row_of_any_length() -> None:
    assert len(facts(("X-Queue", "a" * 5000)).queue_id or "") == 200


@pytest.mark.parametrize(
    ("status", "reason", "cause"),
    [
        (486, "", C.BUSY),
        (600, "", C.BUSY),
        (603, "", C.BLOCKED),
        (403, "", C.BLOCKED),
        (480, "", C.DEST_NOT_OBTAINABLE),
        (404, "", C.DEST_NOT_OBTAINABLE),
        (408, "", C.NO_ANSWER),
        (487, "", C.CALL_CANCELLED),
        (503, "", C.NETWORK_SIGNAL),
        (480, "Q.850;cause=19", C.NO_ANSWER),
        (503, 'Q.850;cause=17;text="User busy"', C.BUSY),
        (486, "Q.850;cause=127", C.BUSY),
        (486, "Q.850;cause=x, ,", C.BUSY),
        (480, "SIP;cause=480, q.850;cause=21", C.BLOCKED),
    ],
)
def test_a_failure_is_told_as_csta_does(status: int, reason: str, cause: EventCause) -> None:
    fields = (("Reason", reason),) if reason else ()
    assert failure_cause(status, reply(make_request(), status, headers=fields)) is cause


def cancel(reason: str = "") -> Request:
    return make_request("CANCEL", fields=(("Reason", reason),) if reason else ())


@pytest.mark.parametrize(
    ("reason", "elsewhere"),
    [
        ('SIP;cause=200;text="Call completed elsewhere"', True),
        ("Q.850;cause=26", True),
        ("Q.850;cause=16", False),
        ("SIP;cause=487", False),
        ("", False),
    ],
)
def test_an_answer_elsewhere_is_recognised(reason: str, elsewhere: bool) -> None:
    assert is_answered_elsewhere(cancel(reason)) is elsewhere
    assert not is_answered_elsewhere(None)


def outbound(consults: str = "") -> CallFacts:
    return facts_of_originated(
        make_request(target="sip:2002@pbx"), device=DESK, consults=CallId(consults) or None
    )


INBOUND = facts(PAI)
QUEUED = facts(PAI, ("X-Queue", "diesel"))
OUTBOUND = outbound()


ORIGINATED = CallOriginated(call="1", invite=make_request())
OFFERED = CallOffered(call="1", invite=invite())
PROGRESSED = CallProgressed(call="1", response=answer(make_request(), 180))
ANSWERED = CallAnswered(call="1")
DEFLECTED = CallDeflected(call="1", target=parse_uri("sip:7@p"))
TRANSFERRED = CallTransferred(call="1", target=parse_uri("sip:7@p"))


def cancelled(reason: str) -> CallCancelled:
    return CallCancelled(call="1", cancel=cancel(reason))


@pytest.mark.parametrize(
    ("about", "news", "kind", "state", "cause"),
    [
        # The table of the domain: SIP, side, event, local state.
        (OUTBOUND, ORIGINATED, OriginatedEvent, S.CONNECTED, C.NEW_CALL),
        (outbound("9"), ORIGINATED, OriginatedEvent, S.CONNECTED, C.CONSULTATION),
        (INBOUND, OFFERED, DeliveredEvent, S.ALERTING, C.NEW_CALL),
        (QUEUED, OFFERED, DeliveredEvent, S.ALERTING, C.DISTRIBUTED),
        (OUTBOUND, PROGRESSED, DeliveredEvent, S.CONNECTED, C.NEW_CALL),
        (INBOUND, ANSWERED, EstablishedEvent, S.CONNECTED, C.NORMAL),
        (OUTBOUND, ANSWERED, EstablishedEvent, S.CONNECTED, C.NORMAL),
        (INBOUND, CallHeld(call="1", by_us=True), HeldEvent, S.HOLD, C.NORMAL),
        (INBOUND, CallHeld(call="1", by_us=False), HeldEvent, S.CONNECTED, C.NORMAL),
        (INBOUND, CallRetrieved(call="1", by_us=True), RetrievedEvent, S.CONNECTED, C.NORMAL),
        (INBOUND, DEFLECTED, DivertedEvent, S.NULL, C.REDIRECTED),
        (INBOUND, CallRefused(call="1", status=486), ConnectionClearedEvent, S.NULL, C.BLOCKED),
        (QUEUED, CallRefused(call="1", status=486), DivertedEvent, S.NULL, C.REDIRECTED),
        (INBOUND, cancelled("SIP;cause=200"), DivertedEvent, S.NULL, C.REDIRECTED),
        (INBOUND, cancelled(""), ConnectionClearedEvent, S.NULL, C.ABANDONED),
        (INBOUND, cancelled("Q.850;cause=19"), ConnectionClearedEvent, S.NULL, C.NO_ANSWER),
        (QUEUED, cancelled("Q.850;cause=19"), DivertedEvent, S.NULL, C.NO_ANSWER),
        (OUTBOUND, CallFailed(call="1", status=486), FailedEvent, S.FAIL, C.BUSY),
        (
            *(OUTBOUND, CallFailed(call="1", status=487), ConnectionClearedEvent),
            *(S.NULL, C.CALL_CANCELLED),
        ),
        (INBOUND, TRANSFERRED, TransferredEvent, S.NULL, C.SINGLE_STEP_TRANSFER),
        (INBOUND, CallEnded(call="1", by_us=False), ConnectionClearedEvent, S.NULL, C.NORMAL),
        (
            *(INBOUND, CallEnded(call="1", by_us=False, is_lost=True)),
            *(ConnectionClearedEvent, S.NULL, C.NETWORK_SIGNAL),
        ),
    ],
)
def test_news_become_the_events_of_the_table(
    about: CallFacts,
    news: CallNews,
    kind: type[CallEvent],
    state: LocalConnectionState,
    cause: EventCause,
) -> None:
    event = translate(about, news, AT)
    assert type(event) is kind
    assert (event.local_state, event.cause, event.device, event.at) == (state, cause, DESK, AT)


def test_what_is_no_event_yields_none() -> None:
    assert translate(INBOUND, DigitReceived(call="1", digit="5"), AT) is None


def story(about: CallFacts, *news: CallNews) -> Mapping[CallId, Call]:
    calls: Mapping[CallId, Call] = {}
    for one in news:
        event = translate(about, one, AT)
        assert event is not None
        calls = advance(calls, event)
    return calls


def test_the_desk_sees_an_inbound_call_as_from_the_simulator() -> None:
    offered, answered = CallOffered(call="1", invite=invite()), CallAnswered(call="1")
    (ringing,) = story(QUEUED, offered).values()
    assert (ringing.state, ringing.direction) == (S.ALERTING, CallDirection.INBOUND)
    assert (ringing.remote, ringing.remote_name) == ("+8613800138000", "Wang Fang")
    assert ringing.queue_id == "diesel"
    held = CallHeld(call="1", by_us=True)
    (on_hold,) = story(QUEUED, offered, answered, held).values()
    assert (on_hold.state, on_hold.is_answered) == (S.HOLD, True)
    back = CallRetrieved(call="1", by_us=True)
    (talking,) = story(QUEUED, offered, answered, held, back).values()
    assert talking.state is S.CONNECTED
    assert not story(QUEUED, offered, answered, CallEnded(call="1", by_us=True))


def test_being_put_on_hold_leaves_us_connected() -> None:
    offered, answered = CallOffered(call="1", invite=invite()), CallAnswered(call="1")
    (call,) = story(INBOUND, offered, answered, CallHeld(call="1", by_us=False)).values()
    assert call.state is S.CONNECTED


def test_ringback_is_connected_and_not_yet_answered() -> None:
    progressed = CallProgressed(call="1", response=answer(make_request(), 180))
    (call,) = story(OUTBOUND, CallOriginated(call="1", invite=make_request()), progressed).values()
    assert (call.state, call.is_answered, call.direction) == (
        S.CONNECTED,
        False,
        CallDirection.INTERNAL,
    )


def test_an_attended_transfer_ends_both_calls() -> None:
    news = CallTransferred(call="1", target=parse_uri("sip:7@p"), consultation="2")
    event = translate(INBOUND, news, AT, consultation=CallId("b"))
    assert isinstance(event, TransferredEvent)
    assert (event.cause, event.secondary_call_id, event.transferred_to) == (C.TRANSFER, "b", "7")
