"""Texts of the steps of a work order that ask for more than a press; plain data, any thread."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "order_steps.start_on_site": ("Start on site…", "到场开工…"),
    "order_steps.on_site": ("On site…", "登记到场…"),
    "order_steps.start_confirm": ("Start work on site", "确认到场开工"),
    "order_steps.technician_missing": ("Name who does the work", "请填写施工人员"),
    "order_steps.technician_phone_missing": (
        "Give a number at which the technician can be reached",
        "请填写可联系到施工人员的电话",
    ),
    "order_steps.arrived_later": (
        "Nobody has arrived at a time to come",
        "到场时间不能晚于现在",
    ),
    "order_steps.hold": ("Put on hold…", "暂停…"),
    "order_steps.hold_confirm": ("Put on hold", "确认暂停"),
    "order_steps.hold_hint": ("What does the work wait for?", "因何暂停？"),
    "order_steps.hold_missing": (
        "Give a reason: agent and customer will ask",
        "请填写原因，坐席和客户会询问",
    ),
    "order_steps.hold_parts": ("Waiting for parts", "等待配件"),
    "order_steps.hold_absent": ("Customer was not there", "客户不在场"),
    "order_steps.hold_later": ("Customer asked for a later day", "客户要求改期"),
    "order_steps.hold_access": ("No access to the site", "无法进入现场"),
    "order_steps.hold_helper": ("A second technician is needed", "需要增派人员"),
    "order_steps.hold_weather": ("Weather does not allow it", "天气原因"),
    "order_steps.decline_area": ("Outside our area", "不在服务区域"),
    "order_steps.decline_skill": ("Not our kind of work", "不属于本部门业务"),
    "order_steps.decline_full": ("No capacity in time", "近期无人手"),
    "order_steps.decline_parts": ("Parts are not available", "缺少配件"),
    "order_steps.decline_double": ("The same order exists already", "重复派单"),
    "order_steps.send_back": ("Send back…", "退回补充…"),
    "order_steps.back_confirm": ("Send the report back", "确认退回"),
    "order_steps.back_hint": ("What is missing in the report?", "回单缺少什么？"),
    "order_steps.back_missing": (
        "Say what is missing: the department needs it",
        "请说明缺少的内容，部门需要了解",
    ),
    "order_steps.back_done": ("What was done is unclear", "处理内容不清楚"),
    "order_steps.back_times": ("The times cannot be right", "时间有误"),
    "order_steps.back_parts": ("Parts or prices are missing", "缺少配件或价格"),
    "order_steps.back_outcome": ("The outcome does not fit the text", "结果与描述不符"),
    "order_steps.on_hold": ("On hold: {reason}", "暂停：{reason}"),
    "order_steps.site": (
        "{technician}, {number}, on site since {when}",
        "{technician}，{number}，{when} 到场",
    ),
}
