"""What a check of an account finds at servers of the test's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from agent_desk.domain.line_check import AccountTrouble, Finding, SoundTrouble, StepNote
from agent_desk.domain.registration import RegistrationTrouble
from agent_desk.domain.sip_account import SipAccount, SipTransport
from telephony.network.asyncio_network import AsyncioNetwork
from telephony.network.errors import NetworkError, NetworkErrorKind
from telephony.network.flow import Server
from telephony.network.names import SystemNames
from telephony.network.settings import NetworkSettings
from telephony.phone import line_probe, media_probe
from telephony.phone.line_probe import SipLineProbe
from telephony.phone.line_trouble import network_trouble
from telephony.sip.authentication.digest import Credentials
from telephony.sip.message.message import AnyMessage, Request
from telephony.sip.message.reply import reply
from telephony.sip.transaction.hop import Hop
from tests.network.certificates import Identity, identity
from tests.network.peers import HOST, DatagramPeer, StreamPeer, answers_of, free_port
from tests.sip.registrar import Registrar

T = RegistrationTrouble


class UnknownNames(SystemNames):
    """Names of which DNS has never heard."""

    async def servers(self, hop: Hop) -> list[Server]:
        raise NetworkError(NetworkErrorKind.NAME_NOT_FOUND, hop.address, "NXDOMAIN")


def probe(names: SystemNames | None = None) -> SipLineProbe:
    def make(account: SipAccount) -> AsyncioNetwork:
        settings = NetworkSettings(
            listens=account.transport is not SipTransport.TLS,
            listen_address=HOST,
            ca_file=account.ca_file,
            verify_certificate=account.verify_certificate,
        )
        return AsyncioNetwork(settings=settings, names=names or SystemNames())

    return SipLineProbe(make_network=make)


def account(port: int, transport: SipTransport = SipTransport.UDP) -> SipAccount:
    return SipAccount(user="ann", domain="desk.test", server=f"{HOST}:{port}", transport=transport)


def registrar() -> Registrar:
    return Registrar(credentials=Credentials(user="ann", password="secret"))


async def test_a_server_is_named_and_a_name_that_nobody_knows_is_said() -> None:
    assert await probe().find(account(5070)) == Finding(detail=f"UDP {HOST}:5070")
    unknown = await probe(UnknownNames()).find(account(5070))
    assert unknown == Finding(trouble=T.NAME_NOT_FOUND, detail="NXDOMAIN")


async def test_a_server_that_answers_anything_is_reached_over_udp() -> None:
    peer = await DatagramPeer(answers_of(registrar())).start()
    assert await probe().connect(account(peer.port)) == Finding(detail=f"UDP, {HOST}")
    peer.stop()


async def test_a_port_without_a_server_is_refused_over_udp_and_tcp() -> None:
    for transport in (SipTransport.UDP, SipTransport.TCP):
        found = await probe().connect(account(free_port(), transport))
        assert found.trouble is T.CONNECTION_REFUSED


async def test_silence_over_udp_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_probe, "PAUSES", (0.01, 0.02))
    peer = await DatagramPeer().start()
    assert (await probe().connect(account(peer.port))).trouble is T.NO_ANSWER
    peer.stop()


@pytest.fixture(scope="module")
def identities(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Identity]:
    folder = tmp_path_factory.mktemp("tls")
    return {
        "good": identity(folder / "good"),
        "expired": identity(folder / "expired", days=-1),
        "other": identity(folder / "other", names="DNS:other.example"),
    }


@pytest.mark.parametrize(
    ("server", "trusts", "trouble"),
    [
        ("good", "good", None),
        ("good", "other", T.CERTIFICATE_AUTHORITY),
        ("expired", "expired", T.CERTIFICATE_EXPIRED),
        ("other", "other", T.CERTIFICATE_NAME),
    ],
)
async def test_a_certificate_says_why_it_is_not_trusted(
    identities: dict[str, Identity],
    server: str,
    trusts: str,
    trouble: RegistrationTrouble | None,
) -> None:
    peer = await StreamPeer(ssl=identities[server].context).start()
    tried = replace(account(peer.port, SipTransport.TLS), ca_file=identities[trusts].ca_file)
    found = await probe().connect(tried)
    assert found.trouble is trouble, found
    await peer.stop()


@pytest.mark.expected_logs("not checked")
async def test_a_certificate_that_nobody_checks_is_said_to_be_so(
    identities: dict[str, Identity],
) -> None:
    peer = await StreamPeer(ssl=identities["expired"].context).start()
    tried = replace(account(peer.port, SipTransport.TLS), verify_certificate=False)
    found = await probe().connect(tried)
    assert (found.trouble, found.note) == (None, StepNote.UNCHECKED)
    await peer.stop()


async def test_a_server_without_tls_is_said_to_be_one() -> None:
    peer = await StreamPeer().start()
    found = await probe().connect(account(peer.port, SipTransport.TLS))
    assert found.trouble in (T.TLS, T.NO_ANSWER)
    await peer.stop()


async def test_a_good_account_is_registered_and_taken_back() -> None:
    exchange = registrar()
    peer = await DatagramPeer(answers_of(exchange)).start()
    found = await probe().register(account(peer.port), "secret")
    assert found == Finding(detail="200 OK")
    assert exchange.bindings == {}
    assert exchange.statuses[-1] == 200
    peer.stop()


@pytest.mark.parametrize(
    ("password", "trouble"), [("wrong", T.WRONG_PASSWORD), ("", T.NO_PASSWORD)]
)
async def test_a_password_that_is_wrong_or_missing_is_told_apart(
    password: str, trouble: RegistrationTrouble
) -> None:
    peer = await DatagramPeer(answers_of(registrar())).start()
    assert (await probe().register(account(peer.port), password)).trouble is trouble
    peer.stop()


@pytest.mark.parametrize(
    ("status", "trouble"), [(403, T.FORBIDDEN), (404, T.UNKNOWN_ACCOUNT), (500, T.EXCHANGE)]
)
async def test_what_the_exchange_says_is_told_with_its_own_words(
    status: int, trouble: RegistrationTrouble
) -> None:
    def refuse(message: AnyMessage, source: Hop) -> Sequence[tuple[AnyMessage, Hop]]:
        assert isinstance(message, Request)
        return [(reply(message, status, to_tag="x"), source)]

    peer = await DatagramPeer(answers_of(refuse)).start()
    found = await probe().register(account(peer.port), "secret")
    assert found.trouble is trouble
    assert found.detail.startswith(str(status))
    peer.stop()


async def test_a_server_that_is_not_there_ends_the_registration_too() -> None:
    found = await probe().register(account(free_port(), SipTransport.TCP), "secret")
    assert found.trouble is T.CONNECTION_REFUSED


async def test_a_certificate_file_is_read_before_anything_is_asked(tmp_path: Path) -> None:
    rubbish = tmp_path / "rubbish.pem"
    rubbish.write_text("no certificate", encoding="utf-8")
    for file in (str(tmp_path / "missing.pem"), str(rubbish)):
        found = await probe().read_authority(replace(account(5060), ca_file=file))
        assert found.trouble is AccountTrouble.CA_FILE
        assert file in found.detail
    assert await probe().read_authority(account(5060)) == Finding()


def _stun_answer(data: bytes, source: Hop) -> list[bytes]:
    """Return a Binding success response with XOR-MAPPED-ADDRESS (RFC 8489 s. 14.2)."""
    cookie = data[4:8]
    port = (source.port ^ int.from_bytes(cookie[:2])).to_bytes(2)
    host = bytes(a ^ b for a, b in zip(bytes(map(int, HOST.split("."))), cookie, strict=True))
    attribute = b"\x00\x20\x00\x08\x00\x01" + port + host
    return [b"\x01\x01" + len(attribute).to_bytes(2) + data[4:20] + attribute]


async def test_a_stun_server_tells_the_way_back() -> None:
    peer = await DatagramPeer(_stun_answer).start()
    found = await probe().try_media(replace(account(5060), stun=f"{HOST}:{peer.port}"), "")
    assert found.trouble is None
    assert found.detail.startswith(f"{HOST}:")
    peer.stop()


async def test_servers_of_sound_that_are_silent_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media_probe, "PAUSES", (0.01, 0.02))
    monkeypatch.setattr(media_probe, "TURN_SECONDS", 0.05)
    peer = await DatagramPeer().start()
    place = f"{HOST}:{peer.port}"
    stun = await probe().try_media(replace(account(5060), stun=place), "")
    turn = await probe().try_media(replace(account(5060), turn=place, turn_user="ann"), "x")
    assert stun == Finding(trouble=SoundTrouble.STUN_SILENT, detail=place)
    assert turn.trouble is SoundTrouble.TURN_SILENT
    assert (await probe().try_media(account(5060), "")).note is StepNote.NO_STUN
    peer.stop()


@pytest.mark.parametrize(
    ("said", "trouble"),
    [
        ("certificate has expired", T.CERTIFICATE_EXPIRED),
        ("certificate is not yet valid", T.CERTIFICATE_EXPIRED),
        ("Hostname mismatch, certificate is not valid for 'x'.", T.CERTIFICATE_NAME),
        ("self-signed certificate in certificate chain", T.CERTIFICATE_AUTHORITY),
        ("unable to get local issuer certificate", T.CERTIFICATE_AUTHORITY),
        ("unsuitable certificate purpose", T.CERTIFICATE),
    ],
)
def test_what_openssl_says_has_a_kind(said: str, trouble: RegistrationTrouble) -> None:
    assert network_trouble(NetworkError(NetworkErrorKind.CERTIFICATE, "TLS x", said)) is trouble
