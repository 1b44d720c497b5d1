"""Texts of the reviewer's queue; plain data, any thread."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "nav.review": ("Review", "审核"),
    "shortcut.page.review": ("Review page", "审核页面"),
    "review.title": ("Reports to review", "待审核回单"),
    "review.empty": ("Nothing to review", "没有待审核的回单"),
    "review.empty_text": (
        "Reports appear here as soon as a department or dealer sends them.",
        "部门或经销商提交的回单会立即显示在这里。",
    ),
    "review.loading": ("Loading the reports…", "正在加载回单…"),
    "review.unavailable": ("The reports are not available", "回单暂不可用"),
    "review.retry": ("Try again", "重试"),
    "review.nothing_marked": ("Choose a report", "请选择回单"),
    "review.asked_for": ("What was asked for", "派工内容"),
    "review.reported": ("reported {when}", "提交于 {when}"),
    "review.round": ("round {round}", "第 {round} 轮"),
    "review.approve": ("Approve", "审核通过"),
    "review.send_back": ("Send back…", "退回…"),
    "review.confirm": ("Send back", "确认退回"),
    "review.cancel": ("Cancel", "取消"),
    "review.reason_hint": ("What is missing or wrong in the report?", "回单缺少什么或有何错误？"),
    "review.reason_missing": (
        "Say what is missing: the department has to know",
        "请写明缺少的内容，便于部门补充",
    ),
}
