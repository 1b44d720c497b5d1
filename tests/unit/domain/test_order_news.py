from __future__ import annotations

from datetime import UTC, datetime

from agent_desk.domain.order_story import StoryStep, news_of
from agent_desk.domain.work_order import WorkOrderState

AT = datetime(2026, 3, 2, tzinfo=UTC)


def steps(*kinds: str) -> list[StoryStep]:
    return [
        StoryStep(kind=kind, at=AT, actor="li", state=WorkOrderState.ACCEPTED) for kind in kinds
    ]


def news(*kinds: str) -> list[str]:
    return [step.kind for step in news_of(steps(*kinds))]


def test_what_is_said_is_news_until_the_order_moves() -> None:
    assert news("OrderAccepted", "OrderInformed", "OrderHurried") == [
        "OrderInformed",
        "OrderHurried",
    ]
    assert news("OrderInformed", "OrderStarted") == []
    assert news("OrderInformed", "OrderStarted", "OrderHurried") == ["OrderHurried"]
    assert news() == []
