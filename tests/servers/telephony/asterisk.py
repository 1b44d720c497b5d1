"""Asterisk of Debian unstable in a folder of its own, on loopback: a whole exchange; any thread.

Debian 12 has none. The folder is made once, and kept in the user's cache for the next run.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.servers.certificate import Certificate
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

PACKAGE = "mmdebstrap"
MUSIC_HZ = 620
"""The tone that Asterisk plays in place of music to whoever is put on hold."""

_TEMPLATES = Path(__file__).with_name("asterisk")
_SUITE = "sid"


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
    if os.geteuid() != 0:
        raise PeerMissingError("Asterisk in a folder needs root (chroot)")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "agent-desk-tests"
    folder.mkdir(parents=True, exist_ok=True)
    root = folder / f"asterisk-{_SUITE}"
    # Two runs at once make one folder.
    with (folder / "asterisk.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not root.is_dir():
            _bootstrap(root)
    return root


def _bootstrap(root: Path) -> None:
    maker = find_program("mmdebstrap", package=PACKAGE)
    unfinished = root.with_suffix(".part")
    shutil.rmtree(unfinished, ignore_errors=True)
    command = [maker, "--variant=minbase", "--include=asterisk,asterisk-modules"]
    # A mirror may be a snapshot of some day.
    options = ('Acquire::Check-Valid-Until "false"', 'Acquire::Check-Date "false"')
    command += [f"--aptopt={option}" for option in options]
    command += [_SUITE, str(unfinished), _mirror()]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode != 0:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise PeerMissingError(f"Asterisk could not be fetched: {made.stderr.splitlines()[-1:]}")
    unfinished.rename(root)


def _mirror() -> str:
    """Return the Debian mirror that this machine's own apt uses; raises PeerMissingError."""
    command = ("apt-get", "indextargets", "--format", "$(REPO_URI)")
    told = subprocess.run(
        (*command, "Created-By: Packages", "Label: Debian"),
        capture_output=True,
        text=True,
        check=False,
    )
    mirrors = told.stdout.split()
    if not mirrors:
        raise PeerMissingError("Asterisk needs a Debian mirror; this machine's apt has none")
    return mirrors[0]
