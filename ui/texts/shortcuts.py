"""The shortcut list's texts; pure data, any thread."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "shortcuts.title": ("Keyboard shortcuts", "键盘快捷键"),
    "shortcuts.close": ("Close the list", "关闭列表"),
    "shortcuts.hint": (
        "F1 opens and closes this list everywhere; ? too while nothing is being typed.",
        "随时按 F1 打开或关闭此列表；未在输入文字时按 ? 也可以。",
    ),
    "shortcut_group.state": ("My state", "我的状态"),
    "shortcut_group.call": ("Calls", "通话"),
    "shortcut_group.record": ("Customer and ticket", "客户与工单"),
    "shortcut_group.move": ("Getting around", "切换位置"),
    "shortcut_group.desk": ("The desk", "工作台"),
    "shortcut.state.ready": ("Ready", "就绪"),
    "shortcut.state.not_ready": ("Not ready: choose a reason", "示忙：选择原因"),
    "shortcut.call.answer": ("Answer", "接听"),
    "shortcut.call.hold": ("Hold or retrieve", "保持或取回"),
    "shortcut.call.mute": ("Mute or unmute", "静音或取消静音"),
    "shortcut.call.consult": ("Consult a colleague", "咨询同事"),
    "shortcut.call.transfer": ("Transfer to the consulted side", "转接给被咨询方"),
    "shortcut.call.blind_transfer": ("Transfer without asking", "直接转接"),
    "shortcut.call.conference": ("Three-party conference", "三方通话"),
    "shortcut.call.alternate": ("Swap the two calls", "切换两路通话"),
    "shortcut.call.digits": ("Send digits", "发送按键"),
    "shortcut.call.hang_up": ("Hang up", "挂断"),
    "shortcut.call.dial": ("Dial a number", "拨号"),
    "shortcut.desk.search": ("Search", "搜索"),
    "shortcut.customer.edit": ("Edit the customer", "编辑客户资料"),
    "shortcut.ticket.edit": ("Go to the ticket", "转到工单"),
    "shortcut.ticket.resolve_now": ("Resolved now: save", "当场解决并保存"),
    "shortcut.ticket.save": ("Save as chosen", "按所选方式保存"),
    "shortcut.note.add": ("Add a note", "添加备注"),
    "shortcut.column.customer": ("Customer", "客户"),
    "shortcut.column.timeline": ("Timeline", "时间线"),
    "shortcut.column.ticket": ("Ticket", "工单"),
    "shortcut.column.queues": ("Queues", "队列"),
    "shortcut.page.agent": ("Agent desk page", "坐席页面"),
    "shortcut.page.tickets": ("My tickets page", "我的工单页面"),
    "shortcut.page.department": ("Department page", "部门页面"),
    "shortcut.page.settings": ("Settings page", "设置页面"),
    "shortcut.desk.language": ("English / 中文", "中文 / English"),
    "shortcut.desk.theme": ("Light or dark", "浅色或深色"),
    "shortcut.desk.shortcuts": ("This list", "本列表"),
}
