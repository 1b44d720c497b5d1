"""Asks a STUN or TURN server for the way of the sound; runs on the `desk-loop` thread."""

from __future__ import annotations

import asyncio
import os

from aioice import stun, turn

from agent_desk.domain.line_check import Finding, SoundTrouble, StepNote
from agent_desk.domain.sip_account import SipAccount
from agent_desk.domain.sip_account_check import split_place
from telephony.network.stun import ID_OCTETS, binding_request, mapped_address
from telephony.sip.values.host import bracketed
from telephony.webrtc.transport.ice_servers import USUAL_PORT

PAUSES = (0.5, 1.0, 2.0)
"""RFC 8489 s. 6.2.1: retransmissions over UDP, as far as a person waits for them."""

TURN_SECONDS = 8.0


class _Asker(asyncio.DatagramProtocol):
    """Waits for one answer to a binding request."""

    def __init__(self) -> None:
        self.seen: asyncio.Future[tuple[str, int]] = asyncio.get_running_loop().create_future()

    def datagram_received(self, data: bytes, addr: object) -> None:
        """Take our address as the server saw it."""
        seen = mapped_address(data) if len(data) >= 20 else None
        if seen is not None and not self.seen.done():
            self.seen.set_result(seen)


async def try_media(account: SipAccount, turn_password: str) -> Finding:
    """Return what the account's servers say; TURN, where it has one, is what calls need."""
    if account.turn:
        return await _try_turn(account, turn_password)
    if account.stun:
        return await _try_stun(account.stun)
    return Finding(note=StepNote.NO_STUN, skipped=True)


async def _try_stun(place: str) -> Finding:
    loop = asyncio.get_running_loop()
    try:
        transport, asker = await loop.create_datagram_endpoint(_Asker, remote_addr=_server(place))
    except OSError as error:
        return Finding(trouble=SoundTrouble.STUN_SILENT, detail=_said(place, error))
    try:
        request = binding_request(os.urandom(ID_OCTETS))
        for pause in PAUSES:
            transport.sendto(request)
            done, _ = await asyncio.wait([asker.seen], timeout=pause)
            if done:
                address, port = asker.seen.result()
                return Finding(detail=f"{bracketed(address)}:{port}")
        return Finding(trouble=SoundTrouble.STUN_SILENT, detail=place)
    finally:
        transport.close()


async def _try_turn(account: SipAccount, password: str) -> Finding:
    """Ask for a relayed address, and give it back at once."""
    try:
        async with asyncio.timeout(TURN_SECONDS):
            transport, _ = await turn.create_turn_endpoint(
                asyncio.DatagramProtocol,
                server_addr=_server(account.turn),
                username=account.turn_user or None,
                password=password or None,
            )
    except stun.TransactionFailed as error:
        return Finding(trouble=SoundTrouble.TURN_REFUSED, detail=str(error))
    except (TimeoutError, OSError, stun.TransactionError) as error:
        return Finding(trouble=SoundTrouble.TURN_SILENT, detail=_said(account.turn, error))
    host, port = transport.get_extra_info("sockname")
    transport.close()
    return Finding(detail=f"{bracketed(host)}:{port}")


def _server(place: str) -> tuple[str, int]:
    """Return host and port of an account's field that was checked."""
    found = split_place(place)
    assert found is not None, "the account was checked"
    return found[0], found[1] or USUAL_PORT


def _said(place: str, error: BaseException) -> str:
    reason = getattr(error, "strerror", None) or str(error)
    return f"{place}, {reason}" if reason else place
