"""Asterisk of Debian unstable in a folder of its own, on loopback: a whole exchange; any thread.

Debian 12 has none. The folder is made once, and kept in the user's cache for the next run.
"""

from __future__ import annotations

import secrets
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from agent_desk.domain.errors import MissingProgramError
from tests.servers.certificate import Certificate
from tests.servers.debian_folder import debian_folder
from tests.servers.telephony.program import (
    HOST,
    PeerMissingError,
    PortBlock,
    Program,
    find_program,
    free_port,
    takes_connections,
)
from tests.servers.telephony.sound import write_tone

MUSIC_HZ = 620
"""The tone that Asterisk plays in place of music to whoever is put on hold."""

_TEMPLATES = Path(__file__).with_name("asterisk")


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """A line of the exchange.

    profile: rtp, sdes, dtls or webrtc. digests: hashes of its passwords' digests, best first.
    """

    user: str
    password: str
    profile: str = "rtp"
    digests: str = "MD5"

    def lines(self) -> str:
        """Return its part of pjsip.conf."""
        templates = "line" if self.profile == "rtp" else f"line,{self.profile}"
        return (
            f"[{self.user}]({templates})\nauth={self.user}\naors={self.user}\n"
            f"callerid={self.user} <{self.user}>\n"
            f"[{self.user}](login)\nusername={self.user}\npassword={self.password}\n"
            f"supported_algorithms_uas={self.digests}\n"
            f"[{self.user}](reach)\n"
        )


class Asterisk:
    """A running exchange; ``port`` takes UDP and TCP, tls_port TLS,
    ws_port and wss_port WebSockets at /ws.
    """

    host = HOST

    def __init__(
        self, folder: Path, *, extensions: Iterable[Extension], certificate: Certificate
    ) -> None:
        """Start it; raises PeerMissingError."""
        self.port, self.tls_port = free_port(), free_port()
        self.ws_port, self.wss_port = free_port(), free_port()
        self.certificate = certificate
        self.extensions = {each.user: each for each in extensions}
        self._root = asterisk_root()
        self._ports = PortBlock(18_000, 24_999)
        self._inside = f"/srv/{secrets.token_hex(8)}"
        self.folder = Path(f"{self._root}{self._inside}")
        self._configure(certificate)
        command = ("-f", "-n", "-C", f"{self._inside}/asterisk.conf")
        self.program = Program("asterisk", self._command(*command), folder=folder)
        self.program.wait_until(self._is_up)

    def tell(self, line: str) -> str:
        """Return what its command line says to ``line``."""
        command = self._command("-C", f"{self._inside}/asterisk.conf", "-rx", line)
        told = subprocess.run(command, capture_output=True, text=True, check=False)
        return told.stdout

    def stop(self) -> None:
        """End it and remove what it wrote."""
        self.program.stop()
        self._ports.release()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _is_up(self) -> bool:
        if not takes_connections(self.ws_port):
            return False
        return "fully booted" in self.tell("core waitfullybooted")

    def _command(self, *arguments: str) -> tuple[str, ...]:
        chroot = find_program("chroot", package="coreutils")
        return (chroot, str(self._root), "/usr/sbin/asterisk", *arguments)

    def _configure(self, certificate: Certificate) -> None:
        for name in ("lib", "spool", "run", "log", "music"):
            (self.folder / name).mkdir(parents=True)
        shutil.copyfile(certificate.certificate, self.folder / "server.crt")
        shutil.copyfile(certificate.key, self.folder / "server.key")
        write_tone(self.folder / "music" / "tone.wav", MUSIC_HZ, seconds=5)
        modules = next(self._root.glob("usr/lib/*/asterisk/modules"))
        values = {
            "FOLDER": self._inside,
            "MODULES": f"/{modules.relative_to(self._root)}",
            "UDP": str(self.port),
            "TLS": str(self.tls_port),
            "WS": str(self.ws_port),
            "WSS": str(self.wss_port),
            "RTP_FIRST": str(self._ports.first),
            "RTP_LAST": str(self._ports.last),
            "LINES": "\n".join(each.lines() for each in self.extensions.values()),
        }
        for template in _TEMPLATES.glob("*.conf"):
            text = template.read_text()
            for name, value in values.items():
                text = text.replace(f"@{name}@", value)
            (self.folder / template.name).write_text(text)


def asterisk_root() -> Path:
    """Return the folder of a system with Asterisk, made now if there is none in the cache.

    Raises PeerMissingError where it cannot be made: without root, mmdebstrap or a Debian mirror.
    """
    try:
        return debian_folder("asterisk", "asterisk", "asterisk-modules")
    except MissingProgramError as missing:
        raise PeerMissingError(str(missing)) from missing
