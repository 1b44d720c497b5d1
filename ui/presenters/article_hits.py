"""Wires articles to the ticket that is typed: hits, the reader beside it, links; main thread.

Typing never waits: a question is asked when the hands rest, and an answer to an older one is not
shown any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from agent_desk.domain.article import ArticleHit, ArticleLink
from agent_desk.domain.article_command import ArticleCommand
from agent_desk.domain.article_log import PUBLISHED, RETIRED
from agent_desk.domain.category_tree import CategoryTree
from agent_desk.domain.errors import AgentDeskError
from agent_desk.domain.event_log import Stream
from agent_desk.domain.identifiers import ArticleId, CategoryId, TicketId
from agent_desk.domain.ticket import Category
from agent_desk.services.change_watch import SharedRecordsChangedEvent
from agent_desk.services.knowledge import ArticleReading
from ui.language import Language, current_language, in_current_language, tr
from ui.presenters.article_panels import ArticlePanels
from ui.presenters.context import Context
from ui.presenters.storage import unavailable_text
from ui.presenters.ticket import TicketPresenter
from ui.ticket.used_articles import UsedArticle

PAUSE_MS: Final = 250
"""How long the hands rest before a question is asked."""

_LEAST_LETTERS: Final = 2


class ArticleHitsPresenter(QObject):
    """Owns the strip below the subject and the reader in the timeline's place.

    opened: an article is read there.
    """

    opened = Signal()

    def __init__(
        self, *, context: Context, panels: ArticlePanels, tickets: TicketPresenter
    ) -> None:
        """Follow what is typed into ``panels.editor``; ``tickets`` says what was saved."""
        super().__init__()
        self._context = context
        self._panels = panels
        self._tickets = tickets
        self._asked = 0
        self._wanted = ""
        self._categories: Sequence[Category] = ()
        # Of the editor: with it goes whatever was to be asked of it.
        self._pause = QTimer(panels.editor, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._ask)
        editor = panels.editor
        editor.question_changed.connect(self._pause.start)
        editor.begun.connect(self._begin)
        editor.form.hits.wanted.connect(self.read)
        tickets.articles_used.connect(self._link)
        self._is_read = False
        self._linked = ""
        context.bridge.subscribe(SharedRecordsChangedEvent, self._on_others)
        context.ask(context.desk.tickets.categories, self._know, owner=self)

    def read(self, article_id: str) -> None:
        """Show an article beside the ticket."""
        self._wanted = article_id
        reader = self._panels.reader
        if not self._is_read:
            self._is_read = True
            reader.closed.connect(self._close)
            reader.used.connect(self._panels.editor.use_article)
            reader.newer_wanted.connect(lambda: self.read(self._wanted))
        reader.show_loading()
        self._panels.show_reader(True)
        if self._has_hands():
            self.opened.emit()
        self._context.ask(
            lambda: self._context.desk.knowledge.read(ArticleId(article_id)),
            lambda reading: self._show(article_id, reading),
            failed=lambda error: self._unreadable(article_id, error),
            owner=self,
        )

    def focus_hits(self) -> None:
        """Go to the first article by keyboard."""
        self._panels.editor.form.hits.focus_first()

    def say_solved(self) -> None:
        """What is read beside the ticket settled it."""
        if self._wanted:
            self._panels.reader.say_solved()

    def _on_others(self, event: SharedRecordsChangedEvent) -> None:
        kinds = {
            change.stream_id: change.kind
            for change in event.changes
            if change.stream is Stream.ARTICLE and change.kind in (PUBLISHED, RETIRED)
        }
        if not kinds:
            return
        if self._panels.editor.form.hits.shown_ids():
            self._pause.start()
        kind = kinds.get(self._wanted)
        if kind == PUBLISHED:
            self._panels.reader.offer_newer()
        elif kind == RETIRED:
            self._panels.reader.say_withdrawn()

    def _has_hands(self) -> bool:
        """Return whether the person has just chosen a hit by keyboard, or is in the reader."""
        focus = QApplication.focusWidget()
        if focus is None:
            return False
        strip = self._panels.editor.form.hits
        return strip.isAncestorOf(focus) or self._panels.reader.isAncestorOf(focus)

    def _know(self, categories: Sequence[Category]) -> None:
        self._categories = categories
        names = {str(c.id): in_current_language(c.name, c.name_zh) for c in categories}
        self._panels.editor.form.hits.set_categories(names)

    def _begin(self) -> None:
        """What follows is about another ticket: no answer and no article of the former one."""
        self._asked += 1
        self._linked = ""
        self._pause.stop()
        self._close()

    def _close(self) -> None:
        self._wanted = ""
        had_hands = self._is_read and self._has_hands()
        self._panels.show_reader(False)
        if had_hands:
            self._panels.editor.focus_subject()

    def _ask(self) -> None:
        self._read_links()
        subject, category = self._panels.editor.question()
        self._asked += 1
        mine = self._asked
        if len(subject.strip()) < _LEAST_LETTERS:
            self._panels.editor.form.hits.show_hits(())
            return
        workspace = self._tickets.workspace
        card = workspace.card if workspace is not None else None
        products = tuple(product.name for product in card.products) if card else ()
        category_id = CategoryId(category) if category else None

        def show(hits: Sequence[ArticleHit]) -> None:
            if mine == self._asked:
                self._panels.editor.form.hits.show_hits(hits)

        self._context.ask(
            lambda: self._context.desk.knowledge.suggest(subject, category_id, products),
            show,
            failed=lambda _: show(()),
            owner=self,
        )

    def _read_links(self) -> None:
        """Read what the ticket that is joined or changed is linked to, once."""
        ticket_id = self._panels.editor.ticket_id()
        if ticket_id == self._linked:
            return
        self._linked = ticket_id

        def show(links: Sequence[ArticleLink]) -> None:
            if ticket_id == self._panels.editor.ticket_id():
                for link in links:
                    self._panels.editor.show_used(_used_before(link))

        if ticket_id:
            self._context.ask(
                lambda: self._context.desk.knowledge.of_ticket(TicketId(ticket_id)),
                show,
                failed=lambda _: None,
                owner=self,
            )

    def _show(self, article_id: str, reading: ArticleReading) -> None:
        if article_id != self._wanted:
            return
        said = self._panels.editor.form.hits.used.get(article_id)
        category = reading.version.content.category_id
        chinese = current_language() is Language.ZH
        path = CategoryTree(self._categories).path(category, chinese=chinese) if category else ""
        had_hands = self._has_hands()
        self._panels.reader.show_reading(reading, path, said)
        if had_hands:
            self._panels.reader.focus_text()

    def _unreadable(self, article_id: str, error: AgentDeskError) -> None:
        if article_id == self._wanted:
            self._panels.reader.show_unavailable(unavailable_text(error))

    def _link(self, ticket_id: str, used: tuple[UsedArticle, ...]) -> None:
        """Save with the ticket what was read for it; the ticket is saved already."""
        commands = self._context.desk.commands
        ticket = TicketId(ticket_id)
        for article in (a for a in used if not a.stored):
            key = ArticleId(article.id)
            use = commands.use_article(key, ticket, number=article.number, solved=article.solved)
            self._submit(use)
            if article.helped is not None and not article.solved:
                self._submit(
                    commands.rate_article(key, ticket, helped=article.helped, remark=article.remark)
                )

    def _submit(self, command: ArticleCommand) -> None:
        self._context.ask(lambda: self._context.desk.outbox.submit(command), owner=self)


def _used_before(link: ArticleLink) -> UsedArticle:
    return UsedArticle(
        id=link.article_id,
        number=link.number,
        title=link.title or tr("article.retired"),
        title_zh=link.title_zh,
        solved=link.solved,
        stored=True,
    )
