"""A program that tests start on loopback, keep by its process id and stop; any thread.

It ends with whoever started it, also when that process is killed. Its output is a file, whose end
is shown with a test that fails.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import socket
import subprocess
import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

PATIENCE_SECONDS = 10.0
_POLITE_SECONDS = 3.0
_POLL_SECONDS = 0.01
_LINES_SHOWN = 60
_MOST_OCTETS = 256 * 1024**2

_LAST_PORT = 65_535
_NEIGHBOURS = 4

_IDLE = re.compile(r"\s*$|\s*\[\d+:\d\d:\d\d\] audio=")
"""What a terminal would have overwritten at once: baresip's clock."""

HOST = "127.0.0.1"


class PeerMissingError(Exception):
    """This machine has not got a program; the text names the package."""


def find_program(name: str, *, package: str) -> str:
    """Return where the program ``name`` lies; raises PeerMissingError."""
    path = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"))
    found = shutil.which(name, path=path)
    if found is None:
        raise PeerMissingError(f"needs the program {name}: apt-get install {package}")
    return found


class Program:
    """One running program; ``name`` tells it from others in what a failed test shows."""

    recent: ClassVar[list[Program]] = []
    """Everything that runs now or ran in the present test, in the order of its start."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        folder: Path,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Start ``command`` in ``folder``, where its output goes to NAME.log."""
        self.name = name
        self.log = folder / f"{name}.log"
        # It ends with us, and no log of it fills the disk.
        ends_with_us = find_program("setpriv", package="util-linux")
        bounded = find_program("prlimit", package="util-linux")
        bounds = (bounded, f"--fsize={_MOST_OCTETS}", ends_with_us, "--pdeathsig", "TERM")
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                [*bounds, *command],
                cwd=folder,
                env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", **(environment or {})},
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                # An interrupt on the terminal is for the tests.
                start_new_session=True,
            )
        Program.recent.append(self)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.poll() is None

    def type(self, line: str) -> None:
        """Write a line to its standard input."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n".encode())
        self._process.stdin.flush()

    def output(self) -> str:
        """Return what it has written up to now."""
        return self.log.read_text(errors="replace")

    def last_lines(self) -> str:
        """Return the end of its output."""
        lines = [line for line in self.output().splitlines() if not _IDLE.match(line)]
        return "\n".join(lines[-_LINES_SHOWN:])

    def wait_until(self, is_ready: Callable[[], bool]) -> None:
        """Return when it is ready; raises RuntimeError with its last words when it is not."""
        until = time.monotonic() + PATIENCE_SECONDS
        while not is_ready():
            if not self.is_running or time.monotonic() > until:
                text = self.last_lines()
                self.stop(signal.SIGKILL)
                raise RuntimeError(f"{self.name} does not start:\n{text}")
            time.sleep(_POLL_SECONDS)

    def wait(self) -> int:
        """Return its exit status when it has ended by itself."""
        return self._process.wait()

    def wait_for_output(self, text: str) -> None:
        """Return when it has written ``text``."""
        self.wait_until(lambda: text in self.output())

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """End it: politely, then by force, with every process that it has started."""
        self._process.send_signal(number)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_POLITE_SECONDS)
        # Its own session and so its own group, whose number nobody else has while one of it lives.
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()


def takes_connections(port: int, *, host: str = HOST) -> bool:
    """Return whether somebody listens at a TCP port of this machine. host: a numeric address."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.settimeout(1.0)
        return probe.connect_ex((host, port)) == 0


def free_port() -> int:
    """Return a port of loopback that is free for UDP and TCP now, and so are the next three.

    Telephones take the next ones for TLS, RTCP and video, whatever they are told.
    """
    while True:
        with socket.socket() as probe:
            probe.bind((HOST, 0))
            port: int = probe.getsockname()[1]
        if port + _NEIGHBOURS <= _LAST_PORT and all(map(is_free, range(port, port + _NEIGHBOURS))):
            return port


def is_free(port: int) -> bool:
    """Return whether nobody has a port of loopback, neither for UDP nor for TCP."""
    with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
        try:
            tcp.bind((HOST, port))
            udp.bind((HOST, port))
        except OSError:
            return False
        return True


class PortBlock:
    """Ports for one server's media, that no other server of any run of the tests has.

    rtpengine would share a port with another of its kind, and one of both hear nothing. All blocks
    lie below the ports that systems give away by themselves.
    """

    SIZE = 200

    def __init__(self, first: int, last: int) -> None:
        """Take a block between two ports; raises RuntimeError when there is none left."""
        bases = list(range(first, last - self.SIZE + 2, self.SIZE))
        random.shuffle(bases)
        self._claim = socket.socket()
        # Whoever fails to start with it need not think of it.
        weakref.finalize(self, self._claim.close)
        for base in bases:
            try:
                # Media are UDP: its first port over TCP says whose the block is.
                self._claim.bind((HOST, base))
            except OSError:
                continue
            self.first, self.last = base, base + self.SIZE - 1
            return
        self._claim.close()
        raise RuntimeError(f"no {self.SIZE} ports are free between {first} and {last}")

    def release(self) -> None:
        """Leave it to others."""
        self._claim.close()
