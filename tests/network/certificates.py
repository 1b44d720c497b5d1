"""Servers' TLS contexts with certificates made for the test."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.servers.certificate import self_signed


@dataclass(frozen=True, slots=True)
class Identity:
    """context: of a server. ca_file: what trusts it."""

    context: ssl.SSLContext
    ca_file: str


def identity(folder: Path, *, names: str = "DNS:localhost,IP:127.0.0.1", days: int = 1) -> Identity:
    """Return a server's identity; with ``days`` below 0 its certificate has expired."""
    folder.mkdir()
    now = datetime.now(UTC)
    made = self_signed(
        folder,
        begin=now - timedelta(days=10),
        end=now + timedelta(days=days),
        names=names,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made.certificate, made.key)
    return Identity(context=context, ca_file=str(made.certificate))
