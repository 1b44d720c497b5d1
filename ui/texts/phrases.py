"""Chinese for the phrases that domain errors carry in English; pure data, any thread.

An error's details are written by the layers below, which know no screen language. What they say
is accepted or allowed comes in a few fixed phrases; a phrase without an entry stays as it is.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from ui.texts.account_phrases import ACCOUNT_PHRASES
from ui.texts.money_phrases import MONEY_PHRASES
from ui.texts.rule_phrases import RULE_PHRASES

PHRASES: Final[tuple[tuple[str, str], ...]] = (
    (
        r"3 to 15 digits with the area code, also .+ slashes, such as (.+?) or ([-+()\d ]+\d)",
        r"3 到 15 位数字（含区号），可带 +、空格、括号、点、横线或斜线，例如 \1 或 \2",
    ),
    (r" ?\((.+) does not belong there\)", r"（\1 不应出现）"),
    (r"0-9, \*, # and A-D, 1 to (\d+) of them", r"0-9、*、# 和 A-D，1 到 \1 个"),
    (r"a time not before the start (\S+)", r"不早于开始时间 \1 的时间"),
    (r"a sentence on what was done", "用一句话说明做了什么"),
    (r"the reason why it was not solved", "未解决的原因"),
    (r"who does the work", "由谁施工"),
    (r"the technician's telephone number", "施工人员的电话号码"),
    (r"when the technician arrived, with its zone", "施工人员的到场时间（含时区）"),
    (r"a time with its zone, not after now", "不晚于现在的时间（含时区）"),
    (r"why the order is declined", "退单的原因"),
    (r"what the work waits for, such as parts", "施工因何暂停，例如等待配件"),
    (r"what is missing in the report", "回单缺少的内容"),
    (r"a number such as (\S+)", r"数字，例如 \1"),
    (r"why the attachment is void", "附件作废的原因"),
    (r"^Attachment$", "附件"),
    (r"nothing, it is an end", "无，已是终态"),
    (r"^nothing$", "无"),
    (r"no verification call is linked", "尚未关联回访电话"),
    (r"the verification call was not answered", "回访电话未接通"),
    (r"the customer has not confirmed", "客户尚未确认"),
    (r"^Work order (\d+)", r"派工单 \1"),
    (r"^Ticket (\d+)", r"工单 \1"),
    (r"^Article “(.*)”$", r"知识“\1”"),
    (r"^Article$", "知识"),
    (r"^Work order$", "派工单"),
    (r"^Ticket$", "工单"),
    (r"^Customer$", "客户"),
    (r"^The callback$", "该回电"),
    (r"^The order to dispatch$", "该待派工单"),
    (r"^The verification call$", "该回访"),
    (r"^The contact to dial$", "该外呼对象"),
    (r"^your login name$", "您的登录名"),
    (r"^your password$", "您的密码"),
    (r"one host name, an IP address, or the folder of a Unix socket", "一个主机名或 IP 地址"),
    (r"a number from 1 to 65535 \((\d+) when left out\)", r"1 到 65535 的端口号（省略时为 \1）"),
    (
        r"an address without it; it is asked for at sign-in and kept in the keyring",
        "不含密码的地址；密码在登录时输入并保存在系统密钥环中",
    ),
    (
        r"verify-full: (\S+) is another machine, so TLS must prove the server",
        r"verify-full：\1 是另一台机器，必须用 TLS 验证服务器身份",
    ),
    (r"what is missing or wrong", "缺少什么或哪里有误"),
    (r"why nobody shall read it any more", "停用的原因"),
    (
        r"an order whose report is approved and says that it is solved",
        "报告已审核通过且已解决的派工单",
    ),
    (r"a whole number from (\S+) to (\S+)", r"\1 到 \2 的整数"),
    (r"a number from (\S+) to (\S+)", r"\1 到 \2 的数"),
    (r"a text in quotes, not empty", "引号中的非空文本"),
    (r"a text in quotes", "引号中的文本"),
    (r"true or false", "true 或 false"),
    (r"one of (.+)", r"以下之一：\1"),
    (r"\(did you mean (.+?)\?\)", r"（您是否想写 \1？）"),
    (r"\(missing\)", "（缺失）"),
    (r"UTF-8 text", "UTF-8 文本"),
)


def in_chinese(text: str) -> str:
    """Return ``text`` with every known phrase in Chinese."""
    for pattern, chinese in _compiled():
        text = pattern.sub(chinese, text)
    return text


@lru_cache(maxsize=1)
def _compiled() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(
        (re.compile(pattern), chinese)
        for pattern, chinese in RULE_PHRASES + MONEY_PHRASES + ACCOUNT_PHRASES + PHRASES
    )
