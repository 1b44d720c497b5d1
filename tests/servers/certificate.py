"""Self-made certificates for servers on loopback, valid or expired; any thread."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

_CONFIGURATION = """
[ca]
default_ca = own
[own]
new_certs_dir = {folder}
database = {folder}/index
serial = {folder}/serial
default_md = sha256
policy = any
x509_extensions = names
[any]
commonName = supplied
[names]
subjectAltName = {names}
basicConstraints = critical,CA:TRUE
"""
_TIME = "%Y%m%d%H%M%SZ"


class OpensslMissingError(Exception):
    """This machine has no openssl program; the text names the package."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """A self-signed certificate, which is its own root, and its private key; PEM files."""

    certificate: Path
    key: Path


def self_signed(
    folder: Path,
    *,
    begin: datetime,
    end: datetime,
    names: str = "DNS:localhost,IP:127.0.0.1",
) -> Certificate:
    """Return a certificate for ``names`` that is valid between two times in UTC.

    The files go to ``folder``, which must be empty. Raises OpensslMissingError.
    """
    if shutil.which("openssl") is None:
        raise OpensslMissingError("needs the openssl program: apt-get install openssl")
    made = Certificate(certificate=folder / "server.crt", key=folder / "server.key")
    request, configuration = folder / "request.pem", folder / "ca.cnf"
    configuration.write_text(_CONFIGURATION.format(folder=folder, names=names))
    (folder / "index").touch()
    (folder / "serial").write_text("01\n")
    # `req -x509` cannot be told times, and refuses to make an expired one.
    _openssl(
        *("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
        *("-subj", "/CN=localhost", "-keyout", str(made.key), "-out", str(request)),
    )
    _openssl(
        *("ca", "-batch", "-selfsign", "-notext", "-config", str(configuration)),
        *("-keyfile", str(made.key), "-in", str(request), "-out", str(made.certificate)),
        *("-startdate", begin.strftime(_TIME), "-enddate", end.strftime(_TIME)),
    )
    return made


def _openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)
