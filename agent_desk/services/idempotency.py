"""Each command once: what every effect asks before and says after, within its transaction.

Runs on the thread of the unit of work.
"""

from __future__ import annotations

from agent_desk.domain.command import Command
from agent_desk.ports.storage import UnitOfWork


def applied_id(uow: UnitOfWork, command: Command) -> str | None:
    """Return the id of the record that ``command`` left behind, None when it was not applied."""
    former = uow.commands.applied(command.id)
    return None if former is None else str(former.result["id"])


def version_before(uow: UnitOfWork, command: Command, version: int) -> int:
    """Return the version on which ``command`` stands, which its person knew as ``version``.

    After another kept command it is the one that that one left behind.
    """
    former = None if command.after is None else uow.commands.applied(command.after)
    return version if former is None else int(former.result["version"])
