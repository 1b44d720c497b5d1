"""Fixtures of telephony servers, and what a test shows of them; registered in the conftest."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.servers.certificate import Certificate, OpensslMissingError, self_signed
from tests.servers.telephony.coturn import Coturn
from tests.servers.telephony.kamailio import Kamailio, Subscriber
from tests.servers.telephony.program import PeerMissingError, Program
from tests.servers.telephony.rtpengine import Rtpengine

QUEUE = "sales"
QUEUE_AGENT = "agent"
SUBSCRIBERS = (
    # The desks under test: one for each way to protect media.
    Subscriber(user=QUEUE_AGENT, password="agent-secret"),
    Subscriber(user="agent-sdes", password="sdes-secret", profile="sdes"),
    Subscriber(user="agent-dtls", password="dtls-secret", profile="dtls"),
    Subscriber(user="agent-webrtc", password="webrtc-secret", profile="webrtc"),
    # Whom they talk with.
    Subscriber(user="alice", password="alice-secret"),
    Subscriber(user="bob", password="bob-secret"),
    Subscriber(user="carol", password="carol-secret"),
    Subscriber(user="browser", password="browser-secret", profile="webrtc"),
)


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
    """A running Kamailio with SUBSCRIBERS and a queue, for the whole session."""
    try:
        server = Kamailio(
            tmp_path_factory.mktemp("kamailio"),
            subscribers=SUBSCRIBERS,
            rtpengine_port=rtpengine.port,
            certificate=exchange_certificate,
            queues={QUEUE: QUEUE_AGENT},
        )
    except PeerMissingError as missing:
        pytest.skip(str(missing))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def coturn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Coturn]:
    """A running TURN server for the whole session."""
    try:
        server = Coturn(tmp_path_factory.mktemp("coturn"))
    except PeerMissingError as missing:
        pytest.skip(str(missing))
    yield server
    server.stop()
