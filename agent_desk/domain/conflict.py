"""Two people changed the same record: what each did, field by field; pure, any thread.

Nobody's words are overwritten by silence: what only one side changed is proposed, what both
changed is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from agent_desk.domain.errors import InputError
from agent_desk.domain.event_log import Stream


class Side(StrEnum):
    """Whose value a field gets."""

    MINE = "MINE"
    THEIRS = "THEIRS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Who saved something, and when (aware UTC). name: what people call them, "" when unknown."""

    actor: str
    at: datetime
    name: str = ""

    @property
    def who(self) -> str:
        """Their name, else their login."""
        return self.name or self.actor


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldConflict:
    """One field that is not the same on both sides.

    base: what both began with, None when nobody knows any more; has_base says so. edit: who gave
    it the value ``theirs``, None when the log does not tell.
    """

    field: str
    base: Any
    mine: Any
    theirs: Any
    has_base: bool = True
    edit: Edit | None = None

    @property
    def proposal(self) -> Side | None:
        """The side that alone changed the field; None when a person must choose."""
        if not self.has_base:
            return None
        if self.mine == self.base:
            return Side.THEIRS
        return Side.MINE if self.theirs == self.base else None

    def value(self, side: Side) -> Any:
        """Return what the field is on ``side``."""
        return self.mine if side is Side.MINE else self.theirs


@dataclass(frozen=True, slots=True, kw_only=True)
class EditConflict:
    """A save that came too late.

    stream, subject_id: what it is about. mine_version: what the person began with;
    theirs_version: what is stored, and what the next save must name. last_edit: who saved
    ``theirs_version``. fields: those that differ, in the record's order; may be empty, when both
    did the same.
    """

    stream: Stream
    subject_id: str
    mine_version: int
    theirs_version: int
    last_edit: Edit | None
    fields: tuple[FieldConflict, ...]

    @property
    def undecided(self) -> tuple[FieldConflict, ...]:
        """The fields in which a person must choose."""
        return tuple(each for each in self.fields if each.proposal is None)


def compare(
    *,
    mine: Mapping[str, Any],
    theirs: Mapping[str, Any],
    base: Mapping[str, Any] | None,
    edits: Mapping[str, Edit] | None = None,
) -> tuple[FieldConflict, ...]:
    """Return the fields of ``mine`` that differ from ``theirs``, in the order of ``mine``.

    A field that ``base`` lacks has no base. edits: the last of theirs, by field.
    """
    known = base or {}
    return tuple(
        FieldConflict(
            field=field,
            base=known.get(field),
            mine=value,
            theirs=theirs[field],
            has_base=field in known,
            edit=(edits or {}).get(field),
        )
        for field, value in mine.items()
        if field in theirs and value != theirs[field]
    )


def settled(fields: Iterable[FieldConflict], choices: Mapping[str, Side]) -> dict[str, Any]:
    """Return the value of every field by ``choices``, else by its proposal.

    Raises InputError naming the first field for which there is neither.
    """
    values = {}
    for each in fields:
        side = choices.get(each.field, each.proposal)
        if side is None:
            accepted = "yours or theirs"
            raise InputError(field=each.field, value="", accepted=accepted)
        values[each.field] = each.value(side)
    return values


def last_edits(
    base: Mapping[str, Any] | None, saves: Iterable[tuple[Edit, Mapping[str, Any]]]
) -> dict[str, Edit]:
    """Return who changed each field last; ``saves`` are whole records, oldest first.

    Without ``base`` the first save is what is compared with, and names nobody.
    """
    found: dict[str, Edit] = {}
    former = base
    for edit, record in saves:
        if former is not None:
            changed = (key for key, value in record.items() if former.get(key) != value)
            found.update(dict.fromkeys(changed, edit))
        former = record
    return found
