"""From the first letters of a subject to the article that solved it, counted in the database."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from agent_desk.domain.article import Article, ArticleFigures, ArticleState
from agent_desk.domain.identifiers import AgentId
from agent_desk.services.case_log import ArticleChangedEvent
from tests.contracts.article_samples import BLINKS, NOISE, an_article
from tests.e2e.stage import CONTROL, SHIFT, ScriptedStage
from tests.ui.presenters.test_contact import WANG, customer, talk
from ui.knowledge.page import KnowledgePage

_S = ArticleState


@pytest.fixture
def published(stage: ScriptedStage) -> Article:
    """An article that somebody else has written and a third one reviewed."""

    async def work() -> Article:
        waiting = an_article(BLINKS, author=AgentId("chen"), state=_S.IN_REVIEW)
        through = replace(waiting, state=_S.PUBLISHED, published=1, reviewer=AgentId("zhao"))
        storage = stage.desk.knowledge._storage
        await storage.write(lambda unit: unit.articles.add(waiting))
        return await storage.write(lambda unit: unit.articles.save(through))

    return stage.on_loop(work())


def figures(stage: ScriptedStage, article: Article) -> ArticleFigures:
    return stage.on_loop(stage.desk.knowledge.shown(article.id))[1]


def test_a_hit_that_solves_the_call_is_linked_rated_and_counted(
    stage: ScriptedStage, published: Article
) -> None:
    customer(stage, "王秀英", WANG)
    talk(stage, "c-1", WANG, "王秀英")
    editor = stage.panels.editor
    stage.press(Qt.Key.Key_T, CONTROL)
    stage.type("Router blinks red")
    stage.wait(lambda: editor.form.hits.shown_ids() == (published.id,))
    stage.press(Qt.Key.Key_G, CONTROL)
    stage.press(Qt.Key.Key_Return)
    reader = stage.panels.articles.reader
    stage.wait(lambda: reader.solved.isEnabled() and reader.isVisible())
    stage.press(Qt.Key.Key_G, CONTROL, SHIFT)
    stage.press(Qt.Key.Key_Escape)
    assert stage.panels.articles.place.currentWidget() is stage.panels.contact.timeline
    stage.choose_category("refund")
    stage.press(Qt.Key.Key_T, CONTROL)
    stage.press(Qt.Key.Key_Return, CONTROL)

    stage.wait(lambda: len(stage.seen(ArticleChangedEvent)) == 2)
    assert figures(stage, published) == ArticleFigures(used=1, solved=1, rated=1, helped=1)
    assert editor.used_articles() == ()


def test_an_article_is_written_and_waits_for_somebody_else(stage: ScriptedStage) -> None:
    stage.press(Qt.Key.Key_B, CONTROL)
    page = stage.view.window.page("knowledge")
    assert isinstance(page, KnowledgePage)
    page.new.click()
    page.form.begin(NOISE, "New")
    page.form.submit.click()

    stage.wait(lambda: stage.seen(ArticleChangedEvent)[-1:] != [] and not page.is_writing())
    stage.wait(lambda: page.detail.article is not None)
    article = page.detail.article
    assert article is not None
    assert (article.state, article.content) == (_S.IN_REVIEW, NOISE)
    assert page.detail.publish.isHidden()


def test_a_refused_article_says_so_at_its_field(stage: ScriptedStage) -> None:
    stage.press(Qt.Key.Key_B, CONTROL)
    page = stage.view.window.page("knowledge")
    assert isinstance(page, KnowledgePage)
    page.new.click()
    page.form.begin(replace(NOISE, en=replace(NOISE.en, fix="")), "New")
    page.form.save.click()

    stage.wait(lambda: page.form.en.fields["fix"].error() != "")
    assert page.is_writing()
    assert page.form.content().en.title == NOISE.en.title
