"""Texts of the dial box; pure data, any thread."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "dial_box.title.make_call": ("Call a number", "拨打号码"),
    "dial_box.title.consultation_call": ("Ask somebody about this call", "就此通话咨询他人"),
    "dial_box.title.single_step_transfer_call": ("Transfer this call", "转接此通话"),
    "dial_box.title.deflect_call": ("Redirect the ringing call", "转移来电"),
    "dial_box.number": ("Number or name", "号码或姓名"),
    "dial_box.placeholder": ("Number, colleague or queue", "号码、同事或队列"),
    "dial_box.placeholder_redial": ("Number or name; ↑ redials", "号码或姓名；↑ 重拨"),
    "dial_box.make_call": ("Call", "呼叫"),
    "dial_box.consultation_call": ("Hold and ask", "保持并咨询"),
    "dial_box.deflect_call": ("Redirect", "转移"),
    "dial_box.ask_first": ("Ask first", "先咨询"),
    "dial_box.ask_first_tip": (
        "Hold the caller, talk to the other one, then hand over",
        "保持客户，先与对方通话，再转接",
    ),
    "dial_box.send_at_once": ("Send at once", "直接转接"),
    "dial_box.send_at_once_tip": (
        "Hand the caller over without asking",
        "不咨询，直接转给对方",
    ),
    "dial_box.entries": ("Colleagues, queues and recent numbers", "同事、队列和最近号码"),
    "dial_box.kind.recent": ("Recent", "最近"),
    "dial_box.kind.colleague": ("Colleague", "同事"),
    "dial_box.kind.queue": ("Queue", "队列"),
    "dial_box.no_entry": ("No colleague or queue of that name", "没有此姓名的同事或队列"),
    "dial_box.empty": ("Enter a number or choose from the list", "请输入号码或从列表中选择"),
}
