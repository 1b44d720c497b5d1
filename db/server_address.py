"""The address of a database server as settings write it, checked field by field; any thread.

``postgresql://[login@]host[:port]/database[?sslmode=...&sslrootcert=...]``. What comes out is a
URL that libpq reads (https://www.postgresql.org/docs/current/libpq-connect.html).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit

from agent_desk.domain.errors import InputError

DEFAULT_PORT = 5432
"""PostgreSQL's port (IANA)."""

SAFE_SSLMODE = "verify-full"
"""The one mode in which nobody between desk and server can read along or pose as the server."""

SCHEMES = ("postgresql", "postgres")
_FORM = "postgresql://[login@]host[:port]/database"
_OPTIONS: Mapping[str, str] = MappingProxyType(
    {
        "sslmode": SAFE_SSLMODE,
        "sslrootcert": "the path of a root certificate, or system",
        "sslcert": "the path of a client certificate",
        "sslkey": "the path of its key",
        "connect_timeout": "seconds",
        "target_session_attrs": "read-write",
        "host": "the folder of a Unix socket",
    }
)
"""Options that a desk's address may carry, and what each is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerAddress:
    """Where the floor's database is; never with a password.

    host: a name, an address, or the folder of a Unix socket. login: "" when it is asked for.
    options: of libpq, by name.
    """

    host: str
    port: int
    database: str
    login: str = ""
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_local(self) -> bool:
        """Whether what is sent never leaves this machine."""
        return _is_local(self.host)

    @property
    def name(self) -> str:
        """The server and its database for a person, such as "db.example.com/floor"."""
        port = "" if self.port == DEFAULT_PORT else f":{self.port}"
        return f"{_bracketed(self.host)}{port}/{self.database}"

    @property
    def url(self) -> str:
        """The URL for libpq; TLS with a proven server is demanded off this machine."""
        socket = self.host.startswith("/")
        options = dict(self.options)
        if socket:
            options["host"] = self.host
        elif not self.is_local:
            options.setdefault("sslmode", SAFE_SSLMODE)
            # The roots that the system trusts, unless the address names its own.
            options.setdefault("sslrootcert", "system")
        login = f"{quote(self.login, safe='')}@" if self.login else ""
        place = "" if socket else _bracketed(self.host)
        query = f"?{urlencode(options)}" if options else ""
        return f"postgresql://{login}{place}:{self.port}/{quote(self.database, safe='')}{query}"

    def for_login(self, login: str) -> ServerAddress:
        """Return the same address for ``login``."""
        return replace(self, login=login)


def is_server_address(text: str) -> bool:
    """Return whether the setting ``text`` means a server, and not the path of a file."""
    return text.strip().partition("://")[0].lower() in SCHEMES and "://" in text


def parse_server_address(text: str, *, field: str = "database") -> ServerAddress:
    """Return what ``text`` says; raises InputError naming the part, its value and what is accepted.

    A password in it is refused and not repeated: secrets do not lie in settings files.
    """
    parts = _split(text.strip(), field)
    if parts.password is not None:
        raise InputError(
            field=f"{field}: password",
            value="***",
            accepted="an address without it; it is asked for at sign-in and kept in the keyring",
        )
    options = _options(parts.query, field)
    address = ServerAddress(
        host=_host(parts, options.pop("host", ""), field),
        port=_port(parts, field),
        database=_database(parts, field),
        login=unquote(parts.username or ""),
        options=options,
    )
    _require_safe(address, field)
    return address


def _split(text: str, field: str) -> SplitResult:
    try:
        parts = urlsplit(text)
    except ValueError as error:
        raise InputError(field=field, value=_without_secret(text), accepted=_FORM) from error
    if parts.scheme not in SCHEMES:
        raise InputError(field=field, value=_without_secret(text), accepted=_FORM)
    if parts.fragment:
        accepted = f"{_FORM}, with # written as %23"
        raise InputError(field=field, value="#", accepted=accepted)
    return parts


def _without_secret(text: str) -> str:
    """Return ``text`` without what may be a password in front of its host."""
    before, at, after = text.rpartition("@")
    return f"***@{after}" if at and before else text


def _options(query: str, field: str) -> dict[str, str]:
    options: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name == "password":
            return _options_with_password(field)
        if name not in _OPTIONS or name in options:
            accepted = ", ".join(_OPTIONS) + " (each once)"
            raise InputError(field=f"{field}: option", value=name, accepted=accepted)
        if not value:
            raise InputError(field=f"{field}: {name}", value="", accepted=_OPTIONS[name])
        options[name] = value
    return options


def _options_with_password(field: str) -> dict[str, str]:
    raise InputError(
        field=f"{field}: password",
        value="***",
        accepted="an address without it; it is asked for at sign-in and kept in the keyring",
    )


def _host(parts: SplitResult, socket: str, field: str) -> str:
    host = unquote(parts.hostname or "") or socket
    if not host or any(character in host for character in " ,\\"):
        accepted = "one host name, an IP address, or the folder of a Unix socket"
        raise InputError(field=f"{field}: host", value=host, accepted=accepted)
    return host


def _port(parts: SplitResult, field: str) -> int:
    given = parts.netloc.rpartition("@")[2].rpartition("]")[2].rpartition(":")[2]
    accepted = f"a number from 1 to 65535 ({DEFAULT_PORT} when left out)"
    try:
        port = parts.port
    except ValueError as error:
        raise InputError(field=f"{field}: port", value=given, accepted=accepted) from error
    if port == 0:
        raise InputError(field=f"{field}: port", value="0", accepted=accepted)
    return port or DEFAULT_PORT


def _database(parts: SplitResult, field: str) -> str:
    name = unquote(parts.path.removeprefix("/"))
    if not name or "/" in name:
        accepted = "the name of one database after the host, such as /agent_desk"
        raise InputError(field=f"{field}: name", value=name, accepted=accepted)
    return name


def _require_safe(address: ServerAddress, field: str) -> None:
    """Raise InputError for an address at which the password could be read along."""
    mode = address.options.get("sslmode", SAFE_SSLMODE)
    if address.is_local or mode == SAFE_SSLMODE:
        return
    accepted = f"{SAFE_SSLMODE}: {address.host} is another machine, so TLS must prove the server"
    raise InputError(field=f"{field}: sslmode", value=mode, accepted=accepted)


def _is_local(host: str) -> bool:
    if host.startswith("/") or host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
