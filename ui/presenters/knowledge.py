"""Wires the knowledge page: search and lists, writing, reviews, proposals; main thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject

from agent_desk.domain.article import Article, ArticleContent
from agent_desk.domain.article_command import ArticleCommand
from agent_desk.domain.article_log import RATED, RETIRED, USED
from agent_desk.domain.category_tree import CategoryTree
from agent_desk.domain.change import Change
from agent_desk.domain.errors import AgentDeskError
from agent_desk.domain.event_log import Stream
from agent_desk.domain.identifiers import ArticleId, WorkOrderId
from agent_desk.domain.rights import Right
from agent_desk.domain.ticket import Category
from agent_desk.services.case_log import ArticleChangedEvent
from agent_desk.services.change_watch import SharedRecordsChangedEvent
from agent_desk.services.outbox import Kept
from ui.article_words import shown_title
from ui.knowledge.article_detail import ShownArticle
from ui.knowledge.page import KnowledgePage, ShownLists
from ui.language import Language, current_language, error_text, in_current_language, tr
from ui.presenters.context import Context
from ui.presenters.storage import unavailable_text


def knowledge_page(context: Context) -> tuple[KnowledgePage, KnowledgePresenter]:
    """Return the page and what wires it."""
    page = KnowledgePage(now=context.now)
    return page, KnowledgePresenter(context=context, page=page)


class KnowledgePresenter(QObject):
    """The page, its form, and what is written in it."""

    def __init__(self, *, context: Context, page: KnowledgePage) -> None:
        """Read the lists and follow every change of this desk."""
        super().__init__()
        self._context = context
        self._page = page
        self._asked = 0
        self._changed = ""
        self._categories: Sequence[Category] = ()
        self._written: Article | None = None
        self._order: WorkOrderId | None = None
        may = context.desk.access.may
        self._may_write = may(Right.WRITE_ARTICLES)
        self._may_review = may(Right.REVIEW_ARTICLES)
        page.offer_writing(self._may_write)
        page.show_loading()
        self._connect()
        context.ask(context.desk.tickets.categories, self._know, owner=self)
        self.refresh()

    def refresh(self) -> None:
        """Read the lists again; an answer to an older question is not shown."""
        self._asked += 1
        mine = self._asked

        def show(lists: ShownLists) -> None:
            if mine == self._asked:
                self._page.show_lists(lists)
                self._read(self._page.list.marked_id())

        self._context.ask(
            self._lists,
            show,
            failed=lambda error: self._page.show_unavailable(unavailable_text(error)),
            owner=self,
        )

    def concerns(self, change: Change) -> bool:
        """Return whether ``change`` is seen in the lists; merits of one article are in its own."""
        if change.stream is not Stream.ARTICLE:
            return False
        return change.kind not in (USED, RATED) or change.stream_id == self._page.list.marked_id()

    def propose(self, order_id: str, number: int) -> None:
        """Write an article about a solved order, with what ticket and report say."""
        order = WorkOrderId(order_id)

        def begin(content: ArticleContent) -> None:
            self._begin(None, content, tr("knowledge.form_from_order", number=number))
            self._order = order

        self._context.ask(lambda: self._context.desk.knowledge.proposal(order), begin, owner=self)

    async def _lists(self) -> ShownLists:
        knowledge, query = self._context.desk.knowledge, self._page.query()
        return ShownLists(
            to_review=await knowledge.to_review() if self._may_review and not query else (),
            mine=await knowledge.mine() if self._may_write and not query else (),
            published=await knowledge.search(query),
        )

    def _connect(self) -> None:
        page, detail, form = self._page, self._page.detail, self._page.form
        commands = self._context.desk.commands
        self._context.bridge.subscribe(ArticleChangedEvent, lambda _: self.refresh())
        self._context.bridge.subscribe(SharedRecordsChangedEvent, self._on_others)
        page.searched.connect(lambda _: self.refresh())
        page.reload_requested.connect(self.refresh)
        page.article_marked.connect(self._read)
        page.new_requested.connect(
            lambda: self._begin(None, ArticleContent(), tr("knowledge.form_new"))
        )
        form.left.connect(page.stop_writing)
        form.saved.connect(self._save)
        detail.edit_requested.connect(
            lambda article: self._begin(article, article.content, tr("knowledge.form_edit"))
        )
        detail.submit_requested.connect(lambda a: self._step(lambda: commands.submit_article(a)))
        detail.publish_requested.connect(lambda a: self._step(lambda: commands.publish_article(a)))
        detail.send_back_requested.connect(
            lambda a, reason: self._step(lambda: commands.send_article_back(a, reason))
        )
        detail.retire_requested.connect(
            lambda a, reason: self._step(lambda: commands.retire_article(a, reason))
        )

    def _on_others(self, event: SharedRecordsChangedEvent) -> None:
        """Note what becomes of the article on the screen; the list is read again by itself."""
        shown = self._page.detail.article
        if shown is None or shown.id != self._page.list.marked_id():
            return
        change = event.newest(Stream.ARTICLE, shown.id)
        if change is None or change.kind in (USED, RATED):
            return
        if change.kind == RETIRED:
            title = shown_title(shown.content)
            self._context.notify("article", tr("knowledge.withdrawn_elsewhere", title=title))
        else:
            self._changed = shown.id

    def _know(self, categories: Sequence[Category]) -> None:
        self._categories = categories
        names = {str(c.id): in_current_language(c.name, c.name_zh) for c in categories}
        self._page.set_categories(categories, names)

    def _begin(self, article: Article | None, content: ArticleContent, title: str) -> None:
        self._written, self._order = article, None
        self._page.form.begin(content, title)
        self._page.write()

    def _read(self, article_id: str) -> None:
        if not article_id:
            return
        key = ArticleId(article_id)

        async def work() -> ShownArticle:
            return await self._shown(key)

        self._context.ask(
            work,
            self._show,
            failed=lambda error: self._page.show_unavailable(unavailable_text(error)),
            owner=self,
        )

    async def _shown(self, key: ArticleId) -> ShownArticle:
        knowledge = self._context.desk.knowledge
        article, figures = await knowledge.shown(key)
        return ShownArticle(
            article=article,
            figures=figures,
            versions=await knowledge.versions(key),
            author=article.author,
            mine=article.author == self._context.desk.access.login,
            may_write=self._may_write,
            may_review=self._may_review,
        )

    def _show(self, shown: ShownArticle) -> None:
        if shown.article.id != self._page.list.marked_id():
            return
        category = shown.article.content.category_id
        chinese = current_language() is Language.ZH
        path = CategoryTree(self._categories).path(category, chinese=chinese) if category else ""
        self._page.show_article(replace(shown, category=path))
        if self._changed == shown.article.id:
            self._changed = ""
            self._page.detail.say_changed()

    def _save(self, content: ArticleContent, submit: bool) -> None:
        """Save what is written, and have it reviewed when that is wanted."""
        desk, article, order = self._context.desk, self._written, self._order

        async def work() -> Article | Kept:
            command = desk.commands.save_article(article, content, order_id=order)
            saved = await desk.outbox.submit(command)
            if submit and isinstance(saved, Article):
                return await desk.outbox.submit(desk.commands.submit_article(saved))
            return saved

        self._context.ask(work, self._saved, failed=self._refused, owner=self)

    def _saved(self, outcome: Article | Kept) -> None:
        self._written = self._order = None
        self._page.stop_writing()
        if isinstance(outcome, Kept):
            self._context.notify("kept_here", tr("knowledge.kept"))
        else:
            self._page.mark(outcome.id)
            self._context.notify("article", tr("knowledge.saved", number=outcome.number), "success")
        self.refresh()

    def _refused(self, error: AgentDeskError) -> None:
        field = str(error.details.get("field", ""))
        self._page.form.show_error(field, error_text(error))

    def _step(self, make: Callable[[], ArticleCommand]) -> None:
        async def work() -> Article | Kept:
            return await self._context.desk.outbox.submit(make())

        self._context.ask(
            work,
            self._stepped,
            failed=lambda error: self._page.detail.show_error(error_text(error)),
            owner=self,
        )

    def _stepped(self, outcome: Article | Kept) -> None:
        self._page.detail.step_taken()
        if isinstance(outcome, Kept):
            self._context.notify("kept_here", tr("kept.one"))
        self.refresh()
