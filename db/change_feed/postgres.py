"""The change feed of a PostgreSQL database: a bell, a relay or a jittered poll.

A desk listens to the server's bell (`NOTIFY`) as long as there is no relay, asks a relay when one
is registered, and in any case looks about once a second. Everything runs on the feed's thread.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import ExitStack
from time import monotonic
from typing import TYPE_CHECKING

from agent_desk.domain.change import (
    MAX_BATCH,
    MAX_CATCH_UP,
    ChangeBatch,
    FeedState,
)
from db.change_feed.pace import BackOff, Pace, jittered, turn_seconds
from db.change_feed.page import Page
from db.change_feed.place import Place
from db.change_feed.relay_client import RelayClient, RelayLostError
from db.change_feed.relay_protocol import Beat
from db.change_feed.threaded_feed import ThreadedFeed

if TYPE_CHECKING:
    from db.change_feed.postgres_reader import PostgresReader, RelayAddress

_log = logging.getLogger(__name__)

POLL_SECONDS = 1.0
"""Pause between two looks at the database when nobody rings, give or take a fifth."""

READ_GAP_SECONDS = 0.1
"""Shortest pause between two looks that the bell asks for: fifty desks and a hundred changes a
second would otherwise make five thousand looks a second. A screen is painted no oftener."""

RING_GAP_SECONDS = 0.05
"""Shortest pause between two rings of one desk: `NOTIFY` takes a lock of the whole cluster."""

RELAY_LOOK_SECONDS = 10.0
"""Pause between two looks whether there is a relay."""

RELAY_RETRY_SECONDS = (3.0, 30.0)
"""Shortest and longest pause before a relay that is registered but does not answer is tried again;
each attempt may cost a second in which nothing is read."""


class PostgresChangeFeed(ThreadedFeed):
    """``ports.change_feed.ChangeFeed`` on the database at ``url``, through its own connection.

    max_catch_up: most changes that are told after having been away. uses_relay: whether a relay
    is asked when one is there. read_gap_seconds: see READ_GAP_SECONDS. on_page: gets every page
    on `desk-loop`, for a relay.
    """

    def __init__(
        self,
        *,
        url: str,
        password: str | None = None,
        max_catch_up: int = MAX_CATCH_UP,
        uses_relay: bool = True,
        read_gap_seconds: float = READ_GAP_SECONDS,
        on_page: Callable[[Page], None] | None = None,
    ) -> None:
        """Nothing is touched before ``open``."""
        super().__init__()
        self._url = url
        self._password = password
        self._max_catch_up = max_catch_up
        self._uses_relay = uses_relay
        self._on_page = on_page
        self._ringing = Pace(RING_GAP_SECONDS)
        self._reading = Pace(read_gap_seconds)
        self._relay_pause = BackOff(
            first_seconds=RELAY_RETRY_SECONDS[0], longest_seconds=RELAY_RETRY_SECONDS[1]
        )
        self._trouble = ""

    def ring(self) -> None:
        """Tell the other desks to look, after a commit of this one; returns at once."""
        self._ringing.wish()
        self._alarm.ring()

    def look(self) -> None:
        """Look soon, as if the bell had rung; returns at once."""
        self._reading.wish()
        self._alarm.ring()

    def keep_pace(self, seconds: float) -> None:
        """Look and ring no oftener than that; returns at once."""
        self._reading.gap_seconds = seconds
        self._ringing.gap_seconds = max(RING_GAP_SECONDS, seconds)

    def _follow(self, position: str | None) -> None:
        # Imported here, off the loop and after the first paint: it loads SQLAlchemy and psycopg.
        import psycopg

        place = Place(position)
        pause = BackOff(first_seconds=0.2, longest_seconds=2.0)
        while not self._closing.is_set():
            try:
                self._follow_once(place, pause)
            except RelayLostError as lost:
                _log.info("the relay is lost: %s", lost)
                self._become(FeedState.POLLING)
                self._alarm.wait(jittered(POLL_SECONDS / 2))
            except psycopg.Error as error:
                self._is_away(place, error, FeedState.POLLING if pause.is_first else FeedState.AWAY)
                self._alarm.wait(pause.next_seconds())

    def _is_away(self, place: Place, error: Exception, state: FeedState) -> None:
        """Say so; a connection that was only cut is back before anybody need know."""
        trouble = str(error).strip()
        if trouble != self._trouble:
            _log.info("the change feed cannot read the database: %s", trouble)
        self._trouble = trouble
        if place.seen is None:
            place.was_away()
            state = FeedState.AWAY
        self._become(state)
        self._open_returns()

    def _follow_once(self, place: Place, pause: BackOff) -> None:
        """Follow the database, then the relay that was found, until either is lost."""
        from db.change_feed.postgres_reader import PostgresReader

        with ExitStack() as lines:
            with PostgresReader(self._url, password=self._password) as reader:
                relay = self._follow_database(place, reader, pause, lines)
            if relay is not None:
                try:
                    self._follow_relay(place, relay)
                finally:
                    lines.close()
                    self._await_turn(relay.desks)

    def _await_turn(self, desks: int) -> None:
        """Return when it is this desk's turn of ``desks`` that all go to the database now."""
        if not self._closing.is_set():
            self._become(FeedState.POLLING)
            self._alarm.wait(turn_seconds(desks))

    # The database itself

    def _follow_database(
        self, place: Place, reader: PostgresReader, pause: BackOff, lines: ExitStack
    ) -> RelayClient | None:
        """Return the relay to follow from now on, or None when the feed is closing.

        lines: keeps the relay's connection and closes it in the end.
        """
        if not place.is_in(reader.life) and not self._begin(place, reader):
            return None
        relay, look_at, is_listening = None, 0.0, False
        while not self._closing.is_set():
            if monotonic() >= look_at:
                address = reader.relay() if self._uses_relay else None
                relay, look_at = self._joined(address, reader.life)
                if relay is not None:
                    lines.enter_context(relay)
                # A floor that has a relay is too large for everybody to listen.
                if address is None and not is_listening:
                    reader.listen()
                    is_listening = True
            if not self._catch_up(place, reader):
                break
            self._trouble = ""
            pause.succeeded()
            if relay is not None:
                return relay
            self._become(FeedState.LIVE if is_listening else FeedState.POLLING)
            self._open_returns()
            self._await_bell(reader)
        return None

    def _begin(self, place: Place, reader: PostgresReader) -> bool:
        """Begin at what is there now, saying so when something may have been missed."""
        begin = reader.now()
        page = Page(begin, begin, reset=place.has_missed)
        place.move_to(reader.life)
        return self._hand_on(place, page)

    def _catch_up(self, place: Place, reader: PostgresReader) -> bool:
        """Hand over everything unseen; False when the feed is closing."""
        while True:
            assert place.seen is not None
            page = reader.page(place.seen)
            is_first = place.seen.partial is None and not page.is_last
            if is_first and reader.is_behind(place.seen, self._max_catch_up):
                page = Page(place.seen, reader.now(), reset=True)
            if not self._hand_on(place, page):
                return False
            if page.is_last:
                return True

    def _await_bell(self, reader: PostgresReader) -> None:
        """Return when it is time to read, ringing for others meanwhile."""
        self._reading.done()
        poll_at = monotonic() + jittered(POLL_SECONDS)
        # The bell may have been heard amid the answers.
        self._listen_to(reader)
        while not self._closing.is_set():
            if self._ringing.take():
                reader.ring()
            left = min(poll_at - monotonic(), self._reading.left_seconds())
            if left <= 0.0:
                return
            if self._alarm.wait(min(left, self._ringing.left_seconds()), reader):
                self._listen_to(reader)

    def _listen_to(self, reader: PostgresReader) -> None:
        if reader.is_rung():
            self._reading.wish()

    # The relay

    def _joined(self, address: RelayAddress | None, life: str) -> tuple[RelayClient | None, float]:
        """Return the relay if it answers, and the monotonic time to look for one again."""
        if address is None:
            return None, monotonic() + jittered(RELAY_LOOK_SECONDS)
        try:
            client = RelayClient(address.address, token=address.token, life=life)
        except RelayLostError as lost:
            _log.info("the relay is registered but does not answer: %s", lost)
            return None, monotonic() + self._relay_pause.next_seconds()
        self._relay_pause.succeeded()
        return client, monotonic()

    def _follow_relay(self, place: Place, relay: RelayClient) -> None:
        """Return when something was missed, or the feed is closing."""
        self._become(FeedState.LIVE)
        self._open_returns()
        is_readable = False
        while not self._closing.is_set():
            for said in relay.messages(is_readable=is_readable):
                if isinstance(said, Beat):
                    self._become(said.state)
                elif not self._take(place, said):
                    return
            if self._ringing.take():
                relay.ring()
            wait_seconds = min(POLL_SECONDS, self._ringing.left_seconds())
            is_readable = self._alarm.wait(wait_seconds, relay)

    def _take(self, place: Place, page: Page) -> bool:
        """Hand over what of ``page`` is not seen yet; False when something lies between."""
        assert place.seen is not None
        if place.seen.includes(page.until):
            return True
        if not place.seen.includes(page.since):
            return False
        rows = tuple(
            row for row in page.rows if not place.seen.has_seen(row.transaction, row.change.seq)
        )
        return self._hand_on(place, Page(place.seen, page.until, rows))

    def _hand_on(self, place: Place, page: Page) -> bool:
        assert len(page.rows) <= MAX_BATCH
        batch = ChangeBatch(
            changes=tuple(row.change for row in page.rows),
            position=place.after(page),
            reset=page.reset,
        )
        if not self._hand_over(batch):
            return False
        place.seen = page.until
        if self._on_page is not None:
            on_page = self._on_page
            self._on_loop(lambda: on_page(page))
        return True
