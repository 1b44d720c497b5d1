"""Texts of the files of a work order; plain data, any thread."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "attachments.title": ("Files", "附件"),
    "attachments.add": ("Add files…", "添加附件…"),
    "attachments.hint": (
        "Drop files here, or paste a picture. Up to 25 MB each: {kinds}",
        "可将文件拖到此处或粘贴图片，每个最大 25 MB：{kinds}",
    ),
    "attachments.about": ("{size} · {who} · {when}", "{size} · {who} · {when}"),
    "attachments.void": ("Void: {reason}", "已作废：{reason}"),
    "attachments.open": ("Open", "打开"),
    "attachments.save": ("Save as…", "另存为…"),
    "attachments.withdraw": ("Mark as void…", "作废…"),
    "attachments.sending": ("{percent} % sent", "已上传 {percent} %"),
    "attachments.cancel": ("Cancel the upload", "取消上传"),
    "attachments.retry": ("Try again", "重试"),
    "attachments.dismiss": ("Do not add it", "不添加"),
    "attachments.needs_server": (
        "Files need the server, which does not answer. The choice is kept: try again later",
        "附件需要服务器，目前无法连接。已保留所选文件，请稍后重试",
    ),
    "attachments.left": (
        "Was not added before the desk ended",
        "程序结束前尚未添加",
    ),
    "attachments.saved": ("“{name}” is saved", "已保存“{name}”"),
    "attachments.not_saved": ("“{name}” cannot be saved: {reason}", "无法保存“{name}”：{reason}"),
    "attachments.pasted": ("Pasted picture {number}", "粘贴的图片 {number}"),
    "attachments.why_void": ("Why is it void?", "为何作废？"),
    "attachments.why_missing": (
        "Give a reason: the file stays, marked as void",
        "请填写原因，附件会保留并标记为作废",
    ),
    "attachments.void_confirm": ("Mark as void", "确认作废"),
}
