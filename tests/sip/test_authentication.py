"""Digests as the RFCs have them, and challenges as servers set them."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.sip.authentication.authenticator import Authenticator
from telephony.sip.authentication.digest import (
    Credentials,
    DigestInput,
    digest_response,
    is_known_algorithm,
)
from telephony.sip.errors import AuthenticationError
from telephony.sip.message.message import Request, Response
from telephony.sip.message.reply import reply
from telephony.sip.values.challenge import AuthValue
from tests.sip.requests import make_request

ALICE = Credentials(user="alice", password="wonder")
OF_RFC_7616 = DigestInput(
    method="GET",
    uri="/dir/index.html",
    realm="http-auth@example.org",
    nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
    cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
    qop="auth",
)


def challenged(*values: str, status: int = 401, request: Request | None = None) -> Response:
    name = "WWW-Authenticate" if status == 401 else "Proxy-Authenticate"
    return reply(request or make_request(), status, headers=tuple((name, v) for v in values))


def proof(request: Request, field: str = "Authorization") -> AuthValue:
    (value,) = request.auth_values(field)
    return value


@pytest.mark.parametrize(
    ("algorithm", "expected"),
    [
        ("", "8ca523f5e9506fed4657c9700eebdbec"),
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("sha-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_digests_are_those_of_rfc_7616(algorithm: str, expected: str) -> None:
    said = DigestInput(
        **{name: getattr(OF_RFC_7616, name) for name in ("method", "uri", "realm", "nonce")},
        cnonce=OF_RFC_7616.cnonce,
        qop="auth",
        algorithm=algorithm,
    )
    mufasa = Credentials(user="Mufasa", password="Circle of Life")
    assert digest_response(mufasa, said) == expected


def test_the_digest_is_that_of_rfc_2617() -> None:
    said = DigestInput(
        method="GET",
        uri="/dir/index.html",
        realm="testrealm@host.com",
        nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093",
        cnonce="0a4f113b",
        qop="auth",
    )
    mufasa = Credentials(user="Mufasa", password="Circle Of Life")
    assert digest_response(mufasa, said) == "6629fae49393a05397450978507c4ef1"


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256", "SHA-512-256"])
def test_a_session_digest_has_a_secret_of_its_own(algorithm: str) -> None:
    def hashed(text: str) -> str:
        name = {"MD5": "md5", "SHA-256": "sha256", "SHA-512-256": "sha512_256"}[algorithm]
        return hashlib.new(name, text.encode()).hexdigest()

    said = DigestInput(
        method="INVITE",
        uri="sip:a@b",
        realm="r",
        nonce="n",
        cnonce="c",
        qop="auth",
        algorithm=f"{algorithm}-sess",
        count=255,
    )
    secret = hashed(hashed("alice:r:wonder") + ":n:c")
    expected = hashed(f"{secret}:n:000000ff:c:auth:{hashed('INVITE:sip:a@b')}")
    assert digest_response(ALICE, said) == expected


def test_a_password_is_never_shown() -> None:
    assert "wonder" not in repr(ALICE)


def test_a_challenge_is_answered_and_remembered() -> None:
    authenticator = Authenticator([ALICE])
    request = make_request("REGISTER")
    asked = challenged('Digest realm="pbx", nonce="n1", qop="auth", opaque="o"')
    first = proof(authenticator.answer(request, asked, "c1"))
    assert (first.get("username"), first.get("nc"), first.get("opaque")) == (
        *("alice", "00000001"),
        "o",
    )
    assert "nc=00000001" in str(first)
    assert "qop=auth" in str(first)
    again = proof(authenticator.prepare(make_request("REGISTER", number=2), "c2"))
    assert again.get("nc") == "00000002"
    assert again.get("response") != first.get("response")
    authenticator.forget()
    assert "Authorization" not in authenticator.prepare(request, "c3").headers


def test_the_first_challenge_that_can_be_answered_is_taken() -> None:
    asked = challenged(
        'Digest realm="pbx", nonce="n", algorithm=SHA-999, qop="auth"',
        'Basic realm="pbx"',
        "Digest broken",
        'Digest realm="pbx", nonce="n", algorithm=SHA-256, qop="auth-int,auth"',
        'Digest realm="pbx", nonce="n", algorithm=MD5, qop="auth"',
    )
    answered = Authenticator([ALICE]).answer(make_request(), asked, "c")
    assert proof(answered).get("algorithm") == "SHA-256"
    assert len(proof(answered).get("response")) == 64


def test_every_proxy_on_the_way_gets_its_proof() -> None:
    authenticator = Authenticator([ALICE, Credentials(user="b", password="x", realm="two")])
    one = 'Digest realm="one", nonce="1", qop="auth"'
    two = 'Digest realm="two", nonce="2", qop="auth"'
    request = authenticator.answer(make_request(), challenged(one, status=407), "c")
    both = authenticator.answer(request, challenged(two, status=407, request=request), "c")
    found = both.auth_values("Proxy-Authorization")
    assert [(v.get("realm"), v.get("username")) for v in found] == [
        ("one", "alice"),
        ("two", "b"),
    ]
    with_end = authenticator.answer(both, challenged('Digest realm="end", nonce="3"'), "c")
    assert proof(with_end).get("qop") == ""
    assert proof(with_end).get("cnonce") == ""


def test_a_wrong_password_is_tried_once() -> None:
    authenticator = Authenticator([ALICE])
    request = authenticator.answer(make_request(), challenged('Digest realm="p", nonce="1"'), "c")
    with pytest.raises(AuthenticationError):
        authenticator.answer(request, challenged('Digest realm="p", nonce="2"'), "c")


def test_a_nonce_that_ran_out_is_no_wrong_password() -> None:
    authenticator = Authenticator([ALICE])
    request = authenticator.answer(make_request(), challenged('Digest realm="p", nonce="1"'), "c")
    stale = challenged('Digest realm="p", nonce="2", stale=TRUE')
    request = authenticator.answer(request, stale, "c")
    assert proof(request).get("nonce") == "2"
    authenticator.accepted(reply(request, 200))
    later = authenticator.prepare(make_request(number=9), "c")
    again = authenticator.answer(later, challenged('Digest realm="p", nonce="3"'), "c")
    assert proof(again).get("nonce") == "3"


def test_the_next_nonce_is_used_when_one_is_named() -> None:
    authenticator = Authenticator([ALICE])
    request = authenticator.answer(
        make_request(), challenged('Digest realm="p", nonce="1", qop="auth"'), "c"
    )
    told = (("Authentication-Info", 'nextnonce="9", qop=auth'),)
    authenticator.accepted(reply(request, 200, headers=told))
    after = proof(authenticator.prepare(request, "c"))
    assert (after.get("nonce"), after.get("nc")) == ("9", "00000001")
    authenticator.accepted(reply(request, 200, headers=(("Authentication-Info", "x"),)))


@pytest.mark.parametrize(
    "values",
    [
        (),
        ('Digest realm="p"',),
        ('Digest realm="p", nonce="1", qop="auth-int"',),
        ('Digest realm="other", nonce="1"',),
        ('Digest realm="p", nonce="1", algorithm=MD5',),
    ],
)
def test_what_cannot_be_answered_is_said(values: tuple[str, ...]) -> None:
    authenticator = Authenticator([Credentials(user="a", password="b", realm="p")], allow_md5=False)
    with pytest.raises(AuthenticationError):
        authenticator.answer(make_request(), challenged(*values), "c")


def test_a_server_cannot_fill_the_memory_with_realms() -> None:
    authenticator = Authenticator([ALICE])
    for number in range(100):
        authenticator.answer(make_request(), challenged(f'Digest realm="{number}", nonce="1"'), "c")
    assert len(authenticator._spaces) == 8


@given(st.text(max_size=12))
def test_an_unknown_algorithm_is_no_crash(name: str) -> None:
    known = is_known_algorithm(name)
    assert known == (name.upper().removesuffix("-SESS") in {"", "MD5", "SHA-256", "SHA-512-256"})
