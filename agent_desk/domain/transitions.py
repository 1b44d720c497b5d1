"""State tables: what may follow what, and the refusal when it may not; pure, any thread."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Generic, TypeVar

from agent_desk.domain.errors import TransitionRefusedError

S = TypeVar("S", bound=StrEnum)


class StateTable(Generic[S]):
    """An immutable table from each state to the states that it leaves to."""

    def __init__(self, rows: Mapping[S, frozenset[S]]) -> None:
        """Keep ``rows``; every state must have a row, also those that are an end."""
        self._rows = MappingProxyType(dict(rows))

    def targets(self, state: S) -> frozenset[S]:
        """Return the states that ``state`` leaves to; empty for an end."""
        return self._rows[state]

    def is_end(self, state: S) -> bool:
        """Return whether nothing follows ``state``."""
        return not self._rows[state]

    def require(self, subject: str, state: S, target: S) -> None:
        """Raise TransitionRefusedError, naming ``subject``, unless ``target`` may follow."""
        if target in self._rows[state]:
            return
        raise TransitionRefusedError(
            subject=subject,
            state=state.value,
            target=target.value,
            allowed=", ".join(sorted(self._rows[state])) or "nothing, it is an end",
        )
