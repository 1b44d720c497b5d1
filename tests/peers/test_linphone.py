"""linphone as the far side of a desk, through Kamailio.

linphonec 5.1 writes down what it hears only when it ends, and takes no order to hold from its
console while it has no sound device; so it is heard, and what it hears is told by digits.
"""

from __future__ import annotations

from pathlib import Path

from agent_desk.domain.call_events import ConnectionClearedEvent, EstablishedEvent
from tests.peers.desk import Desk
from tests.peers.exchanges import TONES, desk_account
from tests.servers.telephony.fixtures import CAROL, DESK, PASSWORDS
from tests.servers.telephony.kamailio import Kamailio
from tests.servers.telephony.linphone import Linphone


async def test_linphone_is_called_and_calls(kamailio: Kamailio, tmp_path: Path) -> None:
    server = f"{kamailio.host}:{kamailio.port}"
    far = Linphone(
        tmp_path, user=CAROL, password=PASSWORDS[CAROL], server=server, tone_hz=TONES[CAROL]
    )
    async with Desk(tmp_path, desk_account(kamailio), password=PASSWORDS[DESK]) as desk, far:
        call = await desk.dial(CAROL)
        await far.says("Receiving new incoming call from")
        far.type("answer")
        await desk.happens(EstablishedEvent, call)
        await desk.hears(TONES[CAROL])
        await desk.switch.generate_digits(call, "7")
        await far.says("Receiving tone 7")
        await desk.switch.clear_connection(call)
        await far.says("Call 1 with .* ended")
        far.type(f"call sip:{DESK}@{server}")
        call = await desk.answer()
        await desk.hears(TONES[CAROL])
        far.type("terminate")
        await desk.happens(ConnectionClearedEvent, call)
