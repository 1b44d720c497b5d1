"""Where a feed is in which life of the log; on the feed's thread."""

from __future__ import annotations

from db.change_feed.page import Page
from db.change_feed.snapshot import Snapshot


class Place:
    """Written as ``life|snapshot``. seen: what was handed over, None before the first read."""

    def __init__(self, position: str | None) -> None:
        """Begin at ``position``, or nowhere yet; what cannot be read counts as another life."""
        life, _, snapshot = (position or "").partition("|")
        self._life = life
        self.seen: Snapshot | None = None
        self._has_missed = position is not None
        try:
            self.seen = Snapshot.parse(snapshot)
        except ValueError:
            self._life = ""

    @property
    def has_missed(self) -> bool:
        """Whether changes may have happened that cannot be told one by one."""
        return self._has_missed

    def was_away(self) -> None:
        """Note that the database was not there when it should have been."""
        self._has_missed = True

    def is_in(self, life: str) -> bool:
        """Return whether what was seen belongs to this ``life`` of the log."""
        return self.seen is not None and self._life == life

    def move_to(self, life: str) -> None:
        """Begin anew in ``life``; from now on whatever is left behind has been missed."""
        self._life = life
        self._has_missed = True

    def after(self, page: Page) -> str:
        """Return the position after ``page``."""
        return f"{self._life}|{page.until}"


def life_of(position: str) -> str:
    """Return the life of the log that ``position`` belongs to."""
    return position.partition("|")[0]
