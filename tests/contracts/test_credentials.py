"""The credentials contract on the system's keyring, here one in memory, and on the fake."""

from __future__ import annotations

from collections.abc import Iterator

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail
from keyring.errors import KeyringLocked, PasswordDeleteError

from agent_desk.ports.credentials import Credentials
from db.credentials import SERVICE_PREFIX, KeyringCredentials
from tests.contracts.credentials_contract import SERVER, CredentialsContract
from tests.fakes.memory_credentials import MemoryCredentials


class MemoryKeyring(KeyringBackend):
    """A backend as the library wants it."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}
        self.is_locked = False

    def get_password(self, service: str, username: str) -> str | None:
        self._unlock()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._unlock()
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if (service, username) not in self.kept:
            raise PasswordDeleteError("not there")
        del self.kept[service, username]

    def _unlock(self) -> None:
        if self.is_locked:
            raise KeyringLocked("the person said no")


@pytest.fixture
def backend() -> Iterator[MemoryKeyring]:
    former, backend = keyring.get_keyring(), MemoryKeyring()
    keyring.set_keyring(backend)
    yield backend
    keyring.set_keyring(former)


class TestKeyringCredentials(CredentialsContract):
    @pytest.fixture
    def credentials(self, backend: MemoryKeyring) -> Credentials:
        return KeyringCredentials()

    @pytest.fixture
    def without_keyring(self, backend: MemoryKeyring) -> Credentials:
        keyring.set_keyring(fail.Keyring())  # type: ignore[no-untyped-call]
        return KeyringCredentials()


class TestMemoryCredentials(CredentialsContract):
    @pytest.fixture
    def credentials(self) -> Credentials:
        return MemoryCredentials()

    @pytest.fixture
    def without_keyring(self) -> Credentials:
        return MemoryCredentials(available=False)


def test_the_entry_can_be_found_in_the_keyrings_own_window(backend: MemoryKeyring) -> None:
    KeyringCredentials().set(SERVER, "li", "geheim")

    assert backend.kept == {(SERVICE_PREFIX + SERVER, "li"): "geheim"}


def test_a_locked_keyring_is_an_empty_one(
    backend: MemoryKeyring, caplog: pytest.LogCaptureFixture
) -> None:
    credentials = KeyringCredentials()
    backend.is_locked = True

    assert not credentials.set(SERVER, "li", "geheim")
    assert credentials.get(SERVER, "li") is None
    credentials.forget(SERVER, "li")
    assert "geheim" not in caplog.text


def test_a_keyring_that_is_a_file_is_not_taken(backend: MemoryKeyring) -> None:
    kind = type("PlaintextKeyring", (MemoryKeyring,), {"__module__": "keyrings.alt.file"})
    keyring.set_keyring(kind())

    assert not KeyringCredentials().available
