"""``python -m tests.sip.fuzz [FOLDER] [libFuzzer options]``: coverage-guided fuzzing.

Needs `pip install atheris` (Linux; not among the project's own dependencies). The suite runs
`read_anything` on its seeds and under hypothesis, so that this file stays true. An input that
begins with octet 255 is a session description, any other a packet.
"""

from __future__ import annotations

import importlib
import sys
from contextlib import suppress
from pathlib import Path

from agent_desk.domain.identifiers import DeviceId
from telephony.dialog_events.call_facts import HeaderNames, facts_of_offered
from telephony.dialog_events.identity import IdentityTrust
from telephony.dialog_events.release_cause import (
    failure_cause,
    is_answered_elsewhere,
    is_ring_time_over,
)
from telephony.sip.dialog.replaces import parse_replaces
from telephony.sip.dialog.session_timer import TimerWish, answer_timer, timer_of_answer
from telephony.sip.errors import SipError
from telephony.sip.framing.packet import packet_kind
from telephony.sip.framing.stream import StreamFramer
from telephony.sip.message.message import Request, Response
from telephony.sip.message.multipart import body_of_type
from telephony.sip.message.parser import parse_message
from telephony.sip.message.reply import reply
from telephony.sip.message.syntax import check_request, check_response
from telephony.sip.sdp.answer import answer_offer
from telephony.sip.sdp.parser import parse_description
from telephony.sip.sdp.policy import LocalMedia, MediaPolicy
from telephony.sip.sdp.profile import Fingerprint, IceDescription, Profile
from telephony.sip.user_agent.capabilities import Capabilities
from tests.sip.corpus import torture_message, torture_names
from tests.sip.descriptions import BROWSER, FAX, FINGERPRINT, PLAIN, SDES

DESCRIPTION = b"\xff"
_EVERYTHING = MediaPolicy(profiles=tuple(Profile))
_LOCAL = LocalMedia(
    address="10.0.0.7",
    port=20000,
    session_id="1",
    fingerprint=Fingerprint("sha-256", FINGERPRINT),
    ice=IceDescription(ufrag="a", pwd="b"),
)
_DEVICE = DeviceId("1001")
_NAMES = HeaderNames(queue=("X-Queue", "Diversion"), details=("Date",))


def read_anything(data: bytes) -> None:
    """Do with ``data`` what a telephone would; nothing but a SipError may come of it."""
    if data.startswith(DESCRIPTION):
        with suppress(SipError):
            _answer(data[1:])
        return
    packet_kind(data)
    with suppress(SipError):
        list(StreamFramer(dialled=False).feed(data))
    with suppress(SipError):
        message = parse_message(data)
        octets = message.encode()
        assert parse_message(octets).encode() == octets
        if isinstance(message, Request):
            _take_request(message)
        else:
            _take_response(message)
        if (offer := body_of_type(message, "application/sdp")) is not None:
            _answer(offer)


def _take_request(request: Request) -> None:
    reply(request, 400, to_tag="x").encode()
    check_request(request)
    with suppress(SipError):
        Capabilities().inspect(request)
    with suppress(SipError):
        answer_timer(request, TimerWish(), 0.0)
    with suppress(SipError):
        parse_replaces(request.headers.get("Replaces") or "")
    facts_of_offered(request, device=_DEVICE, trust=IdentityTrust.ASSERTED, names=_NAMES)
    is_answered_elsewhere(request)
    is_ring_time_over(request)


def _take_response(response: Response) -> None:
    check_response(response)
    failure_cause(response.status, response)
    timer_of_answer(response, TimerWish(), 0.0)
    response.auth_values("WWW-Authenticate")


def _answer(body: bytes) -> None:
    answer, _ = answer_offer(
        parse_description(body), _EVERYTHING, _LOCAL, make_key=lambda _: "a" * 40
    )
    parse_description(answer.encode())


def seeds() -> list[bytes]:
    """Return what a fuzzer begins with."""
    descriptions = (text.replace("\n", "\r\n").encode() for text in (PLAIN, SDES, BROWSER, FAX))
    return [
        *(torture_message(name) for name in torture_names()),
        *(DESCRIPTION + text for text in descriptions),
    ]


def main() -> None:
    """Fuzz until stopped; the seeds are put into the corpus folder, the first argument."""
    import atheris

    folder = Path(sys.argv[1]) if len(sys.argv) > 1 and not sys.argv[1].startswith("-") else None
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        for number, seed in enumerate(seeds()):
            (folder / f"seed-{number}").write_bytes(seed)
    # What was read before the fuzzer came is read again, so that it can be watched.
    for name in [name for name in sys.modules if name.split(".")[0] in ("telephony", "tests")]:
        del sys.modules[name]
    with atheris.instrument_imports(include=["telephony"]):
        watched = importlib.import_module("tests.sip.fuzz")
    atheris.Setup(sys.argv, watched.read_anything)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
