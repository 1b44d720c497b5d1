"""The recovery dialog's texts; pure data, any thread."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "recovery.title": ("Not saved yet", "尚未保存的内容"),
    "recovery.intro": (
        "One thing was typed and not saved.|{count} things were typed and not saved.",
        "有 {count} 项输入尚未保存。",
    ),
    "recovery.safe": (
        "Nothing is lost: restore it now, or keep it for later.",
        "内容没有丢失：可以现在恢复，也可以留待以后。",
    ),
    "recovery.call": ("Saved {moment} for the call with {who}", "{moment} 保存，与 {who} 的通话"),
    "recovery.record": ("Saved {moment} for {who}", "{moment} 保存，客户 {who}"),
    "recovery.plain": ("Saved {moment}", "{moment} 保存"),
    "recovery.unknown_number": ("a withheld number", "未显示号码"),
    "recovery.excerpt": ("“{text}”", "“{text}”"),
    "recovery.restore": ("Restore", "恢复"),
    "recovery.discard": ("Discard", "丢弃"),
    "recovery.confirm": ("Discard for good", "确认丢弃"),
    "recovery.keep_it": ("Keep", "保留"),
    "recovery.later": ("Keep all for later", "全部留待以后"),
}
