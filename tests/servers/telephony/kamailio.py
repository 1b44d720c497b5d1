"""Kamailio on loopback as a small exchange: registrar, digest, queue, media by rtpengine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.servers.certificate import Certificate
from tests.servers.telephony.program import (
    HOST,
    Program,
    find_program,
    free_port,
    takes_connections,
)

PACKAGE = "kamailio kamailio-websocket-modules kamailio-tls-modules kamailio-extra-modules"
_TEMPLATE = Path(__file__).with_name("kamailio.cfg")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """Who may register.

    profile: of media towards the subscriber: rtp, sdes, dtls, webrtc, webrtc-demux (without
    rtcp-mux), or none to leave SDP alone.
    """

    user: str
    password: str
    profile: str = "rtp"


class Kamailio:
    """A running exchange, whose domain is its address.

    queues: a queue's name and the user whose telephones it rings, with X-Queue and
    P-Asserted-Identity. port: of UDP and TCP; tls_port, ws_port, wss_port.
    """

    def __init__(
        self,
        folder: Path,
        *,
        subscribers: Iterable[Subscriber],
        rtpengine_port: int,
        certificate: Certificate,
        queues: dict[str, str] | None = None,
        host: str = HOST,
    ) -> None:
        """Start it; raises PeerMissingError."""
        self.host = host
        self.port, self.tls_port = free_port(), free_port()
        self.ws_port, self.wss_port = free_port(), free_port()
        self.subscribers = {each.user: each for each in subscribers}
        self.certificate = certificate
        self._folder = folder
        self._queues = queues or {}
        self._program = find_program("kamailio", package=PACKAGE)
        (folder / "kamailio.cfg").write_text(self._filled(rtpengine_port))
        self.program = self._started()

    def stop(self) -> None:
        """End it; whoever was registered is forgotten."""
        self.program.stop()

    def start_again(self) -> None:
        """Start it on the same ports after `stop`."""
        self.program = self._started()

    def _started(self) -> Program:
        configuration = ("-DD", "-E", "-f", str(self._folder / "kamailio.cfg"))
        places = ("-Y", str(self._folder), "-w", str(self._folder), "-m", "64", "-M", "8")
        command = (self._program, *configuration, *places)
        program = Program("kamailio", command, folder=self._folder)
        program.wait_until(lambda: takes_connections(self.wss_port, host=self.host))
        return program

    def _filled(self, rtpengine_port: int) -> str:
        text = _TEMPLATE.read_text()
        for name, value in {
            "HOST": self.host,
            "UDP": str(self.port),
            "TLS": str(self.tls_port),
            "WS": str(self.ws_port),
            "WSS": str(self.wss_port),
            "RTPENGINE": str(rtpengine_port),
            "TLS_CONFIG": str(self._tls_configuration()),
            "TABLES": "\n".join(self._tables()),
        }.items():
            text = text.replace(f"@{name}@", value)
        return text

    def _tables(self) -> Iterable[str]:
        for each in self.subscribers.values():
            yield f'    $sht(password=>{each.user}) = "{each.password}";'
            yield f'    $sht(profile=>{each.user}) = "{each.profile}";'
        for queue, user in self._queues.items():
            yield f'    $sht(queue=>{queue}) = "{user}";'

    def _tls_configuration(self) -> Path:
        file = self._folder / "tls.cfg"
        file.write_text(
            "[server:default]\nmethod = TLSv1.2+\nverify_certificate = no\n"
            f"private_key = {self.certificate.key}\n"
            f"certificate = {self.certificate.certificate}\n"
            "[client:default]\nmethod = TLSv1.2+\nverify_certificate = no\n"
        )
        return file
