"""Texts of the panel that shows both versions of a record; plain data, any thread."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "conflict.title": ("Changed meanwhile", "资料已被他人修改"),
    "conflict.told": (
        "Somebody saved this record while you were typing. Choose what holds.",
        "您输入期间此记录已被保存，请选择保留的内容。",
    ),
    "conflict.told_who": (
        "{who} saved this record while you were typing ({at}). Choose what holds.",
        "您输入期间，{who} 保存了此记录（{at}），请选择保留的内容。",
    ),
    "conflict.yours": ("Yours", "我的"),
    "conflict.theirs": ("Theirs", "对方"),
    "conflict.who": ("{who}, {at}", "{who}，{at}"),
    "conflict.empty": ("empty", "空"),
    "conflict.all_yours": ("All yours", "全部用我的"),
    "conflict.all_theirs": ("All theirs", "全部用对方"),
    "conflict.back": ("Back to the form", "返回表单"),
    "conflict.save": ("Save", "保存"),
    "conflict.missing": (
        "{count} field still needs a choice|{count} fields still need a choice",
        "还有 {count} 个字段需要选择",
    ),
    "conflict.yes": ("Yes", "是"),
    "conflict.no": ("No", "否"),
}
