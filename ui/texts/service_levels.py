"""Texts of service clocks; plain data, any thread."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "service_clock.left": ("{time} left", "剩 {time}"),
    "service_clock.only": ("Only {time} left", "仅剩 {time}"),
    "service_clock.over": ("{time} late", "超时 {time}"),
    "service_clock.paused": ("Paused, {time} left", "暂停，剩 {time}"),
    "service_clock.paused_over": ("Paused, {time} late", "暂停，超时 {time}"),
    "service_clock.due": ("{step}: due {when}", "{step}：应于 {when} 完成"),
    "service_clock.was_due": ("{step}: was due {when}", "{step}：本应于 {when} 完成"),
    "service_clock.waits": ("{step}: the clock is paused", "{step}：计时已暂停"),
    "service_clock.minutes": ("{minutes} min", "{minutes} 分"),
    "service_clock.hours": ("{hours} h", "{hours} 小时"),
    "service_clock.hours_minutes": ("{hours} h {minutes} min", "{hours} 小时 {minutes} 分"),
    "service_step.DISPATCH": ("Dispatch", "派单"),
    "service_step.ACCEPT": ("Acceptance", "接单"),
    "service_step.ARRIVE": ("Start of work", "开工"),
    "service_step.REPORT": ("Report", "回单"),
    "service_step.REVIEW": ("Review", "审核"),
    "service_step.VERIFY": ("Verification", "回访"),
}
