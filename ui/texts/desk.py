"""Texts of the wiring: what the desk itself has to say; pure data, any thread."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "desk.starting": ("Opening the database…", "正在打开数据库…"),
    "desk.unexpected": (
        "Something unexpected happened. Nothing that you typed is lost; details are in the log.",
        "发生了意外情况。您输入的内容没有丢失；详情见日志。",
    ),
    "desk.withheld": ("Number withheld", "号码隐藏"),
    "desk.divergence": (
        "Switch and desk differed ({count} call)|Switch and desk differed ({count} calls)",
        "交换机与本坐席在 {count} 个通话上不一致；以交换机为准。",
    ),
    "desk.calls_lost": (
        (
            "The desk ended in your call with {number} ({time}); that call is over."
            "|The desk ended in {count} of your calls, the last with {number} ({time}); "
            "they are over."
        ),
        "工作台退出时您有 {count} 个通话（最后：{number}，{time}）；通话已结束。",
    ),
    "desk.draft_kept": ("What you typed for {name} is kept.", "已保留您为 {name} 输入的内容。"),
    "desk.storage_away": (
        "The database is away. Go on: calls and drafts are kept on this machine. ({reason})",
        "数据库无响应。请继续工作：通话和草稿已保存在本机。（{reason}）",
    ),
    "desk.server_away": (
        (
            "The server is away since {since}. Go on: calls, tickets and drafts are kept "
            "on this machine."
        ),
        "服务器自 {since} 起无法连接。请继续工作：通话、工单和草稿已保存在本机。",
    ),
    "desk.list_away": (
        "The server is away: the list is read again as soon as it is back.",
        "服务器无法连接：恢复后将重新读取列表。",
    ),
    "desk.list_as_of": (
        "Server away. Last known: {moment}; it may have changed.",
        "服务器无法连接。以下为{moment}的情况，之后可能有变化。",
    ),
    "desk.list_left_out": (
        "({count} more is not kept here)|({count} more are not kept here)",
        "（另有 {count} 条未保存在本机）",
    ),
    "desk.storage_back": (
        "The database is back; everything that waited is saved.",
        "数据库已恢复；待保存的内容均已保存。",
    ),
    "desk.in_call": (
        "You are in a call. Hang up before you close the desk.",
        "您正在通话中。请先挂断再关闭工作台。",
    ),
    "desk.failed_title": ("The desk cannot start", "工作台无法启动"),
    "desk.failed_retry": ("Try again", "重试"),
    "desk.failed_quit": ("Quit", "退出"),
    "desk.settings_refused": (
        "{reason} The usual settings are used; the file is unchanged.",
        "{reason} 现使用默认设置；文件未被更改。",
    ),
    "desk.order_returned": (
        "Work order {number} is done: call the customer ({name} page).",
        "派工单 {number} 已完成：请回访客户（“{name}”页）。",
    ),
    "desk.returned_meanwhile": (
        (
            "{count} work order came back while you were away ({name} page).|"
            "{count} work orders came back while you were away ({name} page)."
        ),
        "您不在时有 {count} 个派工单已完成，待回访（“{name}”页）。",
    ),
    "desk.returned_for_team": (
        (
            "{count} customer waits to be called, the owner is away ({name} page, next call).|"
            "{count} customers wait to be called, their owners are away ({name} page, next call)."
        ),
        "有 {count} 位客户待回访，负责人不在岗（“{name}”页，下一个回电）。",
    ),
    "desk.order_unreached": (
        "Nobody reaches the customer of work order {number}: decide about it ({name} page).",
        "派工单 {number} 的客户三天未接通：请处理（“{name}”页）。",
    ),
    "desk.recovered": (
        "{count} draft was saved before the end.|{count} drafts were saved before the end.",
        "工作台上次结束前保存了 {count} 份草稿。",
    ),
    "desk.recovered_show": ("Show", "查看"),
    "desk.left": (
        (
            "{count} entry of an ended call is not saved; {keys} brings it back.|"
            "{count} entries of ended calls are not saved; {keys} brings the newest back."
        ),
        "有 {count} 项已结束通话的输入尚未保存；按 {keys} 取回最近一项。",
    ),
    "desk.nothing_left": ("Nothing is unsaved.", "没有未保存的内容。"),
}
