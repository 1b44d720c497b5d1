"""Up to three articles below the subject of a ticket, and those that go with it; main thread."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from agent_desk.domain.article import ArticleHit
from ui.language import in_current_language, tr
from ui.theme.theme import px
from ui.ticket.hit_row import HitRow
from ui.ticket.used_articles import UsedArticle, UsedArticles
from ui.widgets.label import Label

MOST: Final = 3


class HitsStrip(QWidget):
    """Hidden while it has nothing to say. wanted: read the article of this id."""

    wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.used = UsedArticles()
        self._hits: tuple[ArticleHit, ...] = ()
        self._categories: dict[str, str] = {}
        self._shown: list[str] = []
        self._title = Label("article_hits.title", role="muted")
        self.rows = [HitRow() for _ in range(MOST)]
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(1))
        layout.addWidget(self._title)
        for number, row in enumerate(self.rows):
            layout.addWidget(row)
            row.clicked.connect(lambda _=False, place=number: self._open(place))
        self.hide()
        self.retranslate()

    def set_categories(self, names: Mapping[str, str]) -> None:
        """Know the categories' names in the language on screen."""
        self._categories = dict(names)
        self._show()

    def show_hits(self, hits: Sequence[ArticleHit]) -> None:
        """Show what may solve the ticket, best first."""
        self._hits = tuple(hits)
        self._show()

    def use(self, article: UsedArticle) -> None:
        """Keep with the ticket what was said of an article."""
        self.used.add(article)
        self._show()

    def forget(self) -> None:
        """Begin another ticket: nothing is found and nothing used."""
        self._hits = ()
        self.used.clear()
        self._show()

    def restore(self, fields: Mapping[str, str]) -> None:
        """Take up what a draft kept."""
        self.used.restore(fields)
        self._show()

    def focus_first(self) -> bool:
        """Go to the first article; return whether there is one."""
        if self.isHidden() or not self._shown:
            return False
        self.rows[0].setFocus(Qt.FocusReason.ShortcutFocusReason)
        return True

    def shown_ids(self) -> tuple[str, ...]:
        """Return the articles shown now, in their order."""
        return tuple(self._shown)

    def retranslate(self) -> None:
        """Set every text anew."""
        self.setAccessibleName(tr("article_hits.name"))
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _open(self, place: int) -> None:
        if place < len(self._shown):
            self.wanted.emit(self._shown[place])

    def _show(self) -> None:
        entries = list(self._entries())[:MOST]
        self._shown = [key for key, *_ in entries]
        for row, entry in zip(self.rows, entries, strict=False):
            row.show_article(*entry[1:])
            row.show()
        for row in self.rows[len(entries) :]:
            row.setVisible(False)
        self.setVisible(bool(entries))

    def _entries(self) -> Iterable[tuple[str, str, tuple[str, ...], str, str]]:
        """Yield id, title, what is at the right, icon and its colour."""
        used = self.used.all()
        for article in used:
            key = "article_hits.solved_by" if article.solved else "article_hits.used"
            icon, token = ("circle-check", "success") if article.solved else ("eye", "text_muted")
            yield article.id, tr(key, title=article.shown_title), (), icon, token
        known = {article.id for article in used}
        for hit in self._hits:
            if hit.id not in known:
                title = in_current_language(hit.title, hit.title_zh)
                yield hit.id, title, self._about(hit), "book-open", "accent"

    def _about(self, hit: ArticleHit) -> tuple[str, ...]:
        """Return what is to be said of a hit, the longest first."""
        category = self._categories.get(hit.category_id or "", "")
        count = hit.figures.solved
        solved = tr("article.solved", count=count) if count else ""
        short = tr("article.solved_short", count=count) if count else ""
        both = " · ".join(part for part in (category, solved) if part)
        return tuple(part for part in (both, solved, short) if part)
