"""Fixtures of telephony servers, and what a test shows of them; registered in the conftest."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.servers.certificate import Certificate, OpensslMissingError, self_signed
from tests.servers.telephony.asterisk import Asterisk, Extension
from tests.servers.telephony.browser import Chromium
from tests.servers.telephony.coturn import Coturn
from tests.servers.telephony.kamailio import Kamailio, Subscriber
from tests.servers.telephony.program import PeerMissingError, Program
from tests.servers.telephony.rtpengine import Rtpengine

QUEUE = "sales"
"""A queue of Kamailio's; Asterisk's is called support and is at 602."""

DESK, DESK_SDES, DESK_DTLS, DESK_WEBRTC, DESK_DIRECT = "200", "210", "211", "212", "213"
"""The desks under test: one for each way to protect media, and one whose media Kamailio leaves
alone. Queues ring the first.
"""

ALICE, BOB, CAROL, BROWSER = "201", "202", "203", "204"
DESK_DEMUX = "214"
"""A desk that Kamailio offers ICE without rtcp-mux."""

DIRECT, BROWSER_DIRECT = "205", "206"
"""Whom they talk with."""

_PROFILES = {
    DESK: "rtp",
    DESK_SDES: "sdes",
    DESK_DTLS: "dtls",
    DESK_WEBRTC: "webrtc",
    DESK_DEMUX: "webrtc-demux",
    ALICE: "rtp",
    BOB: "rtp",
    CAROL: "rtp",
    BROWSER: "webrtc",
    DESK_DIRECT: "none",
    DIRECT: "none",
    BROWSER_DIRECT: "none",
}
PASSWORDS = {user: f"secret-of-{user}" for user in _PROFILES}
"""Of every user, at every exchange."""


# What a machine has not got is no failure; what was said before a failure is shown with it.


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, None, None]:
    """Forget programs that ended with earlier tests."""
    Program.recent[:] = [program for program in Program.recent if program.is_running]
    yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Skip a test whose telephone this machine has not got."""
    try:
        yield
    except PeerMissingError as missing:
        pytest.skip(str(missing))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show the last lines of every program with a test that failed."""
    report = yield
    if report.failed:
        report.sections += [
            (f"{program.name}, whole log: {program.log}", program.last_lines())
            for program in Program.recent
        ]
    return report


@pytest.fixture(scope="session")
def exchange_certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """The certificate of every server of the session, for 127.0.0.1 and localhost."""
    now = datetime.now(UTC)
    folder = tmp_path_factory.mktemp("exchange-certificate")
    try:
        return self_signed(folder, begin=now - timedelta(days=1), end=now + timedelta(days=1))
    except OpensslMissingError as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def rtpengine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rtpengine]:
    """A running rtpengine for the whole session."""
    try:
        server = Rtpengine(tmp_path_factory.mktemp("rtpengine"))
    except PeerMissingError as missing:
        pytest.skip(str(missing))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def kamailio(
    tmp_path_factory: pytest.TempPathFactory,
    rtpengine: Rtpengine,
    exchange_certificate: Certificate,
) -> Iterator[Kamailio]:
    """A running Kamailio with all users and a queue, for the whole session."""
    try:
        server = Kamailio(
            tmp_path_factory.mktemp("kamailio"),
            subscribers=[
                Subscriber(user=user, password=PASSWORDS[user], profile=profile)
                for user, profile in _PROFILES.items()
            ],
            rtpengine_port=rtpengine.port,
            certificate=exchange_certificate,
            queues={QUEUE: DESK},
        )
    except PeerMissingError as missing:
        pytest.skip(str(missing))
    yield server
    server.stop()


@pytest.fixture
def own_kamailio(
    tmp_path: Path, rtpengine: Rtpengine, exchange_certificate: Certificate
) -> Iterator[Kamailio]:
    """A running Kamailio of the test's own, to be stopped and started again."""
    folder = tmp_path / "kamailio"
    folder.mkdir()
    subscribers = [
        Subscriber(user=user, password=PASSWORDS[user], profile=_PROFILES[user])
        for user in (DESK, ALICE)
    ]
    try:
        server = Kamailio(
            folder,
            subscribers=subscribers,
            rtpengine_port=rtpengine.port,
            certificate=exchange_certificate,
        )
    except PeerMissingError as missing:
        pytest.skip(str(missing))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def asterisk(
    tmp_path_factory: pytest.TempPathFactory, exchange_certificate: Certificate
) -> Iterator[Asterisk]:
    """A running Asterisk with the same users, for the whole session.

    The first one on a machine is fetched, which takes a minute or two.
    """
    try:
        server = Asterisk(
            tmp_path_factory.mktemp("asterisk"),
            extensions=[
                Extension(
                    user=user,
                    password=PASSWORDS[user],
                    profile=profile,
                    # Telephones of this Debian know no other than MD5.
                    digests="MD5" if user in (ALICE, BOB, CAROL, BROWSER) else "SHA-256,MD5",
                )
                for user, profile in _PROFILES.items()
                if profile not in ("none", "webrtc-demux")
            ],
            certificate=exchange_certificate,
        )
    except PeerMissingError as missing:
        pytest.skip(str(missing))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    """A running browser for the whole session; its pages are the tests'."""
    try:
        browser = Chromium(tmp_path_factory.mktemp("chromium"))
    except PeerMissingError as missing:
        pytest.skip(str(missing))
    yield browser
    browser.stop()


@pytest.fixture(scope="session")
def coturn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Coturn]:
    """A running TURN server for the whole session."""
    try:
        server = Coturn(tmp_path_factory.mktemp("coturn"))
    except PeerMissingError as missing:
        pytest.skip(str(missing))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def coturn_on_ipv6(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Coturn]:
    """A TURN server that is asked over IPv6; what it relays is IPv4."""
    try:
        server = Coturn(tmp_path_factory.mktemp("coturn6"), host="::1")
    except PeerMissingError as missing:
        pytest.skip(str(missing))
    yield server
    server.stop()
