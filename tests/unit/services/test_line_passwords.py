"""Passwords of a line: in the keyring under what they open, nowhere else."""

from __future__ import annotations

from dataclasses import replace

from agent_desk.domain.sip_account import SipAccount
from agent_desk.services.line_passwords import LinePasswords, LineSecrets
from tests.fakes.memory_credentials import MemoryCredentials

ACCOUNT = SipAccount(user="1017", domain="sip.example.com", turn="turn.example.com:3478")


async def test_a_kept_password_is_read_under_the_address_that_it_opens() -> None:
    credentials = MemoryCredentials()
    passwords = LinePasswords(credentials=credentials)
    assert await passwords.read(ACCOUNT) == LineSecrets()
    assert await passwords.keep(ACCOUNT, "s3cret")
    assert await passwords.keep_turn(replace(ACCOUNT, turn_user="li"), "t0p")
    assert credentials.get("sip:1017@sip.example.com", "1017") == "s3cret"
    kept = await passwords.read(replace(ACCOUNT, turn_user="li"))
    assert kept == LineSecrets(password="s3cret", turn_password="t0p")


async def test_another_login_or_address_has_another_password() -> None:
    passwords = LinePasswords(credentials=MemoryCredentials())
    await passwords.keep(ACCOUNT, "s3cret")
    assert await passwords.read(replace(ACCOUNT, login="auth-17")) == LineSecrets()
    assert await passwords.read(replace(ACCOUNT, domain="other.example.com")) == LineSecrets()


async def test_an_empty_password_is_forgotten() -> None:
    passwords = LinePasswords(credentials=MemoryCredentials())
    await passwords.keep(ACCOUNT, "s3cret")
    assert await passwords.keep(ACCOUNT, "")
    assert await passwords.read(ACCOUNT) == LineSecrets()


async def test_a_machine_without_a_keyring_says_that_nothing_was_kept() -> None:
    passwords = LinePasswords(credentials=MemoryCredentials(available=False))
    assert not await passwords.can_keep()
    assert not await passwords.keep(ACCOUNT, "s3cret")


def test_secrets_never_show() -> None:
    assert "s3cret" not in repr(LineSecrets(password="s3cret", turn_password="s3cret"))
