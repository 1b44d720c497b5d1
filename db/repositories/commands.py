"""Commands that were applied; on the thread of its unit of work."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, insert, select

from agent_desk.domain.command import AppliedCommand
from agent_desk.domain.identifiers import AgentId, CommandId
from db.command_tables import applied_commands
from db.prepared import PreparedSelect, PreparedWrite

_BY_ID = PreparedSelect(
    select(applied_commands).where(applied_commands.c.id == bindparam("command_id"))
)
_RECORD = PreparedWrite(insert(applied_commands))


class SqlCommandRepository:
    """``ports.storage.CommandRepository`` on one connection."""

    def __init__(self, connection: Connection) -> None:
        """Work on ``connection``."""
        self._connection = connection

    def applied(self, command_id: CommandId) -> AppliedCommand | None:
        """Return what is known of a command that was applied, None when it was not."""
        row = _BY_ID.first(self._connection, {"command_id": command_id})
        if row is None:
            return None
        return AppliedCommand(
            id=CommandId(row.id),
            kind=row.kind,
            actor=AgentId(row.actor),
            at=row.at,
            applied_at=row.applied_at,
            result=row.result,
        )

    def record(self, command: AppliedCommand) -> None:
        """Say that the command was applied; StorageError when that was said before."""
        row = {
            "id": command.id,
            "kind": command.kind,
            "actor": command.actor,
            "at": command.at,
            "applied_at": command.applied_at,
            "result": dict(command.result),
        }
        _RECORD.send(self._connection, row)
