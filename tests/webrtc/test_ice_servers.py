"""The servers that ICE asks: how they are written, and that they are asked over either family."""

from __future__ import annotations

import pytest
from aioice import Candidate

from telephony.sip.sdp.profile import Profile
from telephony.webrtc.engine import MediaWish, RelayServer
from telephony.webrtc.errors import MediaError
from telephony.webrtc.transport.ice_servers import IceServers, TurnServer, ice_servers
from tests.servers.telephony.coturn import Coturn
from tests.webrtc.beats import Time
from tests.webrtc.ends import End, agree, opened


def turn(host: str, port: int, *, is_tls: bool = False, transport: str = "udp") -> IceServers:
    server = TurnServer(
        place=(host, port), user="u", password="p", is_tls=is_tls, transport=transport
    )
    return IceServers(turn=server)


@pytest.mark.parametrize(
    ("url", "servers"),
    [
        ("stun:stun.example.com", IceServers(stun=("stun.example.com", 3478))),
        ("stun:192.0.2.7:19302", IceServers(stun=("192.0.2.7", 19302))),
        ("stun:[2001:db8::1]:3479", IceServers(stun=("2001:db8::1", 3479))),
        ("stun:[2001:db8::1]", IceServers(stun=("2001:db8::1", 3478))),
        ("turn:[2001:db8::1]:3479?transport=tcp", turn("2001:db8::1", 3479, transport="tcp")),
        ("turn:turn.example.com?transport=udp", turn("turn.example.com", 3478)),
        ("turns:turn.example.com", turn("turn.example.com", 5349, is_tls=True, transport="tcp")),
    ],
)
def test_a_server_is_read_from_its_uri(url: str, servers: IceServers) -> None:
    assert ice_servers([RelayServer(url=url, user="u", password="p")]) == servers


@pytest.mark.parametrize(
    "url",
    [
        *("", "stun", "stun:", "stun:host:0", "stun:host:99999", "stuns:host", "http://host"),
        *(
            "stun:[::1",
            "stun:[192.0.2.7]:3478",
            "stun:host?transport=udp",
            "turn:host?transport=sctp",
        ),
        "turns:host?transport=udp",
    ],
)
def test_what_is_no_server_is_named_with_what_is(url: str) -> None:
    with pytest.raises(MediaError, match=r"turn:host:port") as refused:
        ice_servers([RelayServer(url=url)])
    assert url in str(refused.value)


def test_the_first_server_of_each_kind_is_used() -> None:
    urls = ("stun:one", "turn:two", "stun:three", "turn:four")
    found = ice_servers([RelayServer(url=url) for url in urls])
    assert found.turn is not None
    assert (found.stun, found.turn.place) == (("one", 3478), ("two", 3478))


def asking(server: Coturn, address: str) -> MediaWish:
    relay = RelayServer(url=f"turn:{server.address}", user=server.user, password=server.password)
    return MediaWish(
        profiles=(Profile.DTLS_SRTP_ICE,),
        address=address,
        relays=(RelayServer(url=f"stun:{server.address}"), relay),
    )


async def test_a_server_of_ipv6_tells_our_address_and_relays(
    time: Time, here: End, there: End, coturn_on_ipv6: Coturn
) -> None:
    ours = await here.engine.open("call", asking(coturn_on_ipv6, "::1"))
    theirs = await there.engine.open("call", asking(coturn_on_ipv6, "::1"))
    assert ours.ice is not None
    found = [Candidate.from_sdp(text) for text in ours.ice.candidates]
    assert {(each.type, each.host) for each in found} >= {
        ("host", "::1"),
        ("srflx", "::1"),
        ("relay", "127.0.0.1"),
    }
    agreements = agree(ours, theirs, profile=Profile.DTLS_SRTP_ICE)
    for end, agreement in zip((here, there), agreements, strict=True):
        await end.engine.apply("call", agreement)
    await opened(time, here, there)
