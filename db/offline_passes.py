"""Passes for a start without the server: one small file per login, readable for its user alone.

Runs on a thread of the executor. Whoever can write to the files of this user of the machine could
make a pass; it would open what they can read anyway, and nothing on the server.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from agent_desk.domain.errors import InputError
from agent_desk.domain.identifiers import AgentId, DepartmentId
from agent_desk.domain.offline_pass import OfflinePass
from agent_desk.domain.rights import Person, Role, require_login
from db.passwords import hashed, matches

_log = logging.getLogger(__name__)

_PRIVATE = 0o600
_FORMAT = 1
_BROKEN = (OSError, ValueError, LookupError, TypeError)
"""What a file that is missing, damaged or of another version makes of reading it."""


class FileOfflinePasses:
    """``ports.offline_passes.OfflinePasses`` in files beside ``path``, named after the logins."""

    def __init__(self, *, path: Path) -> None:
        """Nothing is touched before the first call."""
        self._path = path

    def keep(self, kept: OfflinePass, password: str) -> None:
        """Keep ``kept`` under ``password`` instead of the person's former pass."""
        path = self._file(kept.person.login)
        if path is None:
            return
        text = json.dumps(_to_json(kept) | {"verifier": hashed(password)}, ensure_ascii=False)
        try:
            _write_private(path, text)
        except OSError as error:
            _log.warning("the next start needs the server: %s", error)

    def find(self, server: str, login: str) -> OfflinePass | None:
        """Return the pass, whatever the password, None when there is none."""
        found = self._read(server, login)
        return None if found is None else found[0]

    def opens(self, server: str, login: str, password: str) -> bool:
        """Return whether there is a pass and ``password`` is its password."""
        found = self._read(server, login)
        return found is not None and matches(found[1], password)

    def forget(self, server: str, login: str) -> None:
        """Remove the pass; nothing happens when there is none."""
        path = self._file(login)
        if path is not None and self._read(server, login) is not None:
            _remove(path)

    def forget_all(self) -> None:
        """Remove everybody's, where nobody may open a desk without the server."""
        for path in self._path.parent.glob(f"{self._path.stem}.*{self._path.suffix}"):
            _remove(path)

    def _file(self, login: str) -> Path | None:
        """Return the login's file; None for what was typed and can be nobody's login."""
        try:
            name = require_login(login)
        except InputError:
            return None
        return self._path.with_stem(f"{self._path.stem}.{name}")

    def _read(self, server: str, login: str) -> tuple[OfflinePass, str] | None:
        """Return the pass and its verifier."""
        path = self._file(login)
        if path is None or not path.exists():
            return None
        try:
            _require_private(path)
            table = json.loads(path.read_text(encoding="utf-8"))
            kept, verifier = _from_json(table), str(table["verifier"])
        except _BROKEN as error:
            _log.warning("%s counts for nothing: %s", path.name, type(error).__name__)
            return None
        is_meant = (kept.server, kept.person.login) == (server, login)
        return (kept, verifier) if is_meant else None


def _write_private(path: Path, text: str) -> None:
    """Write ``text`` for this user alone; a crash leaves the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    # Exclusive: a file or link that somebody put there is not written to.
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with os.fdopen(os.open(part, flags, _PRIVATE), "w", encoding="utf-8") as file:
        file.write(text)
    part.replace(path)


def _require_private(path: Path) -> None:
    """Raise PermissionError for a file that others may read or write."""
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise PermissionError(path.name)


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        _log.warning("%s cannot be removed: %s", path.name, error)


def _to_json(kept: OfflinePass) -> dict[str, Any]:
    person = kept.person
    return {
        "format": _FORMAT,
        "server": kept.server,
        "login": person.login,
        "name": person.name,
        "roles": sorted(person.roles),
        "department_id": person.department_id,
        "signed_in_at": kept.signed_in_at.isoformat(),
    }


def _from_json(table: Mapping[str, Any]) -> OfflinePass:
    """Return the pass that ``table`` tells of; raises one of _BROKEN."""
    if table["format"] != _FORMAT:
        raise ValueError(table["format"])
    department = table["department_id"]
    person = Person(
        login=AgentId(str(table["login"])),
        name=str(table["name"]),
        roles=frozenset(Role(role) for role in table["roles"]),
        department_id=None if department is None else DepartmentId(str(department)),
    )
    signed_in_at = datetime.fromisoformat(table["signed_in_at"])
    if signed_in_at.tzinfo is None:
        raise ValueError(table["signed_in_at"])
    return OfflinePass(server=str(table["server"]), person=person, signed_in_at=signed_in_at)
