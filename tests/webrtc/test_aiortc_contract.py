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
import aioice.ice
import pytest
from aiortc.rtcdtlstransport import RTCCertificate, RTCDtlsTransport
from aiortc.rtcicetransport import RTCIceGatherer, RTCIceTransport

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
    gatherer = RTCIceGatherer(iceServers=[])
    connection = aioice.Connection(ice_controlling=False)
    gatherer._connection = connection
    transport = RTCIceTransport(gatherer)
    assert transport._connection is connection
    assert (connection._protocols, connection._check_list, connection._nominated) == ([], [], {})
    gathering = inspect.signature(aioice.Connection.get_component_candidates).parameters
    assert list(gathering) == ["self", "component", "addresses", "timeout"]
    await transport.stop()


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
