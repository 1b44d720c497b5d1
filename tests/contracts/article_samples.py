"""Articles in both languages, so different that each is found by words of its own."""

from __future__ import annotations

from typing import Any

from agent_desk.domain.article import Article, ArticleContent, ArticleState, ArticleText
from agent_desk.domain.identifiers import AgentId, ArticleId
from tests.contracts.storage_samples import AGENT, NOW, fresh_id

REVIEWER = AgentId("1009")

BLINKS = ArticleContent(
    en=ArticleText(
        title="Router blinks red after an update",
        problem="The light of the router blinks red and no device gets online.",
        cause="The update was cut short.",
        fix="Hold the reset button for ten seconds, then load the update again.",
    ),
    zh=ArticleText(
        title="路由器升级后红灯闪烁",
        problem="路由器红灯闪烁，所有设备无法上网。",
        cause="升级过程中断电。",
        fix="按住复位键十秒，然后重新升级。",
    ),
    products="R300, R310",
)
SLOW = ArticleContent(
    en=ArticleText(
        title="Wi-Fi is slow in one room",
        problem="The connection is slow far from the router.",
        fix="Move the router, or add a repeater.",
    )
)
INVOICE = ArticleContent(
    zh=ArticleText(
        title="发票重复扣款",
        problem="客户的账单出现两次相同的扣款。",
        fix="在账务系统中冲销一笔，三个工作日到账。",
    )
)
NOISE = ArticleContent(
    en=ArticleText(
        title="Noise on the line when it rains",
        problem="Crackling on the telephone line in wet weather.",
        cause="Water in the junction box.",
        fix="Send field service to dry and seal the box.",
    ),
    products="Landline",
)


def an_article(content: ArticleContent, **fields: Any) -> Article:
    """Return a draft that nobody has stored."""
    values: dict[str, Any] = {
        "id": ArticleId(fresh_id()),
        "state": ArticleState.DRAFT,
        "author": AGENT,
        "created_at": NOW,
        "changed_at": NOW,
    }
    return Article(content=content, **(values | fields))
