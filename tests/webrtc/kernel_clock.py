"""When datagrams arrived, by the kernel's clock: a test that stands still does not disturb it."""

from __future__ import annotations

import socket
import struct

_SO_TIMESTAMPNS = 35
"""asm-generic/socket.h; the socket module names it from Python 3.13 on."""


def stamped(sock: socket.socket) -> socket.socket:
    """Let the kernel stamp what arrives at ``sock``; Linux alone."""
    sock.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
    return sock


def arrivals(sock: socket.socket) -> list[float]:
    """Return when each waiting datagram arrived, in seconds."""
    sock.setblocking(False)
    found: list[float] = []
    while True:
        try:
            _, ancillary, _, _ = sock.recvmsg(2048, 64)
        except BlockingIOError:
            return found
        seconds, nanoseconds = struct.unpack("qq", ancillary[0][2][:16])
        found.append(seconds + nanoseconds / 1e9)
