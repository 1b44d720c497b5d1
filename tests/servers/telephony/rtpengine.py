"""rtpengine on loopback, without its kernel module: the media of Kamailio's calls."""

from __future__ import annotations

from pathlib import Path

from tests.servers.telephony.program import (
    HOST,
    PortBlock,
    Program,
    find_program,
    free_port,
)

PACKAGE = "rtpengine-daemon"


class Rtpengine:
    """A running rtpengine; ``port`` takes the ng protocol over UDP."""

    def __init__(self, folder: Path, *, host: str = HOST) -> None:
        """Start it; raises PeerMissingError. host: the address of its media."""
        self.port = free_port()
        self._ports = PortBlock(25_000, 31_999)
        # The distribution's file opens ports that everybody else's rtpengine opens too.
        configuration = folder / "rtpengine.conf"
        configuration.write_text("[rtpengine]\n")
        command = (
            *(find_program("rtpengine", package=PACKAGE), "--foreground", "--log-stderr"),
            *(f"--interface={host}", f"--listen-ng={HOST}:{self.port}", "--table=-1"),
            f"--config-file={configuration}",
            *(f"--port-min={self._ports.first}", f"--port-max={self._ports.last}"),
            *("--log-level=6", "--num-threads=1", "--timeout=300", "--delete-delay=0"),
        )
        self.program = Program("rtpengine", command, folder=folder)
        self.program.wait_for_output("Startup complete")

    def stop(self) -> None:
        """End it."""
        self.program.stop()
        self._ports.release()
