"""A caller of the plainest kind on UDP: ``python -m tests.benchmarks.sip_caller PORT CALLS RATE``.

One thread, octets out of templates, no SIP stack of ours: what it measures is the callee. A call is
INVITE, 180, 200, ACK and, after its length, BYE and 200; what gets no answer is sent again as
RFC 3261 s. 17.1 says. A rate of 0 makes one call after the other.
"""

from __future__ import annotations

import argparse
import heapq
import json
import re
import select
import socket
import sys
import time
from dataclasses import dataclass, field

HOST = "127.0.0.1"
LENGTH_SECONDS = 1.0
PATIENCE_SECONDS = 32.0
_T1_SECONDS = 0.5
_MOST_IN_A_TURN = 64
_CALL_ID = re.compile(rb"\r\nCall-ID: ([0-9]+)")
_TO_TAG = re.compile(rb"\r\nTo: [^\r]*;tag=([^\r;]+)")
_SDP = (
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    "m=audio 20000 RTP/AVP 8 0 101\r\na=rtpmap:101 telephone-event/8000\r\na=sendrecv\r\n"
)


@dataclass(slots=True)
class Call:
    """state: INVITE or BYE while it waits for that's final answer. began: of the INVITE."""

    number: int
    began: float
    state: str = "INVITE"
    tag: str = ""
    tries: int = 1


@dataclass(slots=True)
class Caller:
    """Calls one callee; results in milliseconds and counts."""

    target: tuple[str, int]
    calls: int
    rate: int
    ringing_ms: list[float] = field(default_factory=list)
    answered: int = 0
    ended: int = 0
    again: int = 0
    busy: int = 0

    def run(self) -> dict[str, object]:
        """Make the calls and return what came of them."""
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_194_304)
        sock.bind((HOST, 0))
        sock.setblocking(False)
        with sock:
            return self._run(sock)

    def _run(self, sock: socket.socket) -> dict[str, object]:
        own = sock.getsockname()[1]
        open_calls: dict[int, Call] = {}
        due: list[tuple[float, int, str]] = []
        made = 0
        start = time.perf_counter()
        last_end = start
        while made < self.calls or open_calls:
            now = time.perf_counter()
            while made < self.calls and self._may_call(made, open_calls, start, now):
                call = open_calls[made] = Call(number=made, began=time.perf_counter())
                sock.sendto(self._request("INVITE", call, own), self.target)
                heapq.heappush(due, (now + _T1_SECONDS, made, "INVITE"))
                made += 1
            self._do_what_is_due(sock, own, open_calls, due, now)
            if now - last_end > PATIENCE_SECONDS:
                break
            select.select([sock], [], [], 0 if self.rate else 0.05)
            for _ in range(_MOST_IN_A_TURN):
                try:
                    data = sock.recv(65_536)
                except BlockingIOError:
                    break
                if self._take(sock, own, open_calls, due, data):
                    last_end = time.perf_counter()
        return {
            "calls": made,
            "answered": self.answered,
            "ended": self.ended,
            "busy": self.busy,
            "failed": made - self.ended - self.busy,
            "sent_again": self.again,
            "seconds": round(last_end - start, 3),
            "ringing_ms": sorted(self.ringing_ms),
        }

    def _may_call(self, made: int, open_calls: dict[int, Call], start: float, now: float) -> bool:
        return now >= start + made / self.rate if self.rate else not open_calls

    def _do_what_is_due(
        self,
        sock: socket.socket,
        own: int,
        open_calls: dict[int, Call],
        due: list[tuple[float, int, str]],
        now: float,
    ) -> None:
        while due and due[0][0] <= now:
            _, number, what = heapq.heappop(due)
            call = open_calls.get(number)
            if call is None or (what != "END" and call.state != what):
                continue
            if what == "END":
                call.state, call.tries = "BYE", 0
                what = "BYE"
            else:
                self.again += 1
            call.tries += 1
            if call.tries <= 7:
                sock.sendto(self._request(what, call, own), self.target)
                heapq.heappush(due, (now + _T1_SECONDS * 2 ** (call.tries - 1), number, what))

    def _take(
        self,
        sock: socket.socket,
        own: int,
        open_calls: dict[int, Call],
        due: list[tuple[float, int, str]],
        data: bytes,
    ) -> bool:
        """Take a response; return whether it ended a call."""
        found = _CALL_ID.search(data)
        call = open_calls.get(int(found.group(1))) if found else None
        if call is None or not data.startswith(b"SIP/2.0 "):
            return False
        status = int(data[8:11])
        if b" BYE\r\n" in data:
            del open_calls[call.number]
            self.ended += 1
            return True
        if call.state == "INVITE" and status == 180:
            self.ringing_ms.append((time.perf_counter() - call.began) * 1000)
            call.state = "RINGING"
        if status == 200:
            tag = _TO_TAG.search(data)
            call.tag = tag.group(1).decode() if tag else ""
            sock.sendto(self._request("ACK", call, own), self.target)
            if call.state in ("INVITE", "RINGING"):
                call.state = "TALKING"
                self.answered += 1
                length = LENGTH_SECONDS if self.rate else 0.0
                heapq.heappush(due, (time.perf_counter() + length, call.number, "END"))
        elif status >= 300:
            call.tag = (_TO_TAG.search(data) or [b"", b""])[1].decode()
            sock.sendto(self._request("ACK", call, own, branch="i"), self.target)
            del open_calls[call.number]
            self.busy += 1
            return True
        return False

    def _request(self, method: str, call: Call, own: int, *, branch: str = "") -> bytes:
        branch = branch or {"INVITE": "i", "ACK": "a", "BYE": "b"}[method]
        body = _SDP if method == "INVITE" else ""
        number = 2 if method == "BYE" else 1
        tag = f";tag={call.tag}" if call.tag else ""
        return (
            f"{method} sip:bob@{HOST}:{self.target[1]} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP {HOST}:{own};rport;branch=z9hG4bK{branch}{own}-{call.number}\r\n"
            f"Max-Forwards: 70\r\nFrom: <sip:alice@{HOST}>;tag={call.number}\r\n"
            f"To: <sip:bob@{HOST}>{tag}\r\nCall-ID: {call.number}\r\nCSeq: {number} {method}\r\n"
            f"Contact: <sip:alice@{HOST}:{own}>\r\nAllow: INVITE, ACK, BYE, CANCEL, UPDATE\r\n"
            f"Content-Type: application/sdp\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        ).encode()


def main() -> int:
    """Call as the command line says, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument("calls", type=int)
    parser.add_argument("rate", type=int)
    wanted = parser.parse_args()
    caller = Caller(target=(HOST, wanted.port), calls=wanted.calls, rate=wanted.rate)
    print(json.dumps(caller.run()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
