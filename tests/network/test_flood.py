"""One desk and more calls than anybody can take."""

from __future__ import annotations

import asyncio
import re
import socket
from collections import Counter

from agent_desk.domain.sip_account import SipTransport
from telephony.phone.line import LineReached
from telephony.sip.user_agent.news import CallOffered
from tests.network.lines import OpenLine, account
from tests.network.peers import HOST, DatagramPeer, status_of

CALLS, BURST = 400, 20
QUIET_SECONDS = 0.5
_NUMBER = re.compile(rb"\r\nCall-ID: ([0-9]+)\r")
_SDP = (
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    "m=audio 20000 RTP/AVP 8\r\n"
)


def invite(number: int, port: int) -> bytes:
    return (
        f"INVITE sip:ann@{HOST} SIP/2.0\r\n"
        f"Via: SIP/2.0/UDP {HOST}:{port};rport;branch=z9hG4bK{number}\r\nMax-Forwards: 70\r\n"
        f"From: <sip:x@{HOST}>;tag={number}\r\nTo: <sip:ann@{HOST}>\r\nCall-ID: {number}\r\n"
        f"CSeq: 1 INVITE\r\nContact: <sip:x@{HOST}:{port}>\r\n"
        f"Content-Type: application/sdp\r\nContent-Length: {len(_SDP)}\r\n\r\n{_SDP}"
    ).encode()


async def test_a_desk_in_a_flood_of_calls_rings_twice_and_refuses_the_others(
    line: OpenLine, datagram_peer: DatagramPeer
) -> None:
    _, heard = await line(account(datagram_peer.port, SipTransport.UDP))
    reached = await heard.next(LineReached)
    answers: dict[int, int] = {}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as flood:
        flood.bind((HOST, 0))
        flood.setblocking(False)
        port = flood.getsockname()[1]
        while missing := [number for number in range(CALLS) if number not in answers]:
            # What the system dropped is sent again, as a real caller would.
            for number in missing:
                flood.sendto(invite(number, port), (reached.address, reached.port))
                if number % BURST == 0:
                    await asyncio.sleep(0)
            await _read(flood, answers)
    assert Counter(answers.values()) == {180: 2, 486: CALLS - 2}
    assert len(heard.all(CallOffered)) == 2


async def _read(flood: socket.socket, answers: dict[int, int]) -> None:
    """Note first answers until no more come."""
    loop = asyncio.get_running_loop()
    while len(answers) < CALLS:
        try:
            async with asyncio.timeout(QUIET_SECONDS):
                data = await loop.sock_recv(flood, 65_536)
        except TimeoutError:
            return
        found = _NUMBER.search(data)
        if found is not None and status_of(data) > 100:
            answers.setdefault(int(found.group(1)), status_of(data))
