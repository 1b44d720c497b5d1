"""What every implementation of ``ports.change_feed.ChangeFeed`` does.

A subclass named ``Test...`` gives the fixture ``house``: a log that feeds follow and others write.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

import pytest

from agent_desk.domain.change import (
    MAX_BATCH,
    MAX_CATCH_UP,
    Change,
    ChangeBatch,
    FeedState,
    FeedStateChangedEvent,
)
from agent_desk.domain.event_log import LoggedEvent, Stream
from agent_desk.domain.identifiers import CustomerId, EventId
from agent_desk.ports.change_feed import ChangeFeed
from tests.contracts.storage_samples import AGENT, NOW, fresh_id

WAIT_SECONDS = 20.0


class FeedHouse(Protocol):
    """One log, and how a test makes feeds of it and changes in it."""

    def feed(self, *, max_catch_up: int = MAX_CATCH_UP) -> ChangeFeed:
        """Return a feed that is not open."""
        ...

    async def write(self, events: Sequence[LoggedEvent]) -> None:
        """Commit ``events`` in one transaction."""
        ...

    async def fail(self, events: Sequence[LoggedEvent]) -> None:
        """Write ``events`` in a transaction that is rolled back."""
        ...

    async def restore(self) -> None:
        """Let the log begin a new life, as after restoring a backup."""
        ...


class CutHouse(FeedHouse, Protocol):
    """A log that can be cut off."""

    async def cut(self) -> None:
        """Let nobody read or write."""
        ...

    async def heal(self) -> None:
        """Undo ``cut``."""
        ...


class Heard:
    """What the listener of one feed was told."""

    def __init__(self, feed: ChangeFeed) -> None:
        """Listen from now on."""
        self.batches: list[ChangeBatch] = []
        self.states: list[FeedState] = []
        self._came = asyncio.Event()
        self.stop = feed.subscribe(self._hear)

    @property
    def changes(self) -> list[Change]:
        """Every change in the order in which it came."""
        return [change for batch in self.batches for change in batch.changes]

    @property
    def ids(self) -> list[EventId]:
        """Their events."""
        return [change.id for change in self.changes]

    @property
    def resets(self) -> int:
        """How often everything was to be read again."""
        return sum(batch.reset for batch in self.batches)

    async def until(self, is_enough: Callable[[], bool]) -> None:
        """Return once ``is_enough``; TimeoutError when that takes too long."""
        async with asyncio.timeout(WAIT_SECONDS):
            while not is_enough():
                self._came.clear()
                await self._came.wait()

    async def events(self, events: Sequence[LoggedEvent]) -> None:
        """Return once all ``events`` were told."""
        wanted = {event.id for event in events}
        await self.until(lambda: wanted <= set(self.ids))

    def _hear(self, event: ChangeBatch | FeedStateChangedEvent) -> None:
        if isinstance(event, ChangeBatch):
            self.batches.append(event)
        else:
            self.states.append(event.state)
        self._came.set()


def an_event(
    stream: Stream = Stream.TICKET, *, kind: str = "Opened", **named: str | None
) -> LoggedEvent:
    """Return an event of a new record, whose payload has ``named`` besides."""
    return LoggedEvent(
        id=EventId(fresh_id()),
        stream=stream,
        stream_id=fresh_id(),
        kind=kind,
        at=NOW,
        actor=AGENT,
        payload={"subject": "refund", **named},
    )


def events(count: int) -> list[LoggedEvent]:
    """Return ``count`` events of as many records."""
    return [an_event() for _ in range(count)]


class ChangeFeedContract:
    async def _open(self, feed: ChangeFeed, position: str | None = None) -> Heard:
        heard = Heard(feed)
        await feed.open(position)
        return heard

    async def test_a_change_is_told_with_what_it_is_about(self, house: FeedHouse) -> None:
        feed = house.feed()
        heard = await self._open(feed)
        event = an_event(Stream.CUSTOMER, kind="CustomerChanged")

        await house.write([event])
        await heard.events([event])

        (change,) = heard.changes
        told = (change.id, change.stream, change.stream_id, change.kind, change.at, change.actor)
        assert told == (
            event.id,
            event.stream,
            event.stream_id,
            event.kind,
            event.at,
            event.actor,
        )
        await feed.close()

    async def test_a_change_tells_whom_the_record_is_about_and_whose_it_is(
        self, house: FeedHouse
    ) -> None:
        feed = house.feed()
        heard = await self._open(feed)
        wang = CustomerId(fresh_id())
        ticket = an_event(Stream.TICKET, customer_id=wang, owner=AGENT)
        stranger = an_event(Stream.INTERACTION, customer_id=None)
        customer = an_event(Stream.CUSTOMER)

        await house.write([ticket, stranger, customer])
        await heard.events([ticket, stranger, customer])

        told = [(change.customer_id, change.owner) for change in heard.changes]
        assert told == [(wang, AGENT), (None, None), (None, None)]
        assert [change.about for change in heard.changes] == [wang, None, customer.stream_id]
        await feed.close()

    async def test_a_feed_begins_now(self, house: FeedHouse) -> None:
        await house.write(events(3))
        feed = house.feed()
        heard = await self._open(feed)
        later = an_event()

        await house.write([later])
        await heard.events([later])

        assert heard.ids == [later.id]
        assert heard.resets == 0
        await feed.close()

    async def test_an_article_is_told_without_a_word_of_it(self, house: FeedHouse) -> None:
        feed = house.feed()
        heard = await self._open(feed)
        article = an_event(Stream.ARTICLE, kind="ArticlePublished")

        await house.write([article])
        await heard.events([article])

        (change,) = heard.changes
        assert (change.stream, change.stream_id) == (Stream.ARTICLE, article.stream_id)
        assert (change.kind, change.about, change.owner) == ("ArticlePublished", None, None)
        await feed.close()

    async def test_only_records_are_told(self, house: FeedHouse) -> None:
        feed = house.feed()
        heard = await self._open(feed)
        told = an_event(Stream.INTERACTION)

        await house.write([an_event(Stream.CALL), an_event(Stream.AGENT), told])
        await heard.events([told])

        assert heard.ids == [told.id]
        await feed.close()

    async def test_what_was_rolled_back_is_not_told(self, house: FeedHouse) -> None:
        feed = house.feed()
        heard = await self._open(feed)
        kept = an_event()

        await house.fail(events(2))
        await house.write([kept])
        await heard.events([kept])

        assert heard.ids == [kept.id]
        await feed.close()

    async def test_changes_of_one_transaction_come_in_the_order_of_their_numbers(
        self, house: FeedHouse
    ) -> None:
        feed = house.feed()
        heard = await self._open(feed)
        written = events(20)

        await house.write(written)
        await heard.events(written)

        assert heard.ids == [event.id for event in written]
        assert [change.seq for change in heard.changes] == sorted(
            {change.seq for change in heard.changes}
        )
        await feed.close()

    async def test_many_changes_come_in_pages(self, house: FeedHouse) -> None:
        feed = house.feed()
        heard = await self._open(feed)
        written = events(3 * MAX_BATCH)

        await house.write(written)
        await heard.events(written)

        assert max(len(batch.changes) for batch in heard.batches) <= MAX_BATCH
        assert sorted(heard.ids) == sorted(event.id for event in written)
        await feed.close()

    async def test_a_feed_goes_on_where_another_one_stopped(self, house: FeedHouse) -> None:
        first = house.feed()
        heard = await self._open(first)
        before, between, after = events(2), events(2 * MAX_BATCH + 7), events(2)
        await house.write(before)
        await heard.events(before)
        await first.close()
        await house.write(between)

        second = house.feed()
        again = await self._open(second, heard.batches[-1].position)
        await house.write(after)
        await again.events(between + after)

        assert sorted(again.ids) == sorted(event.id for event in between + after)
        assert again.resets == 0
        assert second.position == again.batches[-1].position or not again.batches
        await second.close()

    async def test_every_batch_is_a_place_to_go_on_from(self, house: FeedHouse) -> None:
        feed = house.feed()
        heard = await self._open(feed)
        small, large = events(5), events(MAX_BATCH * 2 + 1)
        await house.write(small)
        await heard.events(small)
        await house.write(large)
        await heard.events(large)
        await feed.close()
        last = an_event()
        await house.write([last])

        for number, batch in enumerate(heard.batches):
            rest = [c.id for later in heard.batches[number + 1 :] for c in later.changes]
            other = house.feed()
            again = await self._open(other, batch.position)
            await again.events([last])
            assert sorted(again.ids) == sorted([*rest, last.id])
            await other.close()

    async def test_whoever_was_away_too_long_reads_everything_again(self, house: FeedHouse) -> None:
        feed = house.feed()
        await feed.open()
        position = feed.position
        await feed.close()
        await house.write(events(2 * MAX_BATCH + 1))

        late = house.feed(max_catch_up=2 * MAX_BATCH)
        heard = await self._open(late, position)
        await heard.until(lambda: heard.resets == 1)
        now = an_event()
        await house.write([now])
        await heard.events([now])

        assert heard.ids == [now.id]
        await late.close()

    async def test_exactly_the_allowed_number_is_told(self, house: FeedHouse) -> None:
        feed = house.feed()
        await feed.open()
        position = feed.position
        await feed.close()
        written = events(2 * MAX_BATCH)
        await house.write(written)

        late = house.feed(max_catch_up=2 * MAX_BATCH)
        heard = await self._open(late, position)
        await heard.events(written)

        assert heard.resets == 0
        await late.close()

    async def test_a_restored_backup_is_read_anew(self, house: FeedHouse) -> None:
        feed = house.feed()
        heard = await self._open(feed)
        before = an_event()
        await house.write([before])
        await heard.events([before])
        await feed.close()
        await house.restore()

        again = house.feed()
        heard = await self._open(again, feed.position)
        await heard.until(lambda: heard.resets == 1)
        after = an_event()
        await house.write([after])
        await heard.events([after])

        assert heard.ids == [after.id]
        await again.close()

    @pytest.mark.parametrize("position", ["", "nonsense", "another life|12", "a|1:2:x"])
    async def test_a_position_of_another_log_means_reading_everything_again(
        self, house: FeedHouse, position: str
    ) -> None:
        await house.write(events(2))
        feed = house.feed()

        heard = await self._open(feed, position)
        await heard.until(lambda: heard.resets == 1)

        assert heard.ids == []
        await feed.close()

    async def test_two_feeds_are_told_the_same(self, house: FeedHouse) -> None:
        feeds = [house.feed(), house.feed()]
        heard = [await self._open(feed) for feed in feeds]
        written = events(3)

        for event in written:
            await house.write([event])
            feeds[0].ring()
        for one in heard:
            await one.events(written)

        assert [one.ids for one in heard] == [[event.id for event in written]] * 2
        for feed in feeds:
            await feed.close()

    async def test_the_state_is_live_while_open(self, house: FeedHouse) -> None:
        feed = house.feed()
        assert feed.state is FeedState.AWAY
        heard = await self._open(feed)
        await heard.until(lambda: feed.state is FeedState.LIVE)

        await feed.close()

        assert feed.state is FeedState.AWAY
        assert heard.states == [FeedState.LIVE]

    async def test_a_listener_that_stopped_hears_nothing(self, house: FeedHouse) -> None:
        feed = house.feed()
        heard = await self._open(feed)
        stopped = Heard(feed)
        stopped.stop()
        event = an_event()

        await house.write([event])
        await heard.events([event])

        assert stopped.batches == []
        await feed.close()

    async def test_a_closed_feed_tells_nothing_and_can_be_opened_again(
        self, house: FeedHouse
    ) -> None:
        feed = house.feed()
        heard = await self._open(feed)
        await feed.close()
        await feed.close()
        feed.ring()
        missed = an_event()
        await house.write([missed])

        await feed.open(feed.position)
        await heard.events([missed])

        assert heard.ids == [missed.id]
        await feed.close()


class CutFeedContract(ChangeFeedContract):
    """For implementations whose database can go away."""

    async def test_a_feed_that_was_cut_off_goes_on(self, house: CutHouse) -> None:
        feed = house.feed()
        heard = await self._open(feed)
        before, after = events(3), events(3)
        await house.write(before)
        await heard.events(before)

        await house.cut()
        await heard.until(lambda: feed.state is FeedState.AWAY)
        await house.heal()
        await house.write(after)
        await heard.events(after)
        await heard.until(lambda: feed.state is FeedState.LIVE)

        assert heard.ids == [event.id for event in before + after]
        assert heard.resets == 0
        await feed.close()

    async def test_a_feed_that_never_reached_the_database_has_all_read_again(
        self, house: CutHouse
    ) -> None:
        await house.cut()
        feed = house.feed()
        heard = await self._open(feed)
        assert (feed.state, feed.position) == (FeedState.AWAY, None)

        await house.heal()
        await heard.until(lambda: feed.state is FeedState.LIVE)

        assert heard.resets == 1
        await feed.close()

    async def test_a_feed_with_a_position_waits_for_the_database(self, house: CutHouse) -> None:
        feed = house.feed()
        await feed.open()
        position = feed.position
        await feed.close()
        missed = events(2)
        await house.write(missed)
        await house.cut()

        heard = await self._open(feed, position)
        await house.heal()
        await heard.events(missed)

        assert heard.resets == 0
        await feed.close()
