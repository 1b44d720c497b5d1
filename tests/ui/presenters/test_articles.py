"""From the first letters of a subject to the article that solved it, counted in the database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from agent_desk.domain.article import Article, ArticleFigures, ArticleState
from agent_desk.domain.article_command import ArticleCommand
from agent_desk.domain.errors import StorageError
from agent_desk.domain.identifiers import AgentId
from agent_desk.domain.rights import Person, Role
from agent_desk.services.access import Access
from agent_desk.services.case_log import ArticleChangedEvent
from agent_desk.services.change_watch import ChangeWatch
from agent_desk.services.commands import Commands
from agent_desk.services.event_bus import EventBus
from agent_desk.services.knowledge import Knowledge
from db.change_feed.sqlite import SqliteChangeFeed
from tests.contracts.article_samples import BLINKS, NOISE, an_article
from tests.e2e.folders import places_of
from tests.e2e.stage import CONTROL, SHIFT, ScriptedStage
from tests.ui.presenters.test_contact import WANG, customer, talk, texts
from ui.article_words import shown_title
from ui.knowledge.page import KnowledgePage
from ui.language import tr

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


@pytest.fixture
def followed(stage: ScriptedStage, tmp_path: Path) -> Iterator[None]:
    """This desk follows what colleagues write into its file."""
    feed = SqliteChangeFeed(path=places_of(tmp_path / "desk").database)
    watch = ChangeWatch(feed=feed, bus=stage.desk.bus)
    stage.on_loop(watch.start())
    yield
    stage.on_loop(watch.stop())


class Colleague:
    """Somebody who writes at another desk."""

    def __init__(self, stage: ScriptedStage, login: str, role: Role) -> None:
        self._stage = stage
        person = Person(login=AgentId(login), name=login, roles=frozenset({role}))
        self.commands = Commands(clock=stage.clock, agent_id=person.login, region="CN")
        self.knowledge = Knowledge(
            storage=stage.storage, bus=EventBus(), clock=stage.clock, access=Access(person)
        )

    def does(self, command: ArticleCommand) -> Article:
        return self._stage.on_loop(self.knowledge.apply(command))


def rewritten(stage: ScriptedStage, article: Article) -> Article:
    """Return ``article`` with a further version that one wrote and another let through."""
    chen, zhao = Colleague(stage, "chen", Role.AGENT), Colleague(stage, "zhao", Role.SUPERVISOR)
    content = replace(BLINKS, en=replace(BLINKS.en, fix="Hold the button for ten seconds"))
    article = stage.on_loop(zhao.knowledge.shown(article.id))[0]
    draft = chen.does(chen.commands.save_article(article, content))
    waiting = chen.does(chen.commands.submit_article(draft))
    return zhao.does(zhao.commands.publish_article(waiting))


def withdrawn(stage: ScriptedStage, article: Article) -> None:
    zhao = Colleague(stage, "zhao", Role.SUPERVISOR)
    zhao.does(zhao.commands.retire_article(article, "wrong"))


def test_an_open_page_follows_what_is_published_changed_and_withdrawn_elsewhere(
    stage: ScriptedStage, published: Article, followed: None
) -> None:
    stage.press(Qt.Key.Key_B, CONTROL)
    page = stage.view.window.page("knowledge")
    assert isinstance(page, KnowledgePage)
    page.mark(published.id)
    stage.wait(lambda: page.detail.article is not None)

    newer = rewritten(stage, published)
    stage.wait(lambda: page.detail.article == newer)
    assert tr("knowledge.changed_elsewhere") in texts(page.detail)

    withdrawn(stage, newer)
    title = shown_title(newer.content)
    said = tr("knowledge.withdrawn_elsewhere", title=title)
    stage.wait(lambda: said in texts(stage.view.window))


def test_what_is_read_beside_a_ticket_stays_until_the_newer_version_is_asked_for(
    stage: ScriptedStage, published: Article, followed: None
) -> None:
    customer(stage, "王秀英", WANG)
    talk(stage, "c-1", WANG, "王秀英")
    stage.view.articles.read(published.id)
    reader = stage.panels.articles.reader
    stage.wait(lambda: reader.solved.isEnabled() and reader.isVisible())
    read = texts(reader.view)

    newer = rewritten(stage, published)
    stage.wait(lambda: tr("article_reader.newer") in texts(reader))
    assert texts(reader.view) == read
    reader._notice.button.click()
    stage.wait(lambda: newer.content.en.fix in texts(reader.view))

    withdrawn(stage, newer)
    stage.wait(lambda: tr("article_reader.withdrawn") in texts(reader))
    assert not reader.solved.isEnabled()
    # Not even an outage brings it back.
    stage.do(stage.storage.die)
    with pytest.raises(StorageError):
        stage.on_loop(stage.desk.knowledge.read(published.id))
