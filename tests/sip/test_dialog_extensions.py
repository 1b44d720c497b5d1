"""What goes on inside a dialog: glare, timers, reliable responses, transfer, Replaces."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.sip.dialog.dialog import dialog_of_callee, dialog_of_caller
from telephony.sip.dialog.negotiation import Negotiation, OfferEvent, OfferState, glare_wait
from telephony.sip.dialog.referral import (
    Referral,
    ReferralState,
    attended_target,
    notify_fields,
    refer_fields,
    sipfrag,
    sipfrag_status,
)
from telephony.sip.dialog.reliability import (
    Answer,
    ReliableProgress,
    ReliableResponses,
    is_reliable,
)
from telephony.sip.dialog.replaces import Replaces, parse_replaces, replaces_of
from telephony.sip.dialog.session_timer import (
    SessionTimer,
    TimerWish,
    answer_timer,
    timer_of_answer,
)
from telephony.sip.errors import DialogError, RequestRefusedError, SipSyntaxError
from telephony.sip.message.message import Request, Response
from telephony.sip.message.reply import reply
from telephony.sip.transaction.timing import DEFAULT_TIMINGS
from telephony.sip.values.address import parse_address
from telephony.sip.values.cseq import RAck
from telephony.sip.values.uri import SipUri, parse_uri
from tests.sip.requests import answer, make_request

chance = st.floats(0, 1)


@given(st.lists(st.sampled_from(OfferEvent)))
def test_never_is_more_than_one_offer_open(events: list[OfferEvent]) -> None:
    state, open_offers = Negotiation(), 0
    for event in events:
        try:
            state = state.after(event)
        except DialogError:
            continue
        open_offers += 1 if event in (OfferEvent.OFFER_SENT, OfferEvent.OFFER_RECEIVED) else -1
        assert open_offers == (state.offer is not OfferState.STABLE)


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (Negotiation(), None),
        (Negotiation(local_invite=True), 491),
        (Negotiation(offer=OfferState.LOCAL_OFFER), 491),
        (Negotiation(remote_invite=True), 500),
        (Negotiation(offer=OfferState.REMOTE_OFFER), 500),
    ],
)
def test_a_second_invite_is_refused_while_one_is_open(
    state: Negotiation, status: int | None
) -> None:
    if status is None:
        state.check_invite(0.5)
        state.require_free_to_invite()
        return
    with pytest.raises(RequestRefusedError) as caught:
        state.check_invite(0.5)
    assert caught.value.status == status
    assert ("Retry-After" in dict(caught.value.headers)) == (status == 500)
    with pytest.raises(DialogError):
        state.require_free_to_invite()


def test_an_update_is_refused_only_while_an_offer_is_open() -> None:
    Negotiation(local_invite=True).check_update(0.5)
    Negotiation(local_invite=True).require_free_to_update()
    for offer, status in ((OfferState.LOCAL_OFFER, 491), (OfferState.REMOTE_OFFER, 500)):
        with pytest.raises(RequestRefusedError) as caught:
            Negotiation(offer=offer).check_update(0.0)
        assert caught.value.status == status
        with pytest.raises(DialogError):
            Negotiation(offer=offer).require_free_to_update()


@given(chance, chance)
def test_after_glare_both_sides_try_at_different_times(mine: float, theirs: float) -> None:
    owner = glare_wait(is_caller=True, chance=mine)
    other = glare_wait(is_caller=False, chance=theirs)
    assert 2.1 <= owner <= 4.0
    assert 0.0 <= other <= 2.0
    assert round(owner * 100) == pytest.approx(owner * 100)


def timed(fields: tuple[tuple[str, str], ...]) -> Request:
    return make_request(fields=fields)


@pytest.mark.parametrize(
    ("fields", "interval", "we_refresh", "says"),
    [
        # RFC 4028 table 2, and peers that know no timers.
        ((("Supported", "timer"),), 1800, False, "1800;refresher=uac"),
        (
            (("Supported", "timer"), ("Session-Expires", "600;refresher=uas")),
            *(600, True, "600;refresher=uas"),
        ),
        (
            (("Supported", "timer"), ("Session-Expires", "600;refresher=uac")),
            *(600, False, "600;refresher=uac"),
        ),
        ((("Supported", "timer"), ("x", "4000")), 1800, False, "1800;refresher=uac"),
        ((("k", "timer"), ("x", "4000"), ("Min-SE", "3000")), 3000, False, "3000;refresher=uac"),
        ((("Session-Expires", "600"),), 600, True, None),
        ((), 1800, True, None),
        ((("Session-Expires", "soon;;"),), 1800, True, None),
    ],
)
def test_the_callee_chooses_the_timer(
    fields: tuple[tuple[str, str], ...], interval: int, we_refresh: bool, says: str | None
) -> None:
    timer, answer_fields = answer_timer(timed(fields), TimerWish(), 100.0)
    assert timer == SessionTimer(interval=interval, we_refresh=we_refresh, since=100.0)
    assert dict(answer_fields).get("Session-Expires") == says
    assert ("Require" in dict(answer_fields)) == (says is not None and says.endswith("uac"))


def test_too_short_a_timer_is_refused_and_tried_again() -> None:
    short = timed((("Supported", "timer"), ("Session-Expires", "60")))
    with pytest.raises(RequestRefusedError) as caught:
        answer_timer(short, TimerWish(least=120), 0.0)
    assert caught.value.status == 422
    refusal = reply(short, 422, headers=caught.value.headers)
    again = TimerWish(interval=60).after_422(refusal)
    assert dict(again.request_fields()) == {"Session-Expires": "120", "Min-SE": "120"}


@pytest.mark.parametrize(
    ("value", "interval", "we_refresh"),
    [
        (None, 1800, True),
        ("600;refresher=uac", 600, True),
        ("600;refresher=uas", 600, False),
        ("600", 600, True),
        ("5;refresher=uas", 90, False),
    ],
)
def test_the_caller_keeps_the_timer_that_was_chosen(
    value: str | None, interval: int, we_refresh: bool
) -> None:
    headers = (("Session-Expires", value),) if value else ()
    timer = timer_of_answer(reply(make_request(), 200, headers=headers), TimerWish(), 10.0)
    assert timer == SessionTimer(interval=interval, we_refresh=we_refresh, since=10.0)
    assert timer.refresh_at == (10 + interval / 2 if we_refresh else None)
    assert timer.ends_at == 10 + interval - min(32, interval / 3)


def test_a_2xx_is_sent_until_its_ack() -> None:
    waiting = Answer(timings=DEFAULT_TIMINGS)
    response = answer(make_request(), 200)
    waiting.begin(response, 1, 0.0)
    times = []
    while waiting.deadline is not None and not waiting.has_given_up(waiting.deadline):
        now = waiting.deadline
        assert waiting.due(now) is response
        times.append(now)
    assert times == [0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5]
    assert waiting.deadline == 32.0
    assert waiting.due(32.0) is None


def test_after_its_ack_a_2xx_is_not_sent_again() -> None:
    waiting = Answer(timings=DEFAULT_TIMINGS)
    waiting.begin(answer(make_request(), 200), 1, 0.0)
    waiting.acknowledged()
    assert waiting.deadline is None
    assert waiting.due(1.0) is None
    assert not waiting.has_given_up(99.0)


def reliable(next_rseq: int = 5) -> ReliableResponses:
    return ReliableResponses(timings=DEFAULT_TIMINGS, next_rseq=next_rseq, number=1)


def test_reliable_responses_go_one_after_the_other() -> None:
    responses = reliable()
    ringing, progress = (answer(make_request(), status) for status in (180, 183))
    first = responses.send(ringing, 0.0)
    assert first is not None
    assert is_reliable(first)
    assert first.rseq == 5
    assert responses.send(progress, 0.1) is None
    assert responses.acknowledged(RAck(4, 1, "INVITE"), 0.2) == (False, None)
    fits, second = responses.acknowledged(RAck(5, 1, "INVITE"), 0.3)
    assert fits
    assert second is not None
    assert (second.status, second.rseq) == (183, 6)
    assert responses.acknowledged(RAck(6, 1, "INVITE"), 0.4) == (True, None)
    assert responses.is_settled


def test_a_reliable_response_is_sent_until_its_prack() -> None:
    responses = reliable()
    responses.send(answer(make_request(), 180), 0.0)
    times = []
    while responses.deadline is not None and not responses.has_given_up(responses.deadline):
        times.append(responses.deadline)
        assert responses.due(responses.deadline) is not None
    assert times == [0.5, 1.5, 3.5, 7.5, 15.5, 31.5]
    assert responses.has_given_up(32.0)
    responses.stop()
    assert responses.is_settled


@given(st.permutations([0, 0, 1, 1, 2, 2]))
def test_the_caller_acknowledges_in_order_and_once(order: list[int]) -> None:
    responses, progress = reliable(), ReliableProgress(last_rseq=4)
    sent: list[Response] = []
    for status in (180, 183, 182):
        responses.queued.clear()
        responses.repetition = None
        numbered = responses.send(answer(make_request(), status), 0.0)
        assert numbered is not None
        sent.append(numbered)
    taken = [rack.rseq for index in order if (rack := progress.take(sent[index]))]
    assert taken == list(range(5, 5 + len(taken)))


def test_an_ordinary_ringing_wants_no_prack() -> None:
    ringing = answer(make_request(), 180)
    assert not is_reliable(ringing)
    assert ReliableProgress().take(ringing) is None


def test_replaces_is_read_as_it_was_written() -> None:
    value = Replaces(call_id="a@b", to_tag="t", from_tag="f", early_only=True)
    assert parse_replaces(str(value)) == value
    assert parse_replaces("a@b ;from-tag=f;to-tag=t") == replace(value, early_only=False)
    for broken in ("", ";to-tag=a;from-tag=b", "a@b;to-tag=t", "a@b"):
        with pytest.raises(SipSyntaxError):
            parse_replaces(broken)


def test_replaces_names_the_dialog_as_the_other_side_knows_it() -> None:
    invite = make_request()
    theirs = dialog_of_callee(invite, "t", confirmed=True)
    ours = dialog_of_caller(invite, answer(invite, 200, contact="sip:bob@far"))
    assert replaces_of(ours).dialog_id == theirs.id
    assert replaces_of(theirs).dialog_id == ours.id


def test_only_a_dialog_that_fits_is_replaced() -> None:
    wanted = Replaces(call_id="one@pbx", to_tag="t", from_tag="f", early_only=True)
    confirmed = dialog_of_callee(make_request(), "t", confirmed=True)
    early = dialog_of_callee(make_request(), "t")
    for dialog, status in ((None, 481), (confirmed, 486), (confirmed.ended(), 603), (early, 481)):
        with pytest.raises(RequestRefusedError) as caught:
            wanted.check(dialog)
        assert caught.value.status == status
    replace(wanted, early_only=False).check(confirmed)
    invite = make_request()
    wanted.check(dialog_of_caller(invite, answer(invite, 180, contact="sip:a@b")))


def notify(status: int, *, ended: bool = False) -> Request:
    fields = notify_fields(active_seconds=None if ended else 60)
    return make_request("NOTIFY", fields=fields, body=sipfrag(status, "Word"))


def test_a_transfer_is_followed_to_its_end() -> None:
    asked = Referral(until=180.0)
    accepted = asked.answered(answer(make_request("REFER"), 202))
    assert accepted.state is ReferralState.ACCEPTED
    ringing = accepted.notified(notify(180))
    assert (ringing.state, ringing.status) == (ReferralState.ACCEPTED, 180)
    done = ringing.notified(notify(200, ended=True))
    assert (done.state, done.status, done.is_over) == (ReferralState.DONE, 200, True)
    assert done.notified(notify(486)) == done
    assert done.timed_out() == done


@pytest.mark.parametrize(
    "news",
    [
        lambda r: r.answered(answer(make_request("REFER"), 603)),
        lambda r: r.notified(notify(486, ended=True)),
        lambda r: r.notified(notify(100, ended=True)),
        lambda r: r.notified(notify(100)).timed_out(),
    ],
)
def test_a_transfer_that_comes_to_nothing_is_told(news: object) -> None:
    assert callable(news)
    assert news(Referral(until=180.0)).state is ReferralState.FAILED


def test_news_may_overtake_the_202() -> None:
    done = Referral(until=1.0).notified(notify(200))
    assert done.answered(answer(make_request("REFER"), 202)).state is ReferralState.DONE


def test_a_peer_that_will_tell_nothing_is_believed() -> None:
    quiet = reply(make_request("REFER"), 200, headers=(("Refer-Sub", "false"),))
    assert Referral(until=1.0).answered(quiet).state is ReferralState.DONE


def test_a_body_of_news_is_read() -> None:
    assert sipfrag_status(sipfrag(180, "Ringing")) == 180
    assert sipfrag_status(b"\r\nsip/2.0  603 Decline\r\nTo: x") == 603
    for broken in (b"", b"hello", b"SIP/2.0 999 No", b"SIP/2.0 2000 OK"):
        with pytest.raises(SipSyntaxError):
            sipfrag_status(broken)


def test_an_attended_transfer_names_the_dialog_to_take_over() -> None:
    invite = make_request(call_id="c<1@h")
    consultation = dialog_of_caller(invite, answer(invite, 200, contact="sip:bob@far;ob"))
    target = attended_target(consultation)
    fields = dict(refer_fields(target, by=parse_address('"Me" <sip:me@pbx>;tag=1', "From")))
    assert fields["Referred-By"] == '"Me" <sip:me@pbx>'
    written = parse_address(fields["Refer-To"], "Refer-To").uri
    assert isinstance(written, SipUri)
    assert str(written).startswith("sip:bob@far;ob?Replaces=c%3C1%40h")
    assert written.header_items == (("Replaces", "c<1@h;to-tag=t;from-tag=f"),)
    assert attended_target(replace(consultation, target=parse_uri("tel:1"))) == parse_uri("tel:1")
