"""A NAT of Linux between two networks that only this process sees; runs in the thread that asks.

Three network namespaces: a house, its router, and what is outside. They have no names and end with
this process, and nothing of the machine's own network changes. Needs root.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.servers.telephony.program import find_program

OUTSIDE = "198.18.0.1"
"""The address of whoever is outside (RFC 2544: networks for tests)."""

PUBLIC = "198.18.0.2"
"""The router's, under which everybody in the house is seen."""

INSIDE = "10.77.0.2"
"""Of the one machine in the house."""

_ROUTER = "10.77.0.1"
_NEW_NETWORK = 0x40000000
"""CLONE_NEWNET of linux/sched.h; Python names it from 3.12 on."""

_OWN = "/proc/thread-self/ns/net"
_LIBC = "libc.so.6"


class NoNamespacesError(Exception):
    """This machine lets us make no networks of our own."""


class Namespace:
    """One network of its own; `entered` lets this thread, and what it starts, be in it."""

    def __init__(self) -> None:
        """Make it, with loopback; raises NoNamespacesError."""
        home = os.open(_OWN, os.O_RDONLY)
        try:
            _system("unshare", _NEW_NETWORK)
            self._file = os.open(_OWN, os.O_RDONLY)
            _system("setns", home, _NEW_NETWORK)
        finally:
            os.close(home)
        self.run("ip", "link", "set", "lo", "up")

    @property
    def path(self) -> str:
        """What `ip` calls it."""
        return f"/proc/{os.getpid()}/fd/{self._file}"

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Open sockets and start programs in it within the block, from this thread."""
        home = os.open(_OWN, os.O_RDONLY)
        try:
            _system("setns", self._file, _NEW_NETWORK)
            try:
                yield
            finally:
                _system("setns", home, _NEW_NETWORK)
        finally:
            os.close(home)

    def run(self, name: str, *words: str) -> None:
        """Run a program in it to its end; raises PeerMissingError and NoNamespacesError."""
        command = (find_program(name, package="iproute2 iptables"), *words)
        with self.entered():
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise NoNamespacesError(f"{' '.join((name, *words))}: {done.stderr.strip()}")

    def set(self, name: str, value: int) -> None:
        """Set what /proc/sys/net has of it; raises NoNamespacesError."""
        with self.entered():
            try:
                Path("/proc/sys/net", name).write_text(str(value))
            except OSError as error:
                raise NoNamespacesError(f"net/{name} cannot be set: {error}") from error

    def close(self) -> None:
        """Let it end, once nothing runs in it."""
        os.close(self._file)


class Nat:
    """A house behind a router that gives every flow a random port of its own.

    house, outside: where the sides are to be entered.
    """

    def __init__(self, *, seconds: int) -> None:
        """Build it; raises NoNamespacesError. seconds: of silence, then a flow is forgotten."""
        with ExitStack() as built:
            spaces = []
            for _ in range(3):
                spaces.append(Namespace())
                built.callback(spaces[-1].close)
            self.house, self._router, self.outside = spaces
            self._join(self.outside, "wan", f"{PUBLIC}/30", f"{OUTSIDE}/30")
            self._join(self.house, "lan", f"{_ROUTER}/24", f"{INSIDE}/24")
            self.house.run("ip", "route", "add", "default", "via", _ROUTER)
            self._router.set("ipv4/ip_forward", 1)
            rule = ("-t", "nat", "-A", "POSTROUTING", "-o", "wan", "-j", "MASQUERADE")
            self._router.run("iptables", *rule, "--random-fully")
            for name in ("nf_conntrack_udp_timeout", "nf_conntrack_udp_timeout_stream"):
                self._router.set(f"netfilter/{name}", seconds)
            self._spaces = built.pop_all()

    def close(self) -> None:
        """Take it away."""
        self._spaces.close()

    def _join(self, side: Namespace, name: str, ours: str, theirs: str) -> None:
        router = self._router
        router.run("ip", "link", "add", name, "type", "veth", "peer", "name", "far")
        router.run("ip", "link", "set", "far", "netns", side.path)
        for space, link, address in ((router, name, ours), (side, "far", theirs)):
            space.run("ip", "address", "add", address, "dev", link)
            space.run("ip", "link", "set", link, "up")


def _system(name: str, *arguments: int) -> None:
    """Call what Python 3.11 does not offer; raises NoNamespacesError."""
    try:
        libc = ctypes.CDLL(_LIBC, use_errno=True)
    except OSError as error:
        raise NoNamespacesError(f"{_LIBC} is not here") from error
    if getattr(libc, name)(*arguments):
        why = os.strerror(ctypes.get_errno())
        raise NoNamespacesError(f"no networks of our own here: {name}: {why}")
