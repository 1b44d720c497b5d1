"""Chinese for the phrases of calendars, targets and routing rules; pure data, any thread."""

from __future__ import annotations

from typing import Final

RULE_PHRASES: Final[tuple[tuple[str, str], ...]] = (
    (
        r"hours such as (\S+), (\S+) into the next day, or (\S+)",
        r"时段，例如 \1、\2（跨到次日）或 \3",
    ),
    (r"^a list of (时段.*)", r"列表：\1"),
    (r", apart by spaces$", "，用空格分开"),
    (r"hours that do not overlap", "互不重叠的时段"),
    (r"hours on at least one day", "至少一天有时段"),
    (r"a time zone by its IANA name, such as (\S+) or (\S+)", r"IANA 时区名，例如 \1 或 \2"),
    (r"an id that no other (calendar|rule) has", "未被使用的标识"),
    (r"at least one table (\S+)", r"至少一个表 \1"),
    (r"lists that do not both have (\S+)", r"不重复包含 \1 的列表"),
    (r"a day that the list does not have already", "列表中尚未出现的日期"),
    (r"a day such as (\S+)", r"日期，例如 \1"),
    (
        r"nothing on a holiday; a day with hours is working",
        "节假日不填时段；有时段的日子写 working",
    ),
    (r"no more cells than (\d+)", r"不多于 \1 个单元格"),
    (r"once each of (.+)", r"以下各一次：\1"),
    (r"a column (\S+)", r"有 \1 列"),
    (r"the path of an existing (CSV|TOML) file", r"已有的 \1 文件的路径"),
    (r"a file that can be read", "可读取的文件"),
    (
        r"UTF-8 text \(in a spreadsheet: save as CSV UTF-8\)",
        "UTF-8 文本（在表格软件中另存为“CSV UTF-8”）",
    ),
    (r"CSV with commas \(RFC 4180\)", "逗号分隔的 CSV（RFC 4180）"),
    (r"one that has no target for (\S+) already", r"尚未为 \1 设定目标的优先级"),
    (
        r"each percent once; whoever is told first tells the others",
        "每个百分比一次；先收到提醒的人转告其他人",
    ),
    (r"more than 0, at most (\d+) days of working time", r"大于 0、最多 \1 天的工作时间"),
    (
        r"one of (.+) \((.+) has closed\)",
        r"以下之一：\1（\2 已停业）",
    ),
    (r"a category of the tree", "类别树中的类别"),
    (r"a word of the product's name, at most (\d+) characters", r"产品名称中的词，最多 \1 个字"),
    (r"a name of at most (\d+) characters", r"最多 \1 个字的名称"),
    (r"each department or dealer once", "每个部门或经销商一次"),
    (r"a name that no other rule has", "其他规则未用的名称"),
    (r"a code that no other region has", "其他区域未用的代码"),
    (r"a beginning that no other region has", "其他区域未用的号码开头"),
    (r"a word that no other region has", "其他区域未用的词"),
    (r"the beginning of a number, such as (\S+)", r"号码开头，例如 \1"),
    (r"a word of an address", "地址中的词"),
    (r"^Escalation$", "升级提醒"),
)
