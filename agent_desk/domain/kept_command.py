"""Kept commands: what was acknowledged on this machine and is not in the database yet.

Pure, any thread.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from agent_desk.domain.command import Command
from agent_desk.domain.errors import AgentDeskError, error_of
from agent_desk.domain.identifiers import CommandId
from agent_desk.domain.transitions import StateTable


class KeptState(StrEnum):
    """Where a kept command stands."""

    WAITING = "WAITING"
    CONFLICT = "CONFLICT"
    APPLIED = "APPLIED"
    DISCARDED = "DISCARDED"


KEPT_TABLE: StateTable[KeptState] = StateTable(
    {
        KeptState.WAITING: frozenset({KeptState.APPLIED, KeptState.CONFLICT}),
        KeptState.CONFLICT: frozenset({KeptState.WAITING, KeptState.DISCARDED}),
        KeptState.APPLIED: frozenset(),
        KeptState.DISCARDED: frozenset(),
    }
)
"""A waiting command is never thrown away: the database may have taken it without saying so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a command was refused, as the journal keeps it: an error's code and details."""

    code: str
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def error(self) -> AgentDeskError:
        """The error again, for a screen."""
        return error_of(self.code, self.details)


def refusal_of(error: Exception) -> Refusal:
    """Return ``error`` as the journal keeps it; one that nobody foresaw loses its words."""
    if not isinstance(error, AgentDeskError):
        return Refusal(code=AgentDeskError.code)
    return Refusal(
        code=error.code, details={name: str(value) for name, value in error.details.items()}
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCommand:
    """kept_at: since when it is on the disk here. refusal: why it is in CONFLICT, else None."""

    command: Command
    kept_at: datetime
    state: KeptState = KeptState.WAITING
    refusal: Refusal | None = None

    @property
    def id(self) -> CommandId:
        """The command's id."""
        return self.command.id

    def moved(self, state: KeptState, refusal: Refusal | None = None) -> KeptCommand:
        """Return this in ``state``; raises TransitionRefusedError."""
        KEPT_TABLE.require("Kept entry", self.state, state)
        return replace(self, state=state, refusal=refusal)


def depends(newer: Command, older: Command) -> bool:
    """Return whether ``newer`` cannot be applied before ``older``."""
    return newer.after == older.id or bool(newer.subjects & older.makes)


def held(kept: Iterable[KeptCommand]) -> frozenset[CommandId]:
    """Return those of ``kept``, given in their order, that a conflict holds up."""
    stuck: list[KeptCommand] = []
    waiting: set[CommandId] = set()
    for entry in kept:
        if entry.state is KeptState.CONFLICT:
            stuck.append(entry)
        elif any(depends(entry.command, other.command) for other in stuck):
            stuck.append(entry)
            waiting.add(entry.id)
    return frozenset(waiting)
