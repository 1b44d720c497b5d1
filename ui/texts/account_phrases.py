"""Chinese for what is accepted in the fields of an account; pure data, any thread."""

from __future__ import annotations

from typing import Final

ACCOUNT_PHRASES: Final[tuple[tuple[str, str], ...]] = (
    (
        r"the part before the @ of your SIP address, such as (\S+)",
        r"SIP 地址中 @ 之前的部分，例如 \1",
    ),
    (r"a host name or an IP address, such as (\S+)", r"主机名或 IP 地址，例如 \1"),
    (r"a name of at most (\d+) characters in one line", r"不超过 \1 个字符的单行名称"),
    (r": a URL is for WebSocket alone", "；URL 仅用于 WebSocket"),
    (r"host or host:port, such as ([\w.:]+)", r"主机或 主机:端口，例如 \1"),
    (
        r"a URL that begins with wss:// or ws://, such as (\S+)",
        r"以 wss:// 或 ws:// 开头的 URL，例如 \1",
    ),
    (
        r"each name once, and a name on the desk for it, such as 600 = Sales",
        "每个名称只写一次，并填写工作台上的名称，例如 600 = 销售",
    ),
    (
        r"an extension of 2 to 6 digits, or a number with \+ and its country's code",
        "2 到 6 位的分机号，或带 + 和国家代码的号码",
    ),
    (r"at least (\d+) ports, such as (\S+)", r"至少 \1 个端口，例如 \2"),
    (r"the name of one header, such as (\S+), or nothing", r"一个消息头的名称，例如 \1，或留空"),
    (r"queues of the list above: it has none", "上面列表中的队列（目前没有）"),
    (r"queues of the list above: (.+)", r"上面列表中的队列：\1"),
    (r"at least one of (.+), each once", r"至少一项且不重复：\1"),
    (r"^(\d+) or (\d+)$", r"\1 或 \2"),
)
