"""What a person's files on this machine are called: by who they are, and for which database.

What somebody typed or saw is neither shown to the next one at this machine nor sent in their name:
a server would refuse it, and hold up everything behind it. Nor is it sent to another database in
which the same person has the same login.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from agent_desk.domain.identifiers import AgentId
from agent_desk.settings import Places

if TYPE_CHECKING:
    from agent_desk.domain.rights import Person

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFiles:
    """The files of whoever sits at a desk.

    journal: what is not saved yet. cache: kept cards. dialled: numbers for redial.
    """

    journal: Path
    cache: Path
    dialled: Path


def own_files(places: Places, person: Person | None, database: str | Path) -> OwnFiles:
    """Return the files of ``person`` for ``database``, an address or a file's path; blocking.

    Without a person they are everybody's who sits there. A journal from before there was one for
    each database goes to the first that opens it, as nothing in it tells where it belongs; cards of
    that time are removed.
    """
    if person is None:
        return OwnFiles(journal=places.journal, cache=places.cache, dialled=places.dialled)
    from db.journal_takeover import take_over_journal

    own = OwnFiles(
        journal=own_file(places.journal, person.login, database),
        cache=own_file(places.cache, person.login, database),
        dialled=own_file(places.dialled, person.login, database),
    )
    take_over_journal(_shared(places.journal, person.login), own.journal)
    forget_cards(_shared(places.cache, person.login))
    return own


def forget_cards(*kept: Path) -> None:
    """Remove kept cards from this machine, as far as they can be removed."""
    from db.local_cache import remove_cache

    for path in kept:
        try:
            remove_cache(path)
        except OSError as error:
            _log.warning("kept cards cannot be removed: %s", error)


def own_file(path: Path, login: AgentId, database: str | Path) -> Path:
    """Return ``path`` as the file of ``login`` for ``database``, an address or a file's path.

    Such as ``journal.li.ming@db.example.com+5432+agent_desk.sqlite``: a person can read it, and
    rename it when the server gets another address.
    """
    place = _file_tag(database) if isinstance(database, Path) else _server_tag(database)
    return path.with_stem(f"{path.stem}.{login}@{place}")


def _shared(path: Path, login: AgentId) -> Path:
    return path.with_stem(f"{path.stem}.{login}")


def _server_tag(address: str) -> str:
    from db.server_address import parse_server_address

    server = parse_server_address(address)
    parts = (server.host.lower(), str(server.port), server.database)
    return "+".join(quote(part, safe="") for part in parts)


def _file_tag(path: Path) -> str:
    digest = hashlib.sha256(str(path.resolve()).encode()).hexdigest()
    return f"{quote(path.stem, safe='')}+{digest[:8]}"
