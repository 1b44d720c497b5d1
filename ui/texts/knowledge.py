"""Texts of the knowledge base; plain data, any thread."""

from __future__ import annotations

from typing import Final

_RIGHTS: Final[dict[str, tuple[str, str]]] = {
    "right.READ_ARTICLES": ("read articles", "阅读知识"),
    "right.WRITE_ARTICLES": ("write articles", "编写知识"),
    "right.REVIEW_ARTICLES": ("review articles", "审核知识"),
    "error.refusal.author_review": (
        "{subject} was written by {author}; somebody else reviews it",
        "{subject}由 {author} 编写；须由他人审核",
    ),
    "error.refusal.foreign_draft": (
        "{subject} is being written by {author}; only they or a reviewer go on with it",
        "{subject}正由 {author} 编写；只有作者本人或审核人可以继续",
    ),
    "kept.what.SaveArticle": ("Article written", "知识：编写"),
    "kept.what.SubmitArticle": ("Article submitted for review", "知识：提交审核"),
    "kept.what.PublishArticle": ("Article published", "知识：发布"),
    "kept.what.SendArticleBack": ("Article sent back", "知识：退回"),
    "kept.what.RetireArticle": ("Article retired", "知识：停用"),
    "kept.what.UseArticle": ("Article used for a ticket", "知识：用于工单"),
    "kept.what.RateArticle": ("Article rated", "知识：评价"),
}

_FIELDS: Final[dict[str, tuple[str, str]]] = {
    "field.title": ("Title", "标题"),
    "field.title_en": ("Title (English)", "标题（英文）"),
    "field.title_zh": ("Title (Chinese)", "标题（中文）"),
    "field.problem_en": ("Problem (English)", "问题（英文）"),
    "field.problem_zh": ("Problem (Chinese)", "问题（中文）"),
    "field.cause_en": ("Cause (English)", "原因（英文）"),
    "field.cause_zh": ("Cause (Chinese)", "原因（中文）"),
    "field.fix_en": ("Fix (English)", "解决办法（英文）"),
    "field.fix_zh": ("Fix (Chinese)", "解决办法（中文）"),
    "field.remark": ("Remark", "备注"),
    "field.order": ("Work order", "派工单"),
}

TEXTS: Final[dict[str, tuple[str, str]]] = {**_RIGHTS, **_FIELDS}
