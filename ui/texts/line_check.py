"""Texts of the check of a line; pure data, any thread."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "line_check.step.account": ("Account", "账号"),
    "line_check.step.name": ("Find the exchange", "查找交换机"),
    "line_check.step.connection": ("Reach the exchange", "连接交换机"),
    "line_check.step.registration": ("Sign in there", "登录交换机"),
    "line_check.step.media": ("Way for the sound", "语音通路"),
    "line_check.step.echo": ("Hear an echo", "回声测试"),
    "line_check.step.devices": ("Headset", "耳机"),
    "line_check.state.pending": ("Not asked yet", "尚未检查"),
    "line_check.state.running": ("Checking…", "检查中…"),
    "line_check.state.ok": ("All well", "正常"),
    "line_check.state.failed": ("Failed", "失败"),
    "line_check.state.skipped": ("Passed over", "已跳过"),
    "line_check.note.no_stun": (
        "No STUN server is set. Inside the network of the house none is needed.",
        "未设置 STUN 服务器。在单位内部网络中不需要。",
    ),
    "line_check.note.no_echo_number": (
        "Only a call can tell whether sound passes. An echo number under More lets the desk try.",
        "只有通话才能确认声音是否畅通。在“更多”中填写回声测试号码后，可由工作台测试。",
    ),
    "line_check.note.not_before_restart": (
        "The headset is looked for once the desk uses this line.",
        "工作台启用该线路后才会检查耳机。",
    ),
    "line_check.note.failed_before": (
        "Not asked, as an earlier step failed.",
        "前面的步骤失败，未继续检查。",
    ),
    "line_check.note.line_in_use": (
        "The desk's own line was asked to register anew.",
        "已让工作台当前线路重新注册。",
    ),
    "line_check.note.unchecked": (
        "The certificate was not checked, as the account wants it.",
        "按账号设置，未检查证书。",
    ),
    "line_check.all_well": (
        "Nothing stands in the way of calls.",
        "可以正常通话。",
    ),
    "line_check.failed": (
        "The line does not work yet.",
        "线路还不能使用。",
    ),
    "line_check.stopped": ("The check was stopped.", "检查已停止。"),
    "line_check.row": ("{step}: {state}. {said}", "{step}：{state}。{said}"),
}
