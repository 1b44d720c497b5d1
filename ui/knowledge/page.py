"""The knowledge page: search, what waits for a review, what one writes oneself; Qt main thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from agent_desk.domain.article import ArticleHit, ArticleLine
from agent_desk.domain.ticket import Category
from ui.article_words import article_kind, merits_in_a_list, shown_title
from ui.formats import format_moment
from ui.knowledge.article_detail import ArticleDetail, ShownArticle
from ui.knowledge.article_form import ArticleForm
from ui.language import in_current_language, tr
from ui.theme.theme import px
from ui.widgets.buttons import Button
from ui.widgets.grouped_list import Group, GroupedRow
from ui.widgets.list_and_detail import ListAndDetail, ListWords

SEARCH_MS: Final = 200
"""How long the hands rest before a search is asked."""

_WORDS: Final = ListWords(
    icon="book-open",
    title="knowledge.title",
    empty="knowledge.empty",
    empty_text="knowledge.empty_text",
    loading="knowledge.loading",
    unavailable="knowledge.unavailable",
    retry="knowledge.retry",
    nothing_icon="book-open",
    nothing_marked="knowledge.nothing_marked",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLists:
    """What the page lists: waiting for this reviewer, written by this person, published."""

    to_review: Sequence[ArticleLine] = ()
    mine: Sequence[ArticleLine] = ()
    published: Sequence[ArticleHit] = ()


class KnowledgePage(QWidget):
    """searched: answer with ``show_lists``. article_marked: with ``show_article``.

    new_requested: answer with ``write``.
    """

    searched = Signal(str)
    article_marked = Signal(str)
    new_requested = Signal()
    reload_requested = Signal()

    def __init__(self, *, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self._now = now
        self._lists = ShownLists()
        self._categories: dict[str, str] = {}
        self._wanted = ""
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(True)
        self.new = Button("knowledge.new", "plus")
        self.detail = ArticleDetail(now=now)
        self.form = ArticleForm()
        self._columns = ListAndDetail(
            words=_WORDS, head=(self.new,), details=(self.detail, self.form), under=(self.search,)
        )
        self.list = self._columns.list
        self._pause = QTimer(self, singleShot=True, interval=SEARCH_MS)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(px(16), px(16), px(16), px(16))
        layout.addWidget(self._columns)
        self._connect()
        self.retranslate()

    def offer_writing(self, offered: bool) -> None:
        """Offer to write only to who may."""
        self.new.setVisible(offered)

    def set_categories(self, categories: Sequence[Category], names: Mapping[str, str]) -> None:
        """Know the categories; names: id to name in the language on screen."""
        self.form.set_categories(categories)
        self._categories = dict(names)
        self._show_groups()

    def query(self) -> str:
        """Return what is searched for."""
        return self.search.text()

    def show_lists(self, lists: ShownLists) -> None:
        """Show what is there."""
        self._lists = lists
        self._columns.show_known()
        self._show_groups()
        if self._wanted:
            self.list.mark(self._wanted)
            self._wanted = ""
        if not self.is_writing() and not self.list.marked_id():
            self._columns.show_detail(None)

    def mark(self, article_id: str) -> None:
        """Mark an article, now or as soon as it is listed."""
        self._wanted = article_id
        self.list.mark(article_id)

    def show_article(self, shown: ShownArticle) -> None:
        """Show the marked article, unless something is being written."""
        self.detail.show_article(shown)
        if not self.is_writing():
            self._columns.show_detail(self.detail)

    def write(self) -> None:
        """Show the form, with the cursor in it."""
        self._columns.show_detail(self.form)
        self.form.focus_first()

    def stop_writing(self) -> None:
        """Show the marked article again."""
        had_focus = self.form.isAncestorOf(self.focusWidget())
        marked = self.list.marked_id() and self.detail.article is not None
        self._columns.show_detail(self.detail if marked else None)
        if had_focus:
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def is_writing(self) -> bool:
        """Return whether the form is shown."""
        return self._columns.shown_detail() is self.form

    def show_loading(self) -> None:
        """Say that the articles are on their way; those on screen stay."""
        self._columns.show_loading()

    def show_unavailable(self, text: str) -> None:
        """Say why the articles are not to be had; those on screen stay."""
        self._columns.show_unavailable(text)

    def retranslate(self) -> None:
        """Set every text anew."""
        self.search.setPlaceholderText(tr("knowledge.search_hint"))
        self.search.setAccessibleName(tr("knowledge.search"))
        self._show_groups()

    def showEvent(self, event: QShowEvent) -> None:
        """Go to the search: the next keys are meant for it."""
        super().showEvent(event)
        if not event.spontaneous() and not self.is_writing():
            self.search.setFocus(Qt.FocusReason.OtherFocusReason)
            self.searched.emit(self.query())

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _connect(self) -> None:
        self.search.textChanged.connect(lambda _: self._pause.start())
        self._pause.timeout.connect(lambda: self.searched.emit(self.query()))
        self.search.returnPressed.connect(
            lambda: self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        )
        self.new.clicked.connect(self.new_requested)
        self.list.row_marked.connect(self._on_marked)
        self.list.row_opened.connect(lambda _: self.detail.focusNextChild())
        self._columns.reload_requested.connect(self.reload_requested)

    def _on_marked(self, article_id: str) -> None:
        if article_id:
            self.article_marked.emit(article_id)
        elif not self.is_writing():
            self._columns.show_detail(None)

    def _show_groups(self) -> None:
        lists = self._lists
        waiting = {line.article.id for line in lists.to_review}
        mine = [line for line in lists.mine if line.article.id not in waiting]
        known = {*waiting, *(line.article.id for line in mine)}
        found = [hit for hit in lists.published if hit.id not in known]
        self._columns.show_groups(
            (
                Group(tr("knowledge.to_review"), self._lines(lists.to_review)),
                Group(tr("knowledge.mine"), self._lines(mine)),
                Group(tr("knowledge.published"), tuple(self._hit(hit) for hit in found)),
            )
        )

    def _lines(self, lines: Iterable[ArticleLine]) -> tuple[GroupedRow, ...]:
        return tuple(self._line(line) for line in lines)

    def _line(self, line: ArticleLine) -> GroupedRow:
        article = line.article
        return GroupedRow(
            id=article.id,
            title=shown_title(article.content),
            about=tr("knowledge.by", author=article.author),
            pill=tr(f"article_state.{article.state}"),
            kind=article_kind(article.state),
            due=format_moment(article.changed_at, self._now()),
        )

    def _hit(self, hit: ArticleHit) -> GroupedRow:
        return GroupedRow(
            id=hit.id,
            title=in_current_language(hit.title, hit.title_zh),
            about=self._categories.get(hit.category_id or "", ""),
            pill="",
            kind="neutral",
            due=merits_in_a_list(hit.figures),
        )
