"""Asks a server for its certificate again to learn what is wrong with it; blocks its thread.

libpq says only that it does not accept a certificate. Whether it has expired or comes from
somebody unknown decides what a person has to do.
"""

from __future__ import annotations

import socket
import ssl
import struct
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

_SSL_REQUEST = struct.pack("!ii", 8, 80877103)
"""https://www.postgresql.org/docs/current/protocol-message-formats.html, SSLRequest."""

_CERT_NOT_YET_VALID, _CERT_HAS_EXPIRED = 9, 10
"""https://docs.openssl.org/master/man3/X509_STORE_CTX_get_error/"""

_TIMEOUT_SECONDS = 3.0


class CertificateFault(StrEnum):
    """Why a certificate is not accepted."""

    EXPIRED = "EXPIRED"
    OTHER = "OTHER"


def certificate_fault(parameters: Mapping[str, Any]) -> CertificateFault:
    """Return why the certificate of the server at libpq's ``parameters`` is not accepted.

    OTHER also when the server does not answer now.
    """
    try:
        with _plain(parameters) as plain:
            plain.sendall(_SSL_REQUEST)
            if plain.recv(1) == b"S":
                _context(parameters).wrap_socket(plain).close()
    except ssl.SSLCertVerificationError as error:
        if error.verify_code in (_CERT_NOT_YET_VALID, _CERT_HAS_EXPIRED):
            return CertificateFault.EXPIRED
    except (OSError, ValueError):
        # Nothing more is learned; libpq's own words are shown.
        return CertificateFault.OTHER
    return CertificateFault.OTHER


def _plain(parameters: Mapping[str, Any]) -> socket.socket:
    host = str(parameters.get("hostaddr") or parameters.get("host") or "localhost")
    port = int(parameters.get("port") or 5432)
    return socket.create_connection((host, port), timeout=_TIMEOUT_SECONDS)


def _context(parameters: Mapping[str, Any]) -> ssl.SSLContext:
    context = ssl.create_default_context()
    # Only the chain and its dates matter here; libpq has compared the names.
    context.check_hostname = False
    roots = str(parameters.get("sslrootcert") or Path.home() / ".postgresql" / "root.crt")
    if roots != "system":
        context.load_verify_locations(roots)
    return context
