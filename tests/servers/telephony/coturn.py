"""coturn on loopback: a STUN and TURN server."""

from __future__ import annotations

from pathlib import Path

from telephony.sip.values.host import bracketed
from tests.servers.telephony.program import (
    HOST,
    Program,
    find_program,
    free_port,
    takes_connections,
)

PACKAGE = "coturn"


class Coturn:
    """A running server that relays between loopback addresses; over UDP and TCP at ``port``."""

    user = "desk"
    password = "relay-secret"

    def __init__(self, folder: Path, *, host: str = HOST) -> None:
        """Start it, listening at ``host``; raises PeerMissingError."""
        self.host = host
        self.port = free_port()
        command = (
            *(find_program("turnserver", package=PACKAGE), "-n", "--verbose"),
            *("--listening-port", str(self.port), "--listening-ip", host, "--relay-ip", HOST),
            *("--lt-cred-mech", "--user", f"{self.user}:{self.password}", "--realm", "test"),
            *("--no-tls", "--no-dtls", "--no-cli", "--allow-loopback-peers"),
            *("--log-file", "stdout", "--pidfile", str(folder / "turnserver.pid")),
            *("--userdb", str(folder / "turndb")),
        )
        self.program = Program("coturn", command, folder=folder)
        self.program.wait_until(lambda: takes_connections(self.port, host=host))

    @property
    def address(self) -> str:
        """host:port, an IPv6 address in brackets."""
        return f"{bracketed(self.host)}:{self.port}"

    def allocations(self) -> int:
        """Return how many relayed addresses it has given."""
        return self.program.output().count("ALLOCATE processed, success")

    def stop(self) -> None:
        """End it."""
        self.program.stop()
