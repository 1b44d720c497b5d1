"""Texts of the wrap-up panel; pure data, any thread."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "wrap_up.title": ("After-call work", "话后处理"),
    "wrap_up.talked": ("talked {time}", "通话 {time}"),
    "wrap_up.not_answered": ("not answered", "未接通"),
    "wrap_up.choice_tip": ("{word} ({key})", "{word}（{key}）"),
    "wrap_up.suggested": ("Suggested", "推荐"),
    "wrap_up.note": ("Note", "备注"),
    "wrap_up.note_tip": (
        "Esc leads back to the results, Ctrl+Enter finishes",
        "按 Esc 返回结果选择，Ctrl+Enter 完成",
    ),
    "wrap_up.note_hint": ("Anything the next colleague should know", "同事需要了解的信息"),
    "wrap_up.ready_in": ("Ends in {time}", "剩余 {time}"),
    "wrap_up.unlimited": ("No time limit", "无时间限制"),
    "wrap_up.over": ("Time is up", "时间已到"),
    "wrap_up.extend": ("More time", "延长时间"),
    "wrap_up.extend_tip": ("Ask for more time for this call", "为此通话申请更多时间"),
    "wrap_up.finish": ("Finish", "完成"),
    "wrap_up.finish_tip": ("Save the result and end the after-call work", "保存结果并结束话后处理"),
    "wrap_up.choose_first": (
        "Choose what came of the call first: keys 1 to 9 and 0",
        "请先选择通话结果：按键 1 至 9 和 0",
    ),
}
