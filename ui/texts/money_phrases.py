"""Chinese for the phrases of money, claims and files; pure data, any thread."""

from __future__ import annotations

from typing import Final

MONEY_PHRASES: Final[tuple[tuple[str, str], ...]] = (
    (r"an amount such as (\S+)", r"金额，例如 \1"),
    (
        r"an amount from 0, at most (\d+) digits after the point",
        r"不小于 0 的金额，小数最多 \1 位",
    ),
    (r"an amount above 0", "大于 0 的金额"),
    (r"three capital letters of ISO 4217, such as (\S+)", r"ISO 4217 三位大写字母，例如 \1"),
    (r"what is wrong with the claim", "费用单的问题"),
    (r"what is missing in the report", "回单缺少的内容"),
    (r"^Claim of work order (\d+)", r"派工单 \1 的费用单"),
    (r"^Claim$", "费用单"),
    (r"^Permission denied$", "没有写入权限"),
    (r"^No such file or directory$", "文件夹不存在"),
    (r"^Not a directory$", "所选位置不是文件夹"),
    (r"^Is a directory$", "同名文件夹已存在"),
    (r"^Read-only file system$", "磁盘为只读"),
)
