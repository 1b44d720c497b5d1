"""What the network of one telephone is told about its account and its bounds; pure, any thread."""

from __future__ import annotations

from dataclasses import dataclass

from telephony.sip.message.limits import DEFAULT_LIMITS, Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkSettings:
    """Times are seconds.

    listens: off for an account of TLS or WebSocket, whose server answers on the connection that
    we opened. listen_address, listen_port: where datagrams and connections come in; "" is every
    address, 0 any free port. limits: of one message. connect_seconds: for one server, TLS
    included. packet_octets: a request of more goes over TCP where the server takes that (RFC 3261
    s. 18.1.1). no_tcp_seconds: how long a server that refused TCP is not asked for it again.
    most_waiting: datagrams that wait for the telephone, further ones are dropped as a full line
    drops them. most_connections: that peers may open. message_seconds: for the whole of a message
    that has begun, against peers that send an octet a minute. linger_seconds: for our answers on a
    connection whose far side sends no more. close_seconds: for a peer to take what is written and
    to say that it closes too, which Asterisk never does over TLS. most_unsent_octets: written and
    not taken by the peer.
    ca_file, verify_certificate: as in the account. web_socket_path: of a WebSocket's URL.
    uses_proxy: whether a WebSocket goes through the proxy that this machine is set to.
    watch_seconds: how often this machine's own addresses are looked at.
    """

    listens: bool = True
    listen_address: str = ""
    listen_port: int = 0
    limits: Limits = DEFAULT_LIMITS
    connect_seconds: float = 5.0
    packet_octets: int = 1300
    no_tcp_seconds: float = 600.0
    most_waiting: int = 1024
    most_connections: int = 64
    message_seconds: float = 30.0
    linger_seconds: float = 5.0
    close_seconds: float = 1.0
    most_unsent_octets: int = 1_048_576
    ca_file: str = ""
    verify_certificate: bool = True
    web_socket_path: str = "/"
    uses_proxy: bool = True
    watch_seconds: float = 5.0
