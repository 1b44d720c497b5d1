"""A registration over time: refreshed, lost, found again, given up for good, taken back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.sip.errors import DialogError
from telephony.sip.message.headers import Field
from telephony.sip.message.message import Request, Response
from telephony.sip.message.reply import reply
from telephony.sip.registration.back_off import BackOff
from telephony.sip.registration.binding import Binding
from telephony.sip.registration.registration import Registration, RegistrationState
from telephony.sip.values.address import Address
from telephony.sip.values.uri import SipUri

S = RegistrationState
BINDING = Binding(
    address_of_record=Address(uri=SipUri(user="1001", host="pbx")),
    registrar=SipUri(host="pbx"),
    contact=SipUri(user="1001", host="10.0.0.7", port=5060),
    call_id="reg@desk",
    from_tag="r",
    expires=600,
)
WITH_INSTANCE = replace(BINDING, instance="urn:uuid:1-2", reg_id=1)


def registration(binding: Binding = BINDING) -> Registration:
    return Registration(binding=binding, chance=lambda: 0.5)


def granted(request: Request, seconds: int | None = None, *contacts: str) -> Response:
    default = request.headers.get("Contact") or ""
    if seconds is not None:
        default = default.rpartition(";expires=")[0] + f";expires={seconds}"
    fields: tuple[Field, ...] = tuple(("Contact", contact) for contact in contacts or (default,))
    return reply(request, 200, headers=fields)


def test_a_register_says_who_and_where() -> None:
    request = registration(WITH_INSTANCE).start(0.0)
    assert request.target == "sip:pbx"
    assert request.from_address.tag == "r"
    assert request.to_address.tag is None
    assert request.supported == ("path", "outbound")
    (contact,) = request.contacts
    assert str(contact) == (
        '<sip:1001@10.0.0.7:5060>;+sip.instance="<urn:uuid:1-2>";reg-id=1;expires=600'
    )


def test_a_registration_is_refreshed_before_it_ends() -> None:
    telephone = registration()
    first = telephone.start(0.0)
    assert telephone.received(granted(first), 1.0) is None
    assert telephone.state is S.REGISTERED
    assert telephone.registered_until == 601.0
    assert telephone.deadline == 571.0
    assert telephone.handle_time(500.0) is None
    again = telephone.handle_time(571.0)
    assert again is not None
    assert again.cseq.number == 2
    assert again.call_id == first.call_id
    assert telephone.is_registered
    telephone.received(granted(again, 20), 572.0)
    assert telephone.deadline == 582.0


def test_the_registrar_decides_the_time_by_our_contact_alone() -> None:
    for binding, contacts, seconds in (
        (BINDING, ("<sip:1001@10.9.9.9>;expires=9", "<sip:1001@10.0.0.7:5060>;expires=120"), 120),
        (BINDING, ("<sip:1001@203.0.113.5:40000;ob>;expires=60",), 60),
        (WITH_INSTANCE, ('<sip:x@nat>;+sip.instance="<urn:uuid:1-2>";reg-id=1;expires=70',), 70),
    ):
        telephone = registration(binding)
        telephone.received(granted(telephone.start(0.0), None, *contacts), 0.0)
        assert telephone.registered_until == seconds


def test_a_registrar_that_lists_nothing_is_believed() -> None:
    telephone = registration()
    request = telephone.start(0.0)
    telephone.received(reply(request, 200, headers=(("Expires", "300"),)), 0.0)
    assert telephone.registered_until == 300.0


@pytest.mark.parametrize("contact", ["<sip:other@10.0.0.9>", "<sip:1001@10.0.0.7:5060>;expires=0"])
def test_a_2xx_without_our_contact_is_a_failure(contact: str) -> None:
    telephone = registration()
    telephone.received(granted(telephone.start(0.0), None, contact), 0.0)
    assert telephone.state is S.WAITING
    assert not telephone.is_registered


def test_too_brief_a_time_is_made_longer_at_once() -> None:
    telephone = registration()
    request = telephone.start(0.0)
    longer = telephone.received(reply(request, 423, headers=(("Min-Expires", "1800"),)), 0.1)
    assert longer is not None
    assert longer.contacts[0].expires == 1800
    telephone.received(granted(longer), 0.2)
    assert telephone.registered_until == 1800.2


@pytest.mark.parametrize("told", ["", "soon", "9999999999"])
def test_a_423_that_says_nothing_is_final(told: str) -> None:
    telephone = registration()
    refusal = reply(telephone.start(0.0), 423, headers=(("Min-Expires", told),))
    assert telephone.received(refusal, 0.1) is None
    assert telephone.state is S.REFUSED


def test_a_way_that_knows_no_flows_is_registered_by_its_address() -> None:
    telephone = registration(WITH_INSTANCE)
    plain = telephone.received(reply(telephone.start(0.0), 439), 0.1)
    assert plain is not None
    assert plain.supported == ("path",)
    assert (plain.headers.get("Contact") or "").endswith(
        ';+sip.instance="<urn:uuid:1-2>";expires=600'
    )
    assert telephone.received(granted(plain), 0.2) is None
    assert telephone.is_registered
    # then a registrar that insists is no reason to hammer
    refresh = telephone.handle_time(600.0)
    assert refresh is not None
    assert telephone.received(reply(refresh, 439), 600.1) is None
    assert telephone.state is S.WAITING


def test_a_registrar_that_always_wants_more_is_given_up() -> None:
    telephone = registration()
    request: Request | None = telephone.start(0.0)
    rounds = 0
    while request is not None:
        rounds += 1
        told = (("Min-Expires", str(1000 * rounds)),)
        request = telephone.received(reply(request, 423, headers=told), 0.0)
    assert rounds == 4
    assert telephone.state is S.REFUSED


def test_failures_are_tried_again_ever_more_rarely() -> None:
    telephone = registration()
    telephone.start(0.0)
    now, waits = 0.0, []
    for _ in range(9):
        telephone.failed(now)
        assert telephone.deadline is not None
        waits.append(telephone.deadline - now)
        now = telephone.deadline
        assert telephone.handle_time(now) is not None
    assert waits[:4] == [22.5, 45.0, 90.0, 180.0]
    assert max(waits) == 1350.0


def test_a_server_may_ask_for_more_time() -> None:
    telephone = registration()
    busy = reply(telephone.start(0.0), 503, headers=(("Retry-After", "300 (restart)"),))
    telephone.received(busy, 1.0)
    assert telephone.deadline == 301.0


def test_a_success_ends_the_back_off() -> None:
    telephone = registration()
    telephone.start(0.0)
    telephone.failed(0.0)
    again = telephone.handle_time(30.0)
    assert again is not None
    telephone.received(granted(again), 31.0)
    refresh = telephone.handle_time(601.0)
    assert refresh is not None
    telephone.failed(602.0)
    assert telephone.deadline == 624.5


def test_a_failed_refresh_leaves_the_binding_until_its_time_is_over() -> None:
    telephone = registration()
    telephone.received(granted(telephone.start(0.0)), 0.0)
    telephone.handle_time(570.0)
    telephone.failed(571.0)
    assert telephone.is_registered
    telephone.handle_time(600.0)
    assert not telephone.is_registered


@pytest.mark.parametrize("status", [401, 403, 404, 407])
def test_a_refusal_is_not_hammered(status: int) -> None:
    telephone = registration()
    telephone.received(reply(telephone.start(0.0), status, "Wrong"), 0.0)
    assert (telephone.state, telephone.status, telephone.reason) == (S.REFUSED, status, "Wrong")
    assert telephone.deadline is None
    assert telephone.start(9.0).cseq.number == 2


def test_leaving_takes_back_our_binding_alone() -> None:
    telephone = registration()
    telephone.received(granted(telephone.start(0.0)), 0.0)
    leaving = telephone.stop(5.0)
    assert leaving is not None
    assert leaving.contacts[0].expires == 0
    assert not leaving.contact_is_star
    telephone.received(reply(leaving, 200), 5.1)
    assert telephone.state is S.IDLE
    assert not telephone.is_registered
    assert telephone.deadline is None


def test_there_is_nothing_to_take_back_while_waiting() -> None:
    telephone = registration()
    telephone.start(0.0)
    telephone.failed(0.0)
    assert telephone.stop(1.0) is None
    assert telephone.state is S.IDLE
    with pytest.raises(DialogError):
        telephone.stop(2.0)


def test_another_network_is_registered_at_once() -> None:
    telephone = registration()
    telephone.received(granted(telephone.start(0.0)), 0.0)
    moved = replace(BINDING, contact=SipUri(user="1001", host="192.168.1.9"))
    request = telephone.network_changed(moved, 50.0)
    assert str(request.contacts[0].uri) == "sip:1001@192.168.1.9"
    late = granted(make_old(request))
    telephone.received(late, 50.1)
    assert telephone.state is S.REGISTERING


def make_old(request: Request) -> Request:
    return replace(request, headers=request.headers.replaced("CSeq", "1 REGISTER"))


def test_a_service_route_is_kept() -> None:
    telephone = registration()
    request = telephone.start(0.0)
    headers = (("Contact", request.headers.get("Contact") or ""), ("Service-Route", "<sip:p;lr>"))
    telephone.received(reply(request, 200, headers=headers), 0.0)
    assert telephone.service_route == ("<sip:p;lr>",)


@given(st.integers(1, 100), st.floats(0, 1))
def test_the_wait_has_bounds(failures: int, chance: float) -> None:
    assert 15.0 <= BackOff().wait(failures, chance) <= 1800.0


class Story:
    """What a network does to a registration, told by random words."""

    def __init__(self) -> None:
        self.telephone = registration()
        self.request: Request | None = self.telephone.start(0.0)
        self.now = 0.0

    def tell(self, word: str) -> None:
        self.now += 1.0
        if word == "time":
            self.now = max(self.now, self.telephone.deadline or self.now)
            self.request = self.telephone.handle_time(self.now) or self.request
        elif word == "stop" and self.telephone.state not in (S.IDLE, S.LEAVING):
            self.request = self.telephone.stop(self.now)
        elif word == "start" and self.telephone.state in (S.IDLE, S.REFUSED, S.WAITING):
            self.request = self.telephone.start(self.now)
        elif self.request is not None and word in ("200", "503", "403", "silence"):
            self.answer(self.request, word)

    def answer(self, request: Request, word: str) -> None:
        self.request = None
        if word == "silence":
            self.telephone.failed(self.now)
        elif word == "200":
            self.telephone.received(granted(request), self.now)
        else:
            self.telephone.received(reply(request, int(word)), self.now)


@given(st.lists(st.sampled_from(["time", "stop", "start", "200", "503", "403", "silence"])))
def test_a_registration_is_never_stuck(words: list[str]) -> None:
    story = Story()
    for word in words:
        story.tell(word)
    waits_for_answer = story.request is not None
    waits_for_time = story.telephone.deadline is not None
    at_rest = story.telephone.state in (S.IDLE, S.REFUSED)
    assert waits_for_answer or waits_for_time or at_rest
