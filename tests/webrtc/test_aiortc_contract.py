"""What the engine uses of aiortc, aioice and asyncio besides their documented members.

The first two are pinned exactly. Whoever raises a pin reads what has changed in these members, and
this list.
"""

from __future__ import annotations

import asyncio
import inspect
import re
from importlib.metadata import version

import aioice
import aioice.candidate
import aioice.ice
import pytest
from aiortc.rtcdtlstransport import RTCCertificate, RTCDtlsTransport

_OF_FOUNDATION = ["candidate_type", "candidate_transport", "base_address"]
_OF_PRIORITY = ["candidate_component", "candidate_type", "local_pref"]
_OPTIONAL_OF_REQUEST = ("integrity_key", "retransmissions")


def test_the_versions_are_those_that_were_read() -> None:
    assert version("aiortc") == "1.16.0"
    assert version("aioice") == "0.13.0"


async def test_dtls_has_the_members_in_use() -> None:
    class Datagrams:
        role = "controlled"

    dtls = RTCDtlsTransport(Datagrams(), [RTCCertificate.generateCertificate()])  # type: ignore[arg-type]
    assert dtls.encrypted is False
    assert dtls.state == "new"
    assert {"_tx_srtp", "_rx_srtp"} <= vars(dtls).keys()
    dtls._set_role("client")
    assert dtls._role == "client"
    parameters = inspect.signature(RTCCertificate._create_ssl_context).parameters
    assert list(parameters) == ["self", "srtp_profiles"]


def test_dtls_uses_three_members_of_its_transport() -> None:
    source = inspect.getsource(RTCDtlsTransport)
    assert set(re.findall(r"self\._?transport\.(\w+)", source)) == {"_recv", "_send", "role"}


async def test_ice_has_the_members_in_use() -> None:
    connection = aioice.Connection(ice_controlling=False, components=2)
    lists = (connection._protocols, connection._check_list, connection._remote_candidates)
    assert lists == ([], [], [])
    assert connection._local_candidates == []
    assert connection._components == {1, 2}
    assert connection._nominated == {}
    assert connection._early_checks.maxlen == aioice.ice.MAX_EARLY_CHECKS
    await connection.close()
    assert await connection.get_event() is None


async def test_ice_tells_of_a_connection_that_closes_by_itself() -> None:
    """So consent that has run out is heard of: `query_consent` closes the connection."""
    connection = aioice.Connection(ice_controlling=False)
    waiting = asyncio.create_task(connection.get_event())
    await asyncio.sleep(0)
    await connection.close()
    assert isinstance(await waiting, aioice.ConnectionClosed)
    assert "await self.close()" in inspect.getsource(aioice.Connection.query_consent)


def test_a_component_without_candidates_of_the_peer_is_left_out() -> None:
    """A peer that shares one port names the first component alone."""
    source = inspect.getsource(aioice.Connection._prune_components)
    assert "self._components = seen_components" in source


def test_a_candidate_and_a_pair_have_the_members_in_use() -> None:
    candidate = aioice.Candidate.from_sdp("1 2 udp 1 192.0.2.1 4000 typ host")
    assert candidate._network_host == "192.0.2.1"
    protocol = aioice.ice.StunProtocol.__new__(aioice.ice.StunProtocol)
    pair = aioice.ice.CandidatePair(protocol, candidate)
    assert (pair.protocol, pair.remote_addr) == (protocol, ("192.0.2.1", 4000))


@pytest.mark.parametrize(
    ("function", "parameters"),
    [
        (
            aioice.ice.relayed_candidate,
            [
                *("component", "hide_related_address", "protocol_factory", "turn_server"),
                *("turn_username", "turn_password", "turn_ssl", "turn_transport"),
            ],
        ),
        (aioice.ice.StunProtocol.datagram_received, ["self", "data", "addr"]),
        (aioice.ice.StunProtocol.close, ["self"]),
        (aioice.Connection.request_received, ["self", "message", "addr", "protocol"]),
        (aioice.Connection.check_incoming, ["self", "message", "addr", "protocol"]),
        (
            aioice.Connection.get_component_candidates,
            ["self", "component", "addresses", "timeout"],
        ),
        (aioice.candidate.candidate_foundation, _OF_FOUNDATION),
        (aioice.candidate.candidate_priority, _OF_PRIORITY),
        (aioice.ice.StunProtocol.request, ["self", "request", "addr", *_OPTIONAL_OF_REQUEST]),
    ],
)
def test_functions_take_what_they_are_given(function: object, parameters: list[str]) -> None:
    assert callable(function)
    assert list(inspect.signature(function).parameters) == parameters


async def test_asyncio_can_be_told_how_much_to_read() -> None:
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(
        asyncio.DatagramProtocol, local_addr=("127.0.0.1", 0)
    )
    assert hasattr(type(transport), "max_size")
    transport.close()
