"""The floor page's texts; pure data, any thread."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "floor.title": ("Floor", "现场"),
    "floor.desks": ("Desks on the floor", "现场坐席"),
    "floor.state": ("State", "状态"),
    "floor.queue": ("Queue", "队列"),
    "floor.order": ("Sort by", "排序"),
    "floor.all_states": ("All states", "全部状态"),
    "floor.all_queues": ("All queues", "全部队列"),
    "floor_order.name": ("By name", "按姓名"),
    "floor_order.state": ("By state", "按状态"),
    "floor_order.longest": ("Longest in state", "按状态时长"),
    "floor_order.call": ("Longest call", "按通话时长"),
    "floor_column.agent": ("Agent", "坐席"),
    "floor_column.state": ("State", "状态"),
    "floor_column.since": ("For", "时长"),
    "floor_column.reason": ("Reason", "原因"),
    "floor_column.queue": ("Call", "通话"),
    "floor_column.call": ("Length", "通话时长"),
    "floor.gone": ("Gone", "失联"),
    "floor.gone_since": ("Gone since {time}", "{time} 起失联"),
    "floor.several": ("{text} · {number} calls", "{text} · {number} 路"),
    "floor.count": ("{state}: {number}", "{state}：{number}"),
    "floor.alone": ("You are alone on this floor", "现场只有您一人"),
    "floor.alone_text": (
        "Colleagues appear here as soon as their desks use the same database",
        "同事的坐席连接同一数据库后会显示在此",
    ),
    "floor.loading": ("Looking at the floor…", "正在查看现场…"),
    "floor.unseen": ("The floor cannot be seen now", "暂时无法查看现场"),
    "floor.stale": ("{error} — this is the floor at {time}", "{error} — 此为 {time} 的现场"),
    "floor.nobody": ("Nobody matches", "没有符合条件的坐席"),
    "floor.nobody_text": ("Choose another state or queue", "请选择其他状态或队列"),
}
