"""The exchange of these tests by itself: two telephones of another maker call through it.

When this fails, so does everything else here, and the fault is not the desk's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from tests.servers.telephony.baresip import Baresip, Line
from tests.servers.telephony.coturn import Coturn
from tests.servers.telephony.kamailio import Kamailio


def _line(kamailio: Kamailio, user: str, tone_hz: int) -> Line:
    server = f"{kamailio.host}:{kamailio.port}"
    password = kamailio.subscribers[user].password
    return Line(user=user, password=password, server=server, tone_hz=tone_hz)


async def _until(is_true: Callable[[], bool], *, seconds: float = 10.0) -> None:
    async with asyncio.timeout(seconds):
        while not is_true():
            await asyncio.sleep(0.02)


async def test_two_telephones_hear_each_other_and_their_digits(
    kamailio: Kamailio, tmp_path: Path
) -> None:
    alice_line, bob_line = _line(kamailio, "alice", 440), _line(kamailio, "bob", 1000)
    async with Baresip(tmp_path, alice_line) as alice, Baresip(tmp_path, bob_line) as bob:
        await alice.dial(f"sip:bob@{kamailio.host}:{kamailio.port}")
        await bob.happens("CALL_INCOMING")
        await bob.answer()
        await alice.happens("CALL_ESTABLISHED")
        await _until(lambda: min(alice.sound.seconds, bob.sound.seconds) > 0.5)
        assert alice.sound.last(0.3).has(1000)
        assert not alice.sound.last(0.3).has(440)
        assert bob.sound.last(0.3).has(440)
        await alice.press("4#")
        assert await bob.pressed(2) == "4#"
        await alice.hang_up()
        await bob.happens("CALL_CLOSED")


def test_the_relay_server_runs(coturn: Coturn) -> None:
    assert coturn.allocations() == 0
