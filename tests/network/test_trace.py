"""What a saved trace tells, and what it never tells."""

from __future__ import annotations

from datetime import UTC, datetime
from time import thread_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.domain.sip_trace import as_text
from telephony.network.masking import MASK, masked
from telephony.network.network import FlowLost, Traced
from telephony.network.trace import MessageTrace
from telephony.sip.transaction.hop import Hop
from tests.sip.corpus import torture_message, torture_names

HOP = Hop(transport="TLS", address="2001:db8::1", port=5061, flow=3)
SECRET = "6629fae49393a05397450978507c4ef1"


def request(*fields: str, method: str = "REGISTER", body: str = "") -> bytes:
    lines = [f"{method} sip:example.com SIP/2.0", *fields, f"Content-Length: {len(body)}"]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


PROOF = f'username="ann", realm="pbx", nonce="n1", uri="sip:x", response="{SECRET}", nc=00000001'
SECRETS = {
    "a digest": request(f"Authorization: Digest {PROOF}"),
    "a proxy's": request(f"Proxy-Authorization: Digest {PROOF}"),
    "any case and blanks": request(f"aUTHORIZATION \t:  DIGEST {PROOF}"),
    "folded": request("Authorization: Digest username=x,\r\n  response=\r\n\t" + SECRET),
    "quotes that do not end": request(f'Authorization: Digest username="ann", response="{SECRET}'),
    "an escape in quotes": request(f'Authorization: Digest realm="a\\"", response="\\"{SECRET}"'),
    "without commas": request(f'Authorization: Digest realm="a" response="{SECRET}"'),
    "basic": request(f"Authorization: Basic {SECRET}"),
    "a scheme of its own": request(f"Authorization: Bearer token={SECRET}"),
    "no scheme": request(f"Authorization: response={SECRET}"),
    "a scheme alone": request(f"Authorization: {SECRET}"),
    "the server's proof": request(f'Authentication-Info: rspauth="{SECRET}"'),
    "a password in a URI": request(f"Contact: <sip:ann:{SECRET}@192.0.2.1>"),
    "in the start line": f"INVITE sips:a:{SECRET}@b SIP/2.0\r\n\r\n".encode(),
    "a proof in a URI": request(f"Refer-To: <sip:a@b?Authorization=Digest%20{SECRET}>"),
    "a key of SDES": request(body=f"v=0\r\na=crypto:1 AES_CM_128 inline:{SECRET}|2^20|1:4\r\n"),
    "two keys": request(body=f"a=crypto:1 X inline:abc;inline:{SECRET}\r\n"),
    "a password of ICE": request(body=f"a=ice-pwd:{SECRET}\r\n"),
    "MIKEY": request(body=f"a=key-mgmt:mikey {SECRET}\r\n"),
    "a key of RFC 2327": request(body=f"k=clear:{SECRET}\r\n"),
    "lines ended by LF": request(body=f"k=clear:{SECRET}\n").replace(b"\r\n", b"\n"),
    "digits by INFO": request(
        "Content-Type: application/dtmf-relay",
        method="INFO",
        body=f"Signal={SECRET}\r\nDuration=160\r\n",
    ),
    "digits alone": request("c: application/dtmf", method="INFO", body=SECRET),
    "digits of another maker": request(
        "Content-Type: application/vnd.nortelnetworks.digits", method="INFO", body=f"d={SECRET}"
    ),
    "a type that is not known": request("Content-Type: text/plain", method="INFO", body=SECRET),
    "no type": request(method="INFO", body=SECRET),
    "KPML": request(
        "Content-Type: application/kpml-response+xml", method="NOTIFY", body=f'digits="{SECRET}"'
    ),
    "a part of several": request(
        "Content-Type: multipart/mixed;boundary=b",
        method="INFO",
        body=f"--b\r\nContent-Type: application/dtmf-relay\r\n\r\nSignal={SECRET}\r\n--b--",
    ),
}


@pytest.mark.parametrize("case", SECRETS)
def test_no_secret_is_told(case: str) -> None:
    assert SECRET in SECRETS[case].decode()
    text = masked(SECRETS[case])
    assert SECRET not in text
    assert MASK in text


def test_what_helps_to_find_a_fault_stays() -> None:
    text = masked(request(f"Authorization: Digest {PROOF}", "Call-ID: 7"))
    assert text.splitlines()[1] == (
        'Authorization: Digest username="ann", realm="pbx", nonce="n1", uri="sip:x", '
        "response=***, nc=00000001"
    )
    assert "Call-ID: 7" in text


def test_an_ordinary_message_stays_as_it_is() -> None:
    plain = request("To: <sip:ann@a.test:5060;transport=tcp>", body="v=0\r\nm=audio 1 RTP/AVP 8")
    assert masked(plain).replace("\n", "\r\n").encode() == plain
    for name in torture_names():
        first_line = torture_message(name).split(b"\r\n")[0].decode("utf-8", "replace")
        assert masked(torture_message(name)).startswith(first_line[:20]), name


def test_what_would_move_a_cursor_is_shown_as_an_escape() -> None:
    text = masked(b"OPTIONS \x1b[2J \xff\xe2\x80\xae SIP/2.0\r\n\r\n\x00")
    assert text == "OPTIONS \\x1b[2J \\xff\\u202e SIP/2.0\n\n\\x00"


@given(data=st.binary(max_size=300))
def test_anything_can_be_shown(data: bytes) -> None:
    assert isinstance(masked(data), str)


HOSTILE = (
    b"sip:" * 16_000,
    b"sip:a:" * 11_000,
    b"Authorization: Digest " + b"a=b," * 15_000,
    b'Authorization: Digest a="' + b"\\" * 60_000,
    b"Authorization: Digest " + b"a" * 60_000,
    b"x: y\r\n " * 8_000,
    b"\r\n" * 30_000,
    b"x:y\r\n\r\n" + b"inline:" * 9_000,
)


@pytest.mark.parametrize("index", range(len(HOSTILE)))
def test_no_message_costs_much(index: int) -> None:
    began = thread_time()
    masked(HOSTILE[index])
    # A look at each octet for each other one would take minutes.
    assert thread_time() - began < 5.0


def test_the_last_messages_are_kept_with_time_and_direction() -> None:
    trace = MessageTrace(now=lambda: datetime(2026, 3, 2, 9, tzinfo=UTC), most_messages=3)
    for number in range(5):
        data = request(f"Call-ID: {number}")
        trace.take(Traced(data=data, hop=HOP, sent=number % 2 == 0))
    trace.take(FlowLost(hop=HOP, why="x"))
    assert [message.number for message in trace.messages()] == [3, 4, 5]
    assert [message.number for message in trace.messages(after=4)] == [5]
    text = as_text(trace.messages())
    assert text.startswith(
        "--- 3 2026-03-02T09:00:00.000+00:00 sent to TLS [2001:db8::1]:5061\nREGISTER "
    )
    assert "received from TLS" in text


def test_large_messages_push_others_out() -> None:
    trace = MessageTrace(now=lambda: datetime.now(UTC), most_octets=10_000)
    for _ in range(10):
        trace.take(Traced(data=request(body="x" * 4_000), hop=HOP, sent=True))
    assert len(trace.messages()) == 2
