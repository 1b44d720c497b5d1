"""Texts of the sound of a call: recording, quality, lost sound; pure data, any thread."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "call_sound.off": ("Not recorded", "未录音"),
    "call_sound.recording": ("Recording", "录音中"),
    "call_sound.paused": ("Recording paused", "录音已暂停"),
    "call_sound.by_rule_hint": (
        "By this queue's rule; the caller was told.",
        "按队列规则录音，来电者已被告知。",
    ),
    "call_sound.own_hint": (
        "Only when the caller has agreed.",
        "须征得对方同意。",
    ),
    "call_sound.paused_hint": (
        "Silence is kept: what is said now is not.",
        "正在保存静音，此刻的谈话不会留存。",
    ),
    "call_sound.pause": ("Pause", "暂停"),
    "call_sound.pause_tip": (
        "Keep silence while the caller says a card number",
        "对方念卡号时暂停录音",
    ),
    "call_sound.resume": ("Resume", "继续"),
    "call_sound.resume_tip": ("Record what is said again", "继续录音"),
    "call_sound.stop": ("Stop", "停止"),
    "call_sound.stop_tip": ("End the recording; what was recorded stays", "结束录音，已录内容保留"),
    "call_sound.failed": ("The recording ended: {reason}", "录音已中断：{reason}"),
    "call_sound.lost": ("No sound comes", "没有声音传来"),
    "call_sound.lost_tip": (
        "Nothing has come for some seconds. Ask whether you are heard, or call back.",
        "已数秒没有收到对方的声音。请询问对方能否听到，或回拨。",
    ),
    "call_sound.connecting": ("Sound connecting", "正在接通声音"),
    "call_sound.connecting_tip": (
        "The way of the sound is being opened",
        "正在建立语音通路",
    ),
    "call_sound.grade.good": ("Good {opinion}", "良好 {opinion}"),
    "call_sound.grade.fair": ("Fair {opinion}", "一般 {opinion}"),
    "call_sound.grade.bad": ("Bad {opinion}", "较差 {opinion}"),
    "call_sound.and_fault": ("{words}: {fault}", "{words}：{fault}"),
    "call_sound.fault.gaps": ("you hear gaps, {loss} % lost", "声音断续，丢失 {loss}%"),
    "call_sound.fault.uneven": ("it comes unevenly, {jitter} ms", "声音不匀，抖动 {jitter} 毫秒"),
    "call_sound.fault.late": ("it comes late, {delay} ms", "声音滞后 {delay} 毫秒"),
    "call_sound.fault.there": ("the other side hears you badly", "对方听您不清楚"),
    "call_sound.tip.here": ("You hear: {value} of 4.5", "您听到的：{value}（满分 4.5）"),
    "call_sound.tip.there": ("You are heard: {value} of 4.5", "对方听到的：{value}（满分 4.5）"),
    "call_sound.tip.loss": ("Lost: {value} %", "丢失：{value}%"),
    "call_sound.tip.jitter": ("Jitter: {value} ms", "抖动：{value} 毫秒"),
    "call_sound.tip.round_trip": ("There and back: {value} ms", "往返时延：{value} 毫秒"),
    "call_sound.tip.codec": ("Codec: {value}", "编解码器：{value}"),
}
