"""Texts of the agent state button; pure data, any thread."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "agent_state.accessible": ("My state: {state}", "我的状态：{state}"),
    "agent_state.accessible_detail": ("My state: {state}, {detail}", "我的状态：{state}，{detail}"),
    "agent_state.tooltip": (
        "Change my state: {ready} ready, {not_ready} not ready",
        "更改我的状态：{ready} 就绪，{not_ready} 示忙",
    ),
    "agent_state.ready": ("Ready for calls", "就绪，可接来电"),
    "agent_state.ready_after_call": ("Ready after the call", "通话后就绪"),
    "agent_state.not_ready_section": ("Not ready because of", "示忙原因"),
    "agent_state.after_call_section": ("Not ready after the call", "通话后示忙"),
    "agent_state.log_on": ("Log on", "签入"),
    "agent_state.log_off": ("Log off", "签出"),
    "agent_state.pending": ("Next: {state}", "之后：{state}"),
    "agent_state.wrap_up_ends": ("Ends in {time}", "剩余 {time}"),
    "agent_state.wrap_up_over": ("Time is up", "时间已到"),
    "agent_state.wrap_up_unlimited": ("No time limit", "无时间限制"),
}
