"""What a reader of the log gets at once, with the transactions that made it; pure, any thread."""

from __future__ import annotations

from dataclasses import dataclass

from agent_desk.domain.change import Change
from db.change_feed.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Row:
    """One change and the number of the transaction that made it."""

    transaction: int
    change: Change


@dataclass(frozen=True, slots=True)
class Page:
    """``rows`` by number: what is seen in ``until`` and was not seen in ``since``.

    is_last: nothing more was to be seen. reset: the rows between were passed over.
    """

    since: Snapshot
    until: Snapshot
    rows: tuple[Row, ...] = ()
    is_last: bool = True
    reset: bool = False
