"""How articles serve, rebuilt from the event log alone; pure, any thread."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from agent_desk.domain.article import ArticleFigures
from agent_desk.domain.event_log import LoggedEvent, Stream
from agent_desk.domain.identifiers import ArticleId

PUBLISHED = "ArticlePublished"
"""Kind of the event that lets everybody read a version."""

RETIRED = "ArticleRetired"
"""Kind of the event after which nobody reads it any more."""

USED = "ArticleUsed"
"""An article was linked to a ticket; payload: ticket_id, solved."""

RATED = "ArticleRated"
"""An agent said whether it helped; payload: ticket_id, helped."""


def figures_of(events: Iterable[LoggedEvent]) -> Mapping[ArticleId, ArticleFigures]:
    """Return the figures of every article in ``events``, which are in the order of the log.

    Each ticket counts once for an article, each agent's rating once for a ticket: the last word
    holds. The tables `article_links` and `article_ratings` say the same.
    """
    links: dict[str, dict[str, bool]] = defaultdict(dict)
    ratings: dict[str, dict[tuple[str, str], bool]] = defaultdict(dict)
    for event in events:
        if event.stream is not Stream.ARTICLE:
            continue
        if event.kind == USED:
            links[event.stream_id][event.payload["ticket_id"]] = event.payload["solved"]
        elif event.kind == RATED:
            key = event.payload["ticket_id"], event.actor
            ratings[event.stream_id][key] = event.payload["helped"]
    return {
        ArticleId(key): ArticleFigures(
            used=len(links[key]),
            solved=sum(links[key].values()),
            rated=len(ratings[key]),
            helped=sum(ratings[key].values()),
        )
        for key in {*links, *ratings}
    }
