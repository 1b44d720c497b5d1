"""A real server that refuses, and what a person is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agent_desk.domain.errors import (
    AgentDeskError,
    CertificateError,
    ConfigurationError,
    DisabledPersonError,
    EncryptionMissingError,
    ExpiredCertificateError,
    HostRefusedError,
    MissingDatabaseError,
    RightsError,
    ServerAwayError,
    ServerFullError,
    SignInError,
)
from db.postgres_database import PostgresDatabase
from tests.servers.certificate import OpensslMissingError, self_signed
from tests.servers.fixtures import Floor
from tests.servers.postgres import PostgresServer

DAY = timedelta(days=1)


def refusal(url: str, password: str | None) -> AgentDeskError:
    """Return the error with which the database at ``url`` refuses to open."""
    with pytest.raises(AgentDeskError) as refused, PostgresDatabase(url=url, password=password):
        pass
    assert password is None or password not in str(refused.value)
    return refused.value


def test_a_wrong_password(floor: Floor) -> None:
    error = refusal(floor.url, "wrong-password")

    assert type(error) is SignInError
    assert error.details["login"] == "floor_owner"


def test_no_password(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSFILE", "/nonexistent")

    assert type(refusal(floor.url, None)) is SignInError


def test_an_unknown_login(floor: Floor) -> None:
    assert type(refusal(floor.server.url(floor.name, user="nobody"), floor.password)) is SignInError


def test_a_database_that_is_not_there(floor: Floor) -> None:
    error = refusal(floor.server.url("elsewhere"), floor.password)

    assert type(error) is MissingDatabaseError
    assert error.details["name"] == "elsewhere"


def test_nobody_at_the_port(floor: Floor) -> None:
    assert type(refusal("postgresql://li@127.0.0.1:1/desk", "hush")) is ServerAwayError


def test_a_host_that_does_not_exist() -> None:
    assert type(refusal("postgresql://li@floor.invalid/desk", "hush")) is ServerAwayError


@pytest.mark.parametrize("url", ["postgresql://li@floor/desk?nonsense=1", "desk.sqlite"])
def test_an_address_that_is_none(url: str) -> None:
    error = refusal(url, "hush")

    assert type(error) is ConfigurationError
    assert "postgresql://" in error.details["accepted"]


def test_a_server_without_tls_where_it_is_demanded(floor: Floor) -> None:
    url = floor.server.url(floor.name, sslmode="require")

    assert type(refusal(url, floor.password)) is EncryptionMissingError


@pytest.fixture
def guest(floor: Floor) -> Iterator[str]:
    """A login role that may nothing yet."""
    floor.server.create_role("guest")
    yield "guest"
    floor.server.drop_role("guest")


def test_a_login_that_may_not_enter_the_database(floor: Floor, guest: str) -> None:
    with floor.server.connect() as connection:
        connection.execute(f"REVOKE CONNECT ON DATABASE {floor.name} FROM PUBLIC")

    error = refusal(floor.server.url(floor.name, user=guest), floor.password)

    assert type(error) is RightsError
    assert error.details == {"action": f"CONNECT {floor.name}", "role": "guest"}


def test_a_disabled_login(floor: Floor, guest: str) -> None:
    with floor.server.connect() as connection:
        connection.execute(f"ALTER ROLE {guest} NOLOGIN")

    error = refusal(floor.server.url(floor.name, user=guest), floor.password)

    assert type(error) is DisabledPersonError


def test_a_login_with_too_many_connections(floor: Floor, guest: str) -> None:
    with floor.server.connect() as connection:
        connection.execute(f"ALTER ROLE {guest} CONNECTION LIMIT 0")

    error = refusal(floor.server.url(floor.name, user=guest), floor.password)

    assert type(error) is ServerFullError


def test_a_login_that_is_shut_out_by_its_machine() -> None:
    with PostgresServer() as server:
        rules = server.data_folder / "pg_hba.conf"
        rules.write_text("host all postgres all scram-sha-256\n")
        server.restart()

        assert type(refusal(server.url(), server.password)) is HostRefusedError


@pytest.mark.parametrize(
    ("begins", "ends", "names", "expected"),
    [
        (-2, -1, "IP:127.0.0.1", ExpiredCertificateError),
        (-1, 1, "DNS:elsewhere.example", CertificateError),
        (-1, 1, "IP:127.0.0.1", None),
    ],
)
def test_a_certificate_is_looked_at(
    tmp_path: Path, begins: int, ends: int, names: str, expected: type[AgentDeskError] | None
) -> None:
    now = datetime.now(UTC)
    try:
        certificate = self_signed(
            tmp_path, begin=now + begins * DAY, end=now + ends * DAY, names=names
        )
    except OpensslMissingError as missing:
        pytest.skip(str(missing))
    with PostgresServer(certificate=certificate) as server:
        options = {"sslmode": "verify-full", "sslrootcert": str(certificate.certificate)}
        if expected is None:
            server.connect(**options).close()
        else:
            assert type(refusal(server.url(**options), server.password)) is expected


def test_a_certificate_of_somebody_unknown(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    folders = [tmp_path / "theirs", tmp_path / "ours"]
    for folder in folders:
        folder.mkdir()
    try:
        theirs, ours = (self_signed(f, begin=now - DAY, end=now + DAY) for f in folders)
    except OpensslMissingError as missing:
        pytest.skip(str(missing))
    with PostgresServer(certificate=theirs) as server:
        url = server.url(sslmode="verify-full", sslrootcert=str(ours.certificate))

        assert type(refusal(url, server.password)) is CertificateError
