"""A desk behind a real NAT, at an exchange that repairs no Contact by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from telephony.network.ticker import Alarm
from telephony.sip.user_agent.news import MappingChanged
from tests.peers.exchanges import TONES, desk_account, telephone, until
from tests.peers.plain_phone import PlainPhone
from tests.servers.certificate import Certificate
from tests.servers.nat import INSIDE, OUTSIDE, PUBLIC, Nat, NoNamespacesError
from tests.servers.telephony.baresip import Baresip
from tests.servers.telephony.fixtures import ALICE, DESK, PASSWORDS
from tests.servers.telephony.kamailio import Kamailio, Subscriber
from tests.servers.telephony.program import PeerMissingError
from tests.servers.telephony.rtpengine import Rtpengine

FORGETS_SECONDS = 4
"""What the NAT keeps a silent flow for."""

HASTE = 20
"""Keep-alives come so much sooner: at most 1.5 s apart."""


class HastyTicker:
    """The loop's time, in which more seconds pass."""

    def time(self) -> float:
        return HASTE * asyncio.get_running_loop().time()

    def call_at(self, when: float, callback: Callable[[], object]) -> Alarm:
        return asyncio.get_running_loop().call_at(when / HASTE, callback)


@pytest.fixture
def nat() -> Iterator[Nat]:
    try:
        built = Nat(seconds=FORGETS_SECONDS)
    except (NoNamespacesError, PeerMissingError) as refused:
        pytest.skip(str(refused))
    yield built
    built.close()


@pytest.fixture
def exchange(nat: Nat, tmp_path: Path, exchange_certificate: Certificate) -> Iterator[Kamailio]:
    """Kamailio and rtpengine outside."""
    folder = tmp_path / "outside"
    folder.mkdir()
    with nat.outside.entered(), ExitStack() as running:
        try:
            media = Rtpengine(folder, host=OUTSIDE)
            running.callback(media.stop)
            server = Kamailio(
                folder,
                host=OUTSIDE,
                subscribers=[Subscriber(user=u, password=PASSWORDS[u]) for u in (DESK, ALICE)],
                rtpengine_port=media.port,
                certificate=exchange_certificate,
            )
            running.callback(server.stop)
        except PeerMissingError as missing:
            pytest.skip(str(missing))
        yield server


def behind(exchange: Kamailio, *, is_hasty: bool) -> PlainPhone:
    """Return the desk's telephone; to be used in the house."""
    ticker = HastyTicker() if is_hasty else None
    return PlainPhone(desk_account(exchange), password=PASSWORDS[DESK], host=INSIDE, ticker=ticker)


async def forgotten() -> None:
    """Return when a flow that nobody used meanwhile is forgotten."""
    loop = asyncio.get_running_loop()
    over = loop.time() + 2 * FORGETS_SECONDS
    await until(lambda: loop.time() > over, seconds=3 * FORGETS_SECONDS)


async def talks(phone: PlainPhone, alice: Baresip) -> None:
    """Let the desk be called, heard and hung up on."""
    await alice.dial(alice.at_exchange(DESK))
    call = (await phone.offered()).call
    await phone.answer(call)
    await phone.hears(call, TONES[ALICE])
    await until(lambda: alice.sound.last(0.3).has(phone.tone_hz))
    await alice.hang_up()
    assert not (await phone.ended(call)).by_us


def place_of(phone: PlainPhone) -> tuple[str, int | None]:
    contact = phone.line.agent.account.public_contact
    return contact.host, contact.port


async def test_a_desk_is_called_through_a_nat_that_its_keep_alive_holds_open(
    nat: Nat, exchange: Kamailio, tmp_path: Path
) -> None:
    with nat.outside.entered():
        async with Baresip(tmp_path, telephone(exchange, ALICE)) as alice:
            with nat.house.entered():
                async with behind(exchange, is_hasty=True) as phone:
                    await phone.registered()
                    host, port = place_of(phone)
                    assert host == PUBLIC
                    assert port != phone.line.agent.account.contact.port
                    await forgotten()
                    await talks(phone, alice)
                    assert place_of(phone) == (host, port)
                    call = await phone.dial(ALICE)
                    await alice.happens("CALL_INCOMING")
                    await alice.answer()
                    await phone.answered(call)
                    await alice.hang_up()
                    assert not (await phone.ended(call)).by_us


async def test_a_desk_is_called_again_after_the_nat_gave_it_another_port(
    nat: Nat, exchange: Kamailio, tmp_path: Path
) -> None:
    with nat.outside.entered():
        async with Baresip(tmp_path, telephone(exchange, ALICE)) as alice:
            with nat.house.entered():
                async with behind(exchange, is_hasty=False) as phone:
                    await phone.registered()
                    before = place_of(phone)
                    await forgotten()
                    phone.line.register_now()
                    changed = await phone.news.next(MappingChanged)
                    assert not changed.has_moved
                    assert place_of(phone) == (PUBLIC, changed.port) != before
                    await talks(phone, alice)
