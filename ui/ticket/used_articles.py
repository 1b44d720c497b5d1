"""What was read for the ticket that is being typed, until it is saved; pure, main thread."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

from ui.language import in_current_language

FIELD = "articles"
"""Under which a draft keeps them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedArticle:
    """An article that goes with the ticket.

    number: the version that was read. solved: it settled the matter. helped: None where nobody
    said so. stored: the ticket is linked to it already, as it was saved.
    """

    id: str
    number: int
    title: str
    title_zh: str = ""
    solved: bool = False
    helped: bool | None = None
    remark: str = ""
    stored: bool = False

    @property
    def shown_title(self) -> str:
        """The title in the language on screen."""
        return in_current_language(self.title, self.title_zh)


class UsedArticles:
    """Each article once, in the order in which they were read."""

    def __init__(self) -> None:
        """Begin with none."""
        self._used: dict[str, UsedArticle] = {}

    def all(self) -> tuple[UsedArticle, ...]:
        """Return them."""
        return tuple(self._used.values())

    def get(self, article_id: str) -> UsedArticle | None:
        """Return what is said of an article, None when nothing."""
        return self._used.get(article_id)

    def add(self, article: UsedArticle) -> None:
        """Say something of an article; only one can have solved the ticket."""
        if article.solved:
            self._used = {
                k: replace(a, solved=False, stored=a.stored and not a.solved)
                for k, a in self._used.items()
            }
        self._used[article.id] = article

    def remove(self, article_id: str) -> None:
        """Take it off the ticket."""
        self._used.pop(article_id, None)

    def clear(self) -> None:
        """Begin anew."""
        self._used.clear()

    def to_fields(self) -> dict[str, str]:
        """Return them as a field of a draft, nothing when there is none."""
        return {FIELD: json.dumps([asdict(a) for a in self.all()])} if self._used else {}

    def restore(self, fields: Mapping[str, str]) -> None:
        """Take up what a draft kept."""
        kept = json.loads(fields.get(FIELD) or "[]")
        self._used = {entry["id"]: UsedArticle(**entry) for entry in kept}
