"""Hits below the subject, the reader, the page and its form: shown, reached by keyboard, told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from agent_desk.domain.article import (
    Article,
    ArticleContent,
    ArticleFigures,
    ArticleHit,
    ArticleLine,
    ArticleState,
    ArticleVersion,
)
from agent_desk.domain.identifiers import AgentId, ArticleId, CategoryId
from agent_desk.services.knowledge import ArticleReading
from tests.contracts.article_samples import BLINKS, INVOICE, SLOW
from tests.ui.customer import samples
from ui.knowledge.article_detail import ArticleDetail, ShownArticle
from ui.knowledge.article_form import ArticleForm
from ui.knowledge.page import KnowledgePage, ShownLists
from ui.knowledge.reader import ArticleReader
from ui.language import Language, set_language
from ui.ticket.hits_strip import HitsStrip
from ui.ticket.ticket_editor import TicketEditor
from ui.ticket.used_articles import UsedArticle, UsedArticles

NOW = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
LI, ZHAO = AgentId("li"), AgentId("zhao")
_S = ArticleState


def now() -> datetime:
    return NOW


def a_hit(key: str, content: ArticleContent, solved: int = 0) -> ArticleHit:
    return ArticleHit(
        id=ArticleId(key),
        number=1,
        title=content.title,
        title_zh=content.zh.title,
        category_id=CategoryId("router"),
        figures=ArticleFigures(used=solved, solved=solved),
    )


def an_article(state: ArticleState, **more: Any) -> Article:
    values: dict[str, Any] = {"content": BLINKS, "author": LI, **more}
    return Article(id=ArticleId("a"), state=state, created_at=NOW, changed_at=NOW, **values)


def shown(state: ArticleState, **more: Any) -> ShownArticle:
    article = more.pop("article", None) or an_article(state)
    version = ArticleVersion(
        article_id=article.id, number=article.number, author=LI, at=NOW, content=article.content
    )
    values: dict[str, Any] = {"versions": [version], "may_write": True, **more}
    return ShownArticle(article=article, figures=ArticleFigures(), **values)


def words(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


@pytest.fixture
def strip(qtbot: QtBot) -> HitsStrip:
    made = HitsStrip()
    qtbot.addWidget(made)
    made.resize(340, 120)
    made.show()
    made.set_categories({"router": "Router"})
    made.show_hits([a_hit("a", BLINKS, 12), a_hit("b", SLOW)])
    return made


def test_hits_say_title_category_and_how_often_they_solved(strip: HitsStrip) -> None:
    assert not strip.isHidden()
    assert strip.shown_ids() == ("a", "b")
    assert strip.rows[0].accessibleName() == f"{BLINKS.title} · Router · solved 12 calls"
    set_language(Language.ZH)
    strip.retranslate()
    assert strip.rows[0].accessibleName() == f"{BLINKS.zh.title} · Router · 已解决 12 次"
    strip.show_hits([])
    assert strip.isHidden()


def test_hits_are_reached_and_opened_by_keyboard(qtbot: QtBot, strip: HitsStrip) -> None:
    assert strip.focus_first()
    QTest.keyClick(strip.rows[0], Qt.Key.Key_Down)
    assert strip.rows[1].hasFocus()
    with qtbot.waitSignal(strip.wanted) as wanted:
        QTest.keyClick(strip.rows[1], Qt.Key.Key_Return)
    assert wanted.args == ["b"]


def test_what_was_used_stays_in_sight_and_one_article_solves(strip: HitsStrip) -> None:
    strip.use(UsedArticle(id="b", number=1, title="Slow", solved=True))
    strip.use(UsedArticle(id="a", number=1, title="Red", solved=True))

    assert [(a.id, a.solved) for a in strip.used.all()] == [("b", False), ("a", True)]
    assert strip.rows[1].text() == "Solved with: Red"
    strip.show_hits([])
    assert strip.shown_ids() == ("b", "a")


def test_used_articles_come_back_from_a_draft() -> None:
    used = UsedArticles()
    used.add(UsedArticle(id="a", number=2, title="Red", helped=False, remark="为什么"))
    again = UsedArticles()
    again.restore(used.to_fields())

    assert again.all() == used.all()
    again.restore({})
    assert again.all() == ()
    assert again.to_fields() == {}


def test_what_solved_a_ticket_fills_its_resolution_and_goes_with_it(qtbot: QtBot) -> None:
    editor = TicketEditor(now=samples.now)
    qtbot.addWidget(editor)
    editor.set_categories(samples.categories())
    editor.begin(samples.customer(), None, "")
    editor.restore({"subject": "Red light", "category_id": "router", "resolution": "FOLLOW_UP"})

    editor.use_article(UsedArticle(id="a", number=1, title="Router", solved=True))
    editor.use_article(UsedArticle(id="a", number=1, title="Router", solved=True))

    typed = editor.fields()
    assert (typed["resolution"], typed["description"]) == ("RESOLVED_NOW", "Solved with: Router")
    assert [a.id for a in editor.used_articles()] == ["a"]
    other = TicketEditor(now=samples.now)
    qtbot.addWidget(other)
    other.restore(typed)
    assert other.used_articles() == editor.used_articles()
    with qtbot.waitSignal(editor.begun):
        editor.show_saved(7)
    assert editor.used_articles() == ()


@pytest.fixture
def reader(qtbot: QtBot) -> ArticleReader:
    made = ArticleReader(now=now)
    qtbot.addWidget(made)
    made.resize(500, 500)
    made.show()
    return made


def a_reading(content: ArticleContent = BLINKS, *, is_kept: bool = False) -> ArticleReading:
    version = ArticleVersion(
        article_id=ArticleId("a"), number=3, author=LI, at=NOW, content=content
    )
    figures = ArticleFigures(used=4, solved=3, rated=2, helped=1)
    return ArticleReading(version=version, figures=figures, is_kept=is_kept)


def test_an_article_is_read_in_both_languages(reader: ArticleReader) -> None:
    reader.show_reading(a_reading(), "Technical › Router", None)

    assert "used 4 times · solved 3 calls · helped 50 %" in words(reader)
    assert BLINKS.en.fix in words(reader)
    QTest.keyClick(reader.view.language, Qt.Key.Key_Right)
    assert BLINKS.zh.fix in words(reader)
    assert BLINKS.en.fix not in words(reader)


def test_an_article_in_the_other_language_alone_says_so(reader: ArticleReader) -> None:
    reader.show_reading(a_reading(INVOICE), "", None)

    assert INVOICE.zh.fix in words(reader)
    assert "There is no text in your language yet" in words(reader)
    assert reader.view.language.isHidden()


def test_saying_that_it_solved_or_helped_is_told_once_and_shown(
    qtbot: QtBot, reader: ArticleReader
) -> None:
    reader.show_reading(a_reading(), "", None)
    with qtbot.waitSignal(reader.used) as solved:
        reader.say_solved()
    assert (solved.args[0].number, solved.args[0].solved) == (3, True)

    with qtbot.waitSignal(reader.used) as rated:
        QTest.mouseClick(reader.not_helped, Qt.MouseButton.LeftButton)
    assert (rated.args[0].solved, rated.args[0].helped) == (False, False)
    assert reader.remark.hasFocus()
    with qtbot.waitSignal(reader.used) as remarked:
        QTest.keyClicks(reader.remark, "x")
    assert remarked.args[0].remark == "x"
    assert "Noted with the ticket" in words(reader)
    with qtbot.waitSignal(reader.closed):
        QTest.keyClick(reader.remark, Qt.Key.Key_Escape)


def test_what_cannot_be_read_and_what_is_kept_are_told_calmly(reader: ArticleReader) -> None:
    reader.show_loading()
    reader.show_unavailable("The database is away")
    assert "The database is away" in words(reader)
    reader.say_solved()
    reader.show_reading(a_reading(is_kept=True), "", None)
    assert "this is what you read here last" in words(reader)


@pytest.fixture
def detail(qtbot: QtBot) -> ArticleDetail:
    made = ArticleDetail(now=now)
    qtbot.addWidget(made)
    made.resize(600, 500)
    made.show()
    return made


def steps(detail: ArticleDetail) -> set[str]:
    names = ("publish", "send_back", "submit", "edit", "retire")
    return {name for name in names if not getattr(detail, name).isHidden()}


@pytest.mark.parametrize(
    ("state", "who", "expected"),
    [
        (_S.DRAFT, {"mine": True}, {"submit", "edit", "retire"}),
        (_S.IN_REVIEW, {"mine": True}, {"edit"}),
        (_S.IN_REVIEW, {"mine": True, "may_review": True}, {"edit"}),
        (_S.IN_REVIEW, {"may_review": True}, {"publish", "send_back", "edit"}),
        (_S.PUBLISHED, {}, {"edit"}),
        (_S.PUBLISHED, {"may_write": False}, set()),
        (_S.PUBLISHED, {"may_review": True}, {"edit", "retire"}),
        (_S.RETIRED, {"may_review": True}, {"edit"}),
    ],
)
def test_only_the_steps_that_a_person_may_take_are_offered(
    detail: ArticleDetail, state: ArticleState, who: dict[str, bool], expected: set[str]
) -> None:
    published = 1 if state is _S.PUBLISHED else None
    detail.show_article(shown(state, article=an_article(state, published=published), **who))

    assert steps(detail) == expected


def test_a_reason_is_asked_before_an_article_goes_back(qtbot: QtBot, detail: ArticleDetail) -> None:
    detail.show_article(shown(_S.IN_REVIEW, may_review=True))
    QTest.mouseClick(detail.send_back, Qt.MouseButton.LeftButton)
    QTest.keyClick(detail.back_reason.editor, Qt.Key.Key_Return)
    assert detail.back_reason.field.error() == "Say why"
    QTest.keyClicks(detail.back_reason.editor, "which models?")
    with qtbot.waitSignal(detail.send_back_requested) as sent:
        QTest.keyClick(detail.back_reason.editor, Qt.Key.Key_Return)
    assert sent.args[1] == "which models?"
    detail.step_taken()
    assert detail.back_reason.isHidden()


def test_a_reviewer_sees_at_once_what_is_new(detail: ArticleDetail) -> None:
    former = ArticleVersion(
        article_id=ArticleId("a"), number=1, author=LI, at=NOW - timedelta(days=3), content=SLOW
    )
    article = an_article(_S.IN_REVIEW, number=2, published=1)
    newest = ArticleVersion(
        article_id=article.id, number=2, author=LI, at=NOW, content=article.content
    )
    detail.show_article(
        shown(_S.IN_REVIEW, article=article, versions=[newest, former], may_review=True)
    )

    assert "(agents read this)" in detail.compare.currentText()
    assert "<span" in words(detail)
    detail.compare.setCurrentIndex(0)
    assert "<span" not in words(detail)


@pytest.fixture
def form(qtbot: QtBot) -> ArticleForm:
    made = ArticleForm()
    qtbot.addWidget(made)
    made.set_categories(samples.categories())
    made.resize(700, 500)
    made.show()
    return made


def test_what_is_written_is_saved_by_keyboard_and_keeps_its_words_on_a_refusal(
    qtbot: QtBot, form: ArticleForm
) -> None:
    form.begin(BLINKS, "Edit")
    assert not form.is_dirty()
    QTest.keyClicks(form.en.title, "!")
    assert form.is_dirty()
    for keys, submit in ((CONTROL, True), (CONTROL | SHIFT, False)):
        with qtbot.waitSignal(form.saved) as saved:
            QTest.keyClick(form.en.title, Qt.Key.Key_Return, keys)
        assert saved.args[0].en.title == f"{BLINKS.en.title}!"
        assert saved.args[1] is submit
    form.show_error("fix_zh", "Say how")
    assert form.zh.fields["fix"].error() == "Say how"
    assert form.content().zh == BLINKS.zh
    QTest.keyClicks(form.zh.parts["fix"], "x")
    assert form.zh.fields["fix"].error() == ""
    with qtbot.waitSignal(form.left):
        QTest.keyClick(form.zh.title, Qt.Key.Key_Escape)


@pytest.fixture
def page(qtbot: QtBot) -> KnowledgePage:
    made = KnowledgePage(now=now)
    qtbot.addWidget(made)
    made.resize(1000, 600)
    made.show()
    return made


def test_the_page_lists_reviews_own_drafts_and_what_is_published_once_each(
    qtbot: QtBot, page: KnowledgePage
) -> None:
    waiting = ArticleLine(article=an_article(_S.IN_REVIEW))
    lists = ShownLists(
        to_review=[waiting], mine=[waiting], published=[a_hit("a", BLINKS), a_hit("b", SLOW)]
    )
    with qtbot.waitSignal(page.article_marked) as marked:
        page.show_lists(lists)

    assert page.list.count() == 2
    assert marked.args == ["a"]
    page.show_article(shown(_S.IN_REVIEW))
    assert BLINKS.en.fix in words(page)


def test_a_search_is_asked_when_the_hands_rest(qtbot: QtBot, page: KnowledgePage) -> None:
    with qtbot.waitSignal(page.searched) as searched:
        QTest.keyClicks(page.search, "router")
    assert searched.args == ["router"]


def test_what_is_being_written_is_not_taken_away_by_a_new_list(page: KnowledgePage) -> None:
    page.form.begin(ArticleContent(), "New")
    page.write()
    page.show_lists(ShownLists(published=[a_hit("b", SLOW)]))
    page.show_article(shown(_S.PUBLISHED))

    assert page.is_writing()
    page.stop_writing()
    assert not page.is_writing()
