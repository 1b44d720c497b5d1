"""Which transactions a reader has seen, as PostgreSQL writes it; pure, any thread.

``pg_snapshot`` is ``xmin:xmax:open,open``: everything below ``xmax`` has ended, but for the open
ones (https://www.postgresql.org/docs/15/functions-info.html#FUNCTIONS-PG-SNAPSHOT). Numbers in the
log are handed out before the commit, snapshots are not: a reader that keeps one can say of every
row whether it has seen it, in whatever order transactions end.

A crashed server gives numbers out again that reached no disk, those of unfinished and rolled back
transactions. So a reader never counts what lies beyond the newest row that it has read: that one
was committed, and with it every number up to it is on the disk.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Transactions that are seen: those below ``xmax`` that are not in ``open``.

    open: numbers of transactions, sorted. partial: (transaction, seq) where a page ended inside
    of a transaction, which then counts as open; its rows up to seq are seen.
    """

    xmax: int
    open: tuple[int, ...] = ()
    partial: tuple[int, int] | None = None

    @classmethod
    def parse(cls, text: str) -> Snapshot:
        """Return the snapshot that ``str`` or PostgreSQL wrote; ValueError for another text."""
        numbers, _, partial = text.partition("@")
        xmin, xmax, running = numbers.split(":")
        int(xmin)
        open_ = tuple(int(number) for number in running.split(",")) if running else ()
        transaction, _, seq = partial.partition(",")
        return cls(int(xmax), open_, (int(transaction), int(seq)) if partial else None)

    def __str__(self) -> str:
        """Return it as ``xmin:xmax:open,open``, with ``@transaction,seq`` inside of one."""
        xmin = self.open[0] if self.open else self.xmax
        text = f"{xmin}:{self.xmax}:{','.join(map(str, self.open))}"
        return f"{text}@{self.partial[0]},{self.partial[1]}" if self.partial else text

    def has_seen(self, transaction: int, seq: int) -> bool:
        """Return whether the row ``seq`` of ``transaction`` was handed over already."""
        if self.partial is not None and transaction == self.partial[0]:
            return seq <= self.partial[1]
        return transaction < self.xmax and transaction not in self.open

    def includes(self, other: Snapshot) -> bool:
        """Return whether everything seen in ``other`` is seen here too.

        Both must be whole (without ``partial``) and of one server; such snapshots are ordered.
        """
        unseen = set(other.open)
        return other.xmax <= self.xmax and all(
            number >= other.xmax or number in unseen for number in self.open
        )

    def up_to(self, newest: int) -> Snapshot:
        """Return it without what lies beyond ``newest``, the newest transaction that was read."""
        return Snapshot(newest + 1, tuple(number for number in self.open if number <= newest))

    def after_page(self, now: Snapshot, *, last: tuple[int, int]) -> Snapshot:
        """Return what is seen after a page that did not reach the end; ``self`` must be whole.

        The page had rows that ``now`` shows and ``self`` does not, ordered by transaction and
        seq; ``last`` is its last row. The rest of that transaction has to be read next.
        """
        transaction = last[0]
        still = {number for number in now.open if number < transaction}
        later = {number for number in self.open if number > transaction}
        return Snapshot(
            xmax=max(self.xmax, transaction + 1),
            open=tuple(sorted(still | {transaction} | later)),
            partial=last,
        )

    def after_rest(self) -> Snapshot:
        """Return what is seen once the transaction in ``partial`` was read to its end."""
        assert self.partial is not None
        done = self.partial[0]
        return Snapshot(self.xmax, tuple(number for number in self.open if number != done))
