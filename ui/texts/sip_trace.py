"""Texts of the SIP trace; pure data, any thread."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "sip_trace.title": ("SIP trace of this line", "本线路的 SIP 信令记录"),
    "sip_trace.filter": ("Filter: any words of a message", "筛选：消息中的任意词语"),
    "sip_trace.messages": ("Messages, oldest first", "消息（最早的在前）"),
    "sip_trace.message": ("The whole message", "消息全文"),
    "sip_trace.empty": ("Choose a message to read it", "选择一条消息查看全文"),
    "sip_trace.nothing_yet": (
        "The line has sent and received nothing yet",
        "线路尚未收发任何消息",
    ),
    "sip_trace.none_fits": ("No message has all these words", "没有包含这些词语的消息"),
    "sip_trace.sent": ("Sent to {peer}", "发送到 {peer}"),
    "sip_trace.received": ("Received from {peer}", "从 {peer} 收到"),
    "sip_trace.note": (
        "Passwords and keys are left out; numbers and names of callers are in it.",
        "其中不含密码和密钥，但含来电者的号码和姓名。",
    ),
    "sip_trace.copy": ("Copy", "复制"),
    "sip_trace.copied": ("Copied, without passwords and keys.", "已复制，不含密码和密钥。"),
    "sip_trace.save": ("Save as a file", "另存为文件"),
    "sip_trace.saved": (
        "Saved without passwords and keys: {path}",
        "已保存，不含密码和密钥：{path}",
    ),
    "sip_trace.kind": ("Text", "文本"),
    "sip_trace.close": ("Close", "关闭"),
}
