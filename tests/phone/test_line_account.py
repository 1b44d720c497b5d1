"""Tests of telephony.phone.line_account, and of the dial plan's addresses."""

from __future__ import annotations

import pytest

from agent_desk.domain.sip_account import SipAccount, SipTransport
from agent_desk.domain.sip_account_check import mistakes_of
from telephony.phone.dial_plan import DialPlan
from telephony.phone.line_account import (
    ServerPlace,
    address_of_record,
    house_uri,
    server_place,
)
from telephony.sip.values.uri import SipUri, parse_uri


def account(*, domain: str = "desk.test", server: str = "") -> SipAccount:
    return SipAccount(user="1017", domain=domain, server=server)


def place(host: str, port: int = 0, *, path: str = "/", by: str = "auto") -> ServerPlace:
    return ServerPlace(transport=SipTransport(by), host=host, port=port, path=path)


@pytest.mark.parametrize(
    ("server", "expected"),
    [
        ("", place("desk.test")),
        ("PBX.test", place("pbx.test")),
        ("pbx.test:5070", place("pbx.test", 5070)),
        ("192.0.2.1:5061", place("192.0.2.1", 5061)),
        ("2001:db8::1", place("2001:db8::1")),
        ("[2001:db8::1]", place("2001:db8::1")),
        ("[2001:DB8::1]:5061", place("2001:db8::1", 5061)),
        ("wss://pbx.test/ws?x=1", place("pbx.test", path="/ws?x=1", by="wss")),
        ("ws://[::1]:8080", place("::1", 8080, by="ws")),
    ],
)
def test_every_form_of_server_that_an_account_may_have_is_reached(
    server: str, expected: ServerPlace
) -> None:
    assert not mistakes_of(account(server=server))
    assert server_place(account(server=server)) == expected


@pytest.mark.parametrize("server", ["pbx.test:99999", "pbx.test:0", "a b", "[pbx.test]"])
def test_a_server_that_no_account_may_have_is_named(server: str) -> None:
    assert "server" in mistakes_of(account(server=server))
    with pytest.raises(ValueError, match="neither host nor host:port"):
        server_place(account(server=server))


@pytest.mark.parametrize(
    ("domain", "host"),
    [("Desk.test", "desk.test"), ("2001:db8::1", "[2001:db8::1]"), ("[::1]", "[::1]")],
)
def test_the_house_is_called_by_every_form_of_domain(domain: str, host: str) -> None:
    at = account(domain=domain)
    assert not mistakes_of(at)
    assert server_place(at).host == host.strip("[]")
    assert str(address_of_record(at).uri) == f"sip:1017@{host}"
    assert str(house_uri(at)) == f"sip:{host}"
    plan = DialPlan(at, region="CN")
    assert str(plan.uri_of("2002")) == f"sip:2002@{host}"
    dialled = parse_uri(f"sip:2002@{host}")
    assert isinstance(dialled, SipUri)
    assert plan.is_inside(dialled)


@pytest.mark.parametrize(
    ("dialled", "uri"),
    [
        ("2002", "sip:2002@desk.test"),
        ("sip:2002@elsewhere.test", "sip:2002@desk.test"),
        ("sips:2002", "sips:2002@desk.test"),
        (" SIPS:2002@elsewhere.test ", "sips:2002@desk.test"),
        ('"Anna" <sips:2002@desk.test>', "sips:2002@desk.test"),
        ("sips:+8613800138000", "sips:+8613800138000@desk.test"),
    ],
)
def test_what_is_dialled_by_sips_stays_so(dialled: str, uri: str) -> None:
    destination = DialPlan(account(), region="CN").resolve(dialled)
    assert str(destination.uri) == uri
    assert destination.device == destination.uri.user_text


def test_a_server_is_a_name_of_the_house_too() -> None:
    plan = DialPlan(account(server="[2001:db8::1]:5061"), region="CN")
    for host, is_ours in (("[2001:db8::1]", True), ("desk.test", True), ("[2001:db8::2]", False)):
        assert plan.is_inside(SipUri(user="2002", host=host)) is is_ours
