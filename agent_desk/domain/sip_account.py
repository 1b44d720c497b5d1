"""The line that a desk has at its exchange, as a person writes it; pure, any thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class SipTransport(StrEnum):
    """How SIP travels; AUTO asks the domain's NAPTR and SRV records (RFC 3263)."""

    AUTO = "auto"
    UDP = "udp"
    TCP = "tcp"
    TLS = "tls"
    WS = "ws"
    WSS = "wss"


class MediaProfile(StrEnum):
    """How media is protected; an account lists those it accepts, best first."""

    DTLS_SRTP_ICE = "dtls-srtp-ice"
    DTLS_SRTP = "dtls-srtp"
    SDES = "sdes"
    RTP = "rtp"


class CallerTrust(StrEnum):
    """Which header names the caller; the exchange's word is only worth something from within."""

    ASSERTED = "asserted"
    """P-Asserted-Identity, then Remote-Party-ID, then From."""
    REMOTE_PARTY = "remote-party"
    FROM = "from"


@dataclass(frozen=True, slots=True, kw_only=True)
class SipAccount:
    """One line at one exchange; without its password, which is in the system's keyring.

    user, domain: the address of record sip:user@domain. display_name: what others see.
    login: for the digest when it is not ``user``. server: host, host:port or a ws/wss URL that
    takes everything, "" to look up the domain. transport: see there. ca_file: PEM of the only
    authority to be trusted, "" for the system's. verify_certificate: off only for a test bench.
    profiles, codecs: accepted, best first; codecs of opus, g722, pcma, pcmu.
    stun, turn: host:port, "" for none; turn_user its user, whose password is in the keyring too.
    echo: number that says back what it hears, for the check of the line, "" for none.
    media_ports: UDP ports of the sound as first-last, which a firewall lets through, "" for any.
    trust: see there. queue_header, reason_header, call_id_header: what the exchange writes there.
    queues: queue as the exchange names it -> its name on the desk. auto_answer: queues whose
    calls are answered by the desk after a beep. record: queues whose calls are recorded, by the
    consent rule of that queue. directory: extension -> name. voicemail and codes: not here.
    session_seconds: session timer, so that a desk that died leaves no call at the exchange.
    lines: calls at a time; a further one hears that the desk is busy. only_directory: extensions
    that the directory does not have are refused by the desk, not by the exchange.
    follow_transfers: peers may send the desk's calls on within the house. not_ready_status: what
    calls of queues hear while the agent is not ready, 480 or 486. rings_signed_off: direct calls
    ring while no agent is signed on.
    """

    user: str = ""
    domain: str = ""
    display_name: str = ""
    login: str = ""
    server: str = ""
    transport: SipTransport = SipTransport.AUTO
    ca_file: str = ""
    verify_certificate: bool = True
    profiles: tuple[MediaProfile, ...] = (
        MediaProfile.DTLS_SRTP_ICE,
        MediaProfile.DTLS_SRTP,
        MediaProfile.SDES,
        MediaProfile.RTP,
    )
    codecs: tuple[str, ...] = ("opus", "g722", "pcma", "pcmu")
    stun: str = ""
    turn: str = ""
    turn_user: str = ""
    echo: str = ""
    media_ports: str = ""
    trust: CallerTrust = CallerTrust.ASSERTED
    queue_header: str = "X-Queue"
    reason_header: str = "X-Call-Reason"
    call_id_header: str = "X-Call-ID"
    queues: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    auto_answer: tuple[str, ...] = ()
    record: tuple[str, ...] = ()
    directory: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    session_seconds: int = 1800
    lines: int = 2
    only_directory: bool = False
    follow_transfers: bool = True
    not_ready_status: int = 480
    rings_signed_off: bool = False

    @property
    def is_set(self) -> bool:
        """Whether the desk has a line at all; without one it works with simulated calls."""
        return bool(self.user and self.domain)

    @property
    def address(self) -> str:
        """The address of record without its scheme, which also names the password's entry."""
        return f"{self.user}@{self.domain}"
