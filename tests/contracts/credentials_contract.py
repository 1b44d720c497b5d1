"""What every implementation of ``ports.credentials.Credentials`` does.

A subclass named ``Test...`` gives the fixtures ``credentials`` and ``without_keyring``.
"""

from __future__ import annotations

from agent_desk.ports.credentials import Credentials

SERVER, OTHER = "postgresql://floor.example/desk", "postgresql://floor.example/other"


class CredentialsContract:
    def test_a_password_is_kept_for_its_server_and_login(self, credentials: Credentials) -> None:
        assert credentials.available
        assert credentials.set(SERVER, "li", "geheim 密码")

        assert credentials.get(SERVER, "li") == "geheim 密码"
        assert credentials.get(SERVER, "wang") is None
        assert credentials.get(OTHER, "li") is None

    def test_the_newest_password_holds_until_it_is_forgotten(
        self, credentials: Credentials
    ) -> None:
        credentials.set(SERVER, "li", "first")
        credentials.set(SERVER, "li", "second")
        assert credentials.get(SERVER, "li") == "second"

        credentials.forget(SERVER, "li")
        credentials.forget(SERVER, "li")
        assert credentials.get(SERVER, "li") is None

    def test_without_a_keyring_nothing_is_kept_and_nothing_raised(
        self, without_keyring: Credentials
    ) -> None:
        assert not without_keyring.available
        assert not without_keyring.set(SERVER, "li", "geheim")
        assert without_keyring.get(SERVER, "li") is None
        without_keyring.forget(SERVER, "li")
