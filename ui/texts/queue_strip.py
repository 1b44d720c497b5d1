"""Texts of the queue strip; pure data, any thread."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "queue_strip.accessible": ("My queues", "我的队列"),
    "queue_strip.empty": ("No queues", "没有队列"),
    "queue_strip.empty_hint": (
        "You are not assigned to any queue",
        "您未被分配到任何队列",
    ),
    "queue_strip.waiting": ("waiting · longest {time}", "等待 · 最长 {time}"),
    "queue_strip.none_waiting": ("waiting", "等待"),
    "queue_strip.answered_here": ("answered here today", "今日本坐席接听"),
    "queue_strip.share_tile": (
        "{name}: answered here today {answered} of {offered}; who waits is not known here",
        "{name}：今日本坐席接听 {answered} / {offered}；此处无法得知等待人数",
    ),
    "queue_strip.tip.share": (
        "{name}: answered here today {answered} of {offered}",
        "{name}：今日本坐席接听 {answered} / {offered}",
    ),
    "queue_strip.tip.unknown": (
        "Who waits and who is ready is known to the exchange alone",
        "等待人数和就绪坐席只有交换机知道",
    ),
    "queue_strip.level": ("SLA {percent}%", "SLA {percent}%"),
    "queue_strip.no_level": ("SLA —", "SLA —"),
    "queue_strip.standing.good": ("on target", "达标"),
    "queue_strip.standing.close": ("close to target", "接近目标"),
    "queue_strip.standing.low": ("below target", "未达标"),
    "queue_strip.standing.none": ("no calls yet", "尚无来电"),
    "queue_strip.tip.level": ("{name}: service level {standing}", "{name}：服务水平{standing}"),
    "queue_strip.tip.answered": (
        "Answered within {target} s: {in_target} of {answered}",
        "{target} 秒内接听：{in_target} / {answered}",
    ),
    "queue_strip.tip.abandoned": ("Abandoned: {abandoned}", "放弃：{abandoned}"),
    "queue_strip.tip.agents": (
        "Agents ready: {ready}, on calls: {busy}",
        "就绪坐席：{ready}，通话中：{busy}",
    ),
    "queue_strip.tile": (
        "{name}: {waiting} waiting, longest {time}, {level}, {standing}",
        "{name}：{waiting} 人等待，最长 {time}，{level}，{standing}",
    ),
}
