"""Dialogs: made, moved, ended; their ways and their numbers."""

from __future__ import annotations

import pytest

from telephony.sip.dialog.dialog import (
    Dialog,
    DialogId,
    DialogState,
    dialog_id_of_request,
    dialog_id_of_response,
    dialog_of_callee,
    dialog_of_caller,
    next_uri,
)
from telephony.sip.dialog.redirection import MOST_TARGETS, Targets
from telephony.sip.errors import DialogError, RequestRefusedError
from telephony.sip.message.reply import reply
from telephony.sip.values.uri import parse_uri
from tests.sip.requests import answer, make_request

ROUTES = (("Record-Route", "<sip:p2;lr>"), ("Record-Route", "<sip:p1;lr>"))


def callee() -> Dialog:
    return dialog_of_callee(make_request(fields=ROUTES), "mine", confirmed=True)


def test_the_caller_passes_the_proxies_from_its_side() -> None:
    invite = make_request()
    response = reply(invite, 180, to_tag="t", headers=(("Contact", "<sip:bob@far>"), *ROUTES))
    dialog = dialog_of_caller(invite, response)
    assert dialog.id == DialogId("one@pbx", "f", "t")
    assert dialog.state is DialogState.EARLY
    assert dialog.is_caller
    _, bye = dialog.request("BYE")
    assert bye.headers.all("Route") == ("<sip:p1;lr>", "<sip:p2;lr>")
    assert bye.target == "sip:bob@far"
    assert str(bye.cseq) == "2 BYE"
    assert str(next_uri(bye)) == "sip:p1;lr"


def test_the_callee_passes_them_the_other_way() -> None:
    dialog = callee()
    _, bye = dialog.request("BYE")
    assert bye.headers.all("Route") == ("<sip:p2;lr>", "<sip:p1;lr>")
    assert bye.target == "sip:+8613800138000@pbx:5060"
    assert bye.from_address.tag == "mine"
    assert bye.to_address.tag == "f"
    assert str(bye.cseq) == "1 BYE"


def test_a_strict_router_stands_in_the_request_uri() -> None:
    fields = (("Record-Route", "<sip:old>"), ("Record-Route", "<sip:p1;lr>"))
    dialog = dialog_of_callee(make_request(fields=fields), "mine")
    _, info = dialog.request("INFO")
    assert info.target == "sip:old"
    assert info.headers.all("Route") == ("<sip:p1;lr>", "<sip:+8613800138000@pbx:5060>")


def test_without_proxies_a_request_goes_to_the_contact() -> None:
    dialog = dialog_of_callee(make_request(), "mine")
    _, info = dialog.request("INFO")
    assert "Route" not in info.headers
    assert str(next_uri(info)) == "sip:+8613800138000@pbx:5060"


def test_each_branch_of_a_fork_is_a_dialog_of_its_own() -> None:
    invite = make_request()
    made = {
        dialog_of_caller(invite, answer(invite, status, tag=tag, contact=f"sip:{tag}@far")).id
        for status, tag in ((180, "a"), (183, "b"), (180, "a"), (200, "c"))
    }
    assert {found.remote_tag for found in made} == {"a", "b", "c"}


def test_the_2xx_decides_the_way_and_the_numbers_go_on() -> None:
    invite = make_request()
    early = dialog_of_caller(invite, answer(invite, 180, contact="sip:ring@far"))
    early, _prack = early.request("PRACK")
    headers = (("Contact", "<sip:talk@far>"), ("Record-Route", "<sip:p;lr>"))
    dialog = early.confirmed_by(reply(invite, 200, to_tag="t", headers=headers))
    assert dialog.state is DialogState.CONFIRMED
    assert str(dialog.target) == "sip:talk@far"
    _, bye = dialog.request("BYE")
    assert bye.cseq.number == 3
    assert bye.headers.all("Route") == ("<sip:p;lr>",)
    assert str(dialog.ack(1).cseq) == "1 ACK"


@pytest.mark.parametrize(("status", "tag"), [(100, "t"), (180, ""), (486, "t")])
def test_not_every_response_makes_a_dialog(status: int, tag: str) -> None:
    invite = make_request()
    with pytest.raises(DialogError):
        dialog_of_caller(invite, answer(invite, status, tag=tag, contact="sip:a@b"))
    with pytest.raises(DialogError):
        dialog_of_caller(invite, answer(invite, 200))


def test_requests_are_taken_in_their_order_alone() -> None:
    dialog = callee()
    later = dialog.received(make_request("INFO", number=7, to_tag="mine"))
    assert later.remote_number == 7
    for number in (7, 3):
        with pytest.raises(RequestRefusedError) as caught:
            later.received(make_request("INFO", number=number, to_tag="mine"))
        assert caught.value.status == 500
    assert later.received(make_request("ACK", number=1)) == later


@pytest.mark.parametrize(
    ("method", "moves"), [("INVITE", True), ("UPDATE", True), ("INFO", False), ("BYE", False)]
)
def test_only_some_requests_move_the_target(method: str, moves: bool) -> None:
    request = make_request(method, number=2, to_tag="mine")
    moved = request.headers.replaced("Contact", "<sip:new@place>")
    dialog = callee().received(type(request)(method=method, target="sip:a@b", headers=moved))
    assert (str(dialog.target) == "sip:new@place") is moves


def test_a_peer_that_knows_nothing_of_the_dialog_ends_it() -> None:
    dialog, info = callee().request("INFO")
    assert dialog.answered(answer(info, 200)).state is DialogState.CONFIRMED
    for status in (481, 408):
        over = dialog.answered(answer(info, status))
        assert over.state is DialogState.ENDED
        with pytest.raises(DialogError):
            over.request("BYE")


def test_both_sides_find_the_dialog_of_a_message() -> None:
    dialog, bye = callee().request("BYE")
    assert dialog_id_of_response(answer(bye, 200)) == dialog.id
    assert dialog_id_of_request(make_request("BYE", to_tag="mine")) == dialog.id


def test_an_old_peer_without_a_tag_or_a_contact_has_a_dialog_too() -> None:
    invite = make_request()
    old = invite.headers.replaced("From", "<sip:old@peer>").without("Contact")
    dialog = dialog_of_callee(type(invite)(method="INVITE", target="sip:a@b", headers=old), "m")
    assert dialog.id.remote_tag == ""
    assert str(dialog.target) == "sip:old@peer"


def test_a_secure_call_stays_known_as_one() -> None:
    invite = make_request(target="sips:1001@desk.example")
    assert dialog_of_callee(invite, "mine").is_secure
    assert not callee().is_secure


def test_a_redirection_is_tried_in_the_order_of_its_weights() -> None:
    contacts = ("<sip:a@x>;q=0.1", "<sip:b@x>;q=0.9, <sip:c@x>;q=odd", "<mailto:d@x>")
    moved = reply(make_request(), 302, headers=tuple(("Contact", c) for c in contacts))
    targets = Targets(tried=(parse_uri("sip:c@x"),)).with_response(moved)
    order = []
    while True:
        target, targets = targets.next()
        if target is None:
            break
        order.append(str(target))
        targets = targets.with_response(moved)
    assert order == ["sip:b@x", "sip:a@x"]


def test_a_redirection_cannot_go_on_for_ever() -> None:
    targets = Targets()
    for number in range(50):
        contact = (("Contact", f"<sip:{number}@x>"),)
        targets = targets.with_response(reply(make_request(), 302, headers=contact))
    assert len(targets.waiting) == MOST_TARGETS
