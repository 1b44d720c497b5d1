"""The exchange of these tests by itself: two telephones of another maker call through it.

When this fails, so does everything else here, and the fault is not the desk's.
"""

from __future__ import annotations

from pathlib import Path

from tests.peers.exchanges import Exchange, telephone, until
from tests.servers.telephony.baresip import Baresip
from tests.servers.telephony.coturn import Coturn
from tests.servers.telephony.fixtures import ALICE, BOB


async def test_two_telephones_hear_each_other_and_their_digits(
    exchange: Exchange, tmp_path: Path
) -> None:
    alice_line, bob_line = telephone(exchange, ALICE), telephone(exchange, BOB)
    async with Baresip(tmp_path, alice_line) as alice, Baresip(tmp_path, bob_line) as bob:
        await alice.dial(f"sip:{BOB}@{exchange.host}:{exchange.port}")
        await bob.happens("CALL_INCOMING")
        await bob.answer()
        await alice.happens("CALL_ESTABLISHED")
        await until(lambda: min(alice.sound.seconds, bob.sound.seconds) > 0.5)
        assert alice.sound.last(0.3).has(1000)
        assert not alice.sound.last(0.3).has(440)
        assert bob.sound.last(0.3).has(440)
        await alice.press("4#")
        assert await bob.pressed(2) == "4#"
        await alice.hang_up()
        await bob.happens("CALL_CLOSED")


def test_the_relay_server_runs(coturn: Coturn) -> None:
    assert coturn.allocations() == 0
