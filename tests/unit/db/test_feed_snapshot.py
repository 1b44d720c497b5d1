"""Snapshots: written and read, compared, and cut into pages that lose and double nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.change_feed.snapshot import Snapshot


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    xmax = draw(st.integers(3, 60))
    running = draw(st.sets(st.integers(1, xmax - 1), max_size=8))
    return Snapshot(xmax, tuple(sorted(running)))


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[int], list[int], int, int]:
    """Return rows per transaction, the order of their ends, and two moments in it.

    Transactions are numbered from 0 as they begin; one may only end after it began.
    """
    rows = draw(st.lists(st.integers(0, 5), min_size=1, max_size=12))
    order = draw(st.permutations(range(len(rows))))
    first = draw(st.integers(0, len(rows)))
    second = draw(st.integers(first, len(rows)))
    return rows, list(order), first, second


@given(snapshots())
def test_a_snapshot_is_read_as_it_was_written(snapshot: Snapshot) -> None:
    assert Snapshot.parse(str(snapshot)) == snapshot


@given(snapshots(), st.integers(1, 9))
def test_a_place_inside_of_a_transaction_is_kept(snapshot: Snapshot, seq: int) -> None:
    inside = Snapshot(snapshot.xmax, snapshot.open, (snapshot.xmax - 1, seq))

    assert Snapshot.parse(str(inside)) == inside


def test_what_postgresql_writes_is_read() -> None:
    assert Snapshot.parse("730:732:730,731") == Snapshot(732, (730, 731))
    assert Snapshot.parse("10:10:") == Snapshot(10)


@pytest.mark.parametrize("text", ["", "10", "10:20", "a:b:c", "1:2:3,x", "1:2:@5"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Snapshot.parse(text)


@given(histories())
def test_a_later_snapshot_includes_an_earlier_one(
    history: tuple[list[int], list[int], int, int],
) -> None:
    rows, order, first, second = history
    early, late = snapshot_after(rows, order[:first]), snapshot_after(rows, order[:second])

    assert late.includes(early)
    assert early.includes(late) == (set(order[:first]) == set(order[:second]))


@given(histories(), st.integers(1, 4))
def test_pages_hand_over_every_row_once(
    history: tuple[list[int], list[int], int, int], page_size: int
) -> None:
    rows, order, first, second = history
    seen = begin_after(rows, order[:first])
    wanted = [
        (transaction, seq)
        for transaction in sorted(order[first:second])
        for seq in range(1, rows[transaction] + 1)
    ]
    log = [(t, s) for t in sorted(order[:second]) for s in range(1, rows[t] + 1)]
    now = snapshot_after(rows, order[:second])

    told: list[tuple[int, int]] = []
    for _ in range(200):
        page, seen, is_last = read(log, seen, now, page_size)
        told += page
        if is_last:
            break

    assert sorted(told) == wanted
    assert now.includes(seen)


@given(histories())
def test_nothing_beyond_the_newest_row_counts_as_seen(
    history: tuple[list[int], list[int], int, int],
) -> None:
    """A crashed server gives such numbers out again."""
    rows, order, first, second = history
    log = [(t, s) for t in sorted(order[:second]) for s in range(1, rows[t] + 1)]
    seen = begin_after(rows, order[:first])

    _, seen, _ = read(log, seen, snapshot_after(rows, order[:second]), size=100)

    newest = max((t for t, _ in log), default=-1)
    assert not any(seen.has_seen(number, 1) for number in range(newest + 1, len(rows) + 1))


@given(histories(), st.integers(1, 4))
def test_pages_stay_right_while_transactions_go_on_ending(
    history: tuple[list[int], list[int], int, int], page_size: int
) -> None:
    rows, order, first, second = history
    seen = begin_after(rows, order[:first])
    told: list[tuple[int, int]] = []
    ended = first
    for _ in range(200):
        # Between any two pages one more transaction may end, an old one included.
        ended = min(ended + 1, second)
        log = [(t, s) for t in sorted(order[:ended]) for s in range(1, rows[t] + 1)]
        page, seen, is_last = read(log, seen, snapshot_after(rows, order[:ended]), page_size)
        told += page
        if is_last and ended == second:
            break

    wanted = [(t, s) for t in order[first:second] for s in range(1, rows[t] + 1)]
    assert sorted(told) == sorted(wanted)


def snapshot_after(rows: list[int], ended: list[int]) -> Snapshot:
    """Return what the server would say when all have begun and those in ``ended`` have ended."""
    xmax = max(ended, default=-1) + 1
    return Snapshot(xmax, tuple(n for n in range(xmax) if n not in ended))


def begin_after(rows: list[int], ended: list[int]) -> Snapshot:
    """Return where a reader begins then, as `PostgresReader.now` says."""
    newest = max((number for number in ended if rows[number]), default=-1)
    return snapshot_after(rows, ended).up_to(newest)


def read(
    log: list[tuple[int, int]], seen: Snapshot, now: Snapshot, size: int
) -> tuple[list[tuple[int, int]], Snapshot, bool]:
    """Return the next page as `PostgresReader.page` asks for it."""
    if seen.partial is not None:
        transaction, after = seen.partial
        rest = [(t, s) for t, s in log if t == transaction and s > after][:size]
        if len(rest) < size:
            return rest, seen.after_rest(), False
        return rest, Snapshot(seen.xmax, seen.open, rest[-1]), False
    unseen = [row for row in log if not seen.has_seen(*row)]
    if len(unseen) < size:
        return unseen, now.up_to(max([seen.xmax - 1, *(t for t, _ in unseen)])), True
    page = unseen[:size]
    return page, seen.after_page(now, last=page[-1]), False
