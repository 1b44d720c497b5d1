"""Texts of the verification call; plain data, any thread."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "verification.call": ("Call customer", "拨打客户"),
    "verification.asked_for": ("What was asked for", "派工内容"),
    "verification.say": ("Say", "话术"),
    "verification.script": (
        "“Hello {name}, I am calling about “{subject}”. Is everything working for you now?”",
        "“您好，{name}。我来电是回访“{subject}”。同事反馈已处理完毕，请问现在一切正常吗？”",
    ),
    "verification.question": ("What does the customer say?", "客户怎么说？"),
    "verification.yes": ("Yes, resolved", "是，已解决"),
    "verification.no": ("No, not resolved", "否，未解决"),
    "verification.reason": ("What is still wrong", "仍存在的问题"),
    "verification.reason_hint": ("In the customer's words", "按客户原话"),
    "verification.reason_missing": (
        "Say what is still wrong, for whoever works on it next",
        "请写明仍存在的问题，便于后续处理",
    ),
    "verification.reopen": ("Reopen the ticket", "重开工单"),
    "verification.back": ("Back", "返回"),
}
