"""An exchange that goes away and comes back: the desk finds it again by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent_desk.domain.registration import RegistrationChangedEvent, RegistrationStatus
from agent_desk.domain.sip_account import SipTransport
from tests.peers.desk import Desk
from tests.peers.exchanges import TONES, desk_account, telephone
from tests.servers.telephony.baresip import Baresip
from tests.servers.telephony.fixtures import ALICE, DESK, PASSWORDS
from tests.servers.telephony.kamailio import Kamailio


@pytest.mark.parametrize("transport", [SipTransport.TCP, SipTransport.TLS, SipTransport.WSS])
async def test_a_desk_is_called_again_after_its_exchange_was_away(
    own_kamailio: Kamailio, tmp_path: Path, transport: SipTransport
) -> None:
    account = desk_account(own_kamailio, transport=transport)
    async with Desk(tmp_path, account, password=PASSWORDS[DESK]) as desk:
        own_kamailio.stop()
        await desk.events.next(
            RegistrationChangedEvent, lambda event: event.status is RegistrationStatus.AWAY
        )
        own_kamailio.start_again()
        await desk.events.next(RegistrationChangedEvent, lambda event: event.can_be_called)
        async with Baresip(tmp_path, telephone(own_kamailio, ALICE)) as alice:
            await alice.dial(alice.at_exchange(DESK))
            await desk.answer()
            await desk.hears(TONES[ALICE])


async def test_a_call_goes_on_while_its_exchange_is_away(
    own_kamailio: Kamailio, tmp_path: Path
) -> None:
    """The sound does not pass through Kamailio; the call is ended through it once it is back."""
    account = desk_account(own_kamailio, transport=SipTransport.TCP)
    async with (
        Desk(tmp_path, account, password=PASSWORDS[DESK]) as desk,
        Baresip(tmp_path, telephone(own_kamailio, ALICE)) as alice,
    ):
        await alice.dial(alice.at_exchange(DESK))
        call = await desk.answer()
        await desk.hears(TONES[ALICE])
        own_kamailio.stop()
        await desk.events.next(
            RegistrationChangedEvent, lambda event: event.status is RegistrationStatus.AWAY
        )
        await desk.hears(TONES[ALICE])
        own_kamailio.start_again()
        await desk.events.next(RegistrationChangedEvent, lambda event: event.can_be_called)
        await desk.hears(TONES[ALICE])
        await desk.switch.clear_connection(call)
        await alice.happens("CALL_CLOSED")
