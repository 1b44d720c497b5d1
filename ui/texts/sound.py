"""Texts of microphone, speaker and their test; pure data, any thread."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "sound.title": ("Microphone and speaker", "麦克风与扬声器"),
    "sound.system": ("As on this computer ({name})", "跟随系统（{name}）"),
    "sound.system_none": ("As on this computer", "跟随系统"),
    "sound.away": ("{name} (not available)", "{name}（不可用）"),
    "sound.headset": (
        "Use a headset: with a loudspeaker, callers hear their own echo.",
        "请使用耳麦：外放时客户会听到自己的回声。",
    ),
    "sound.simulated": (
        "Calls at this desk are simulated and need no headset. Only the ring is heard.",
        "本工作台的通话为模拟通话，无需耳麦；只有铃声会响。",
    ),
    "sound.none.microphone": (
        "No microphone is plugged in: callers do not hear you.",
        "没有连接麦克风：客户听不到您的声音。",
    ),
    "sound.none.speaker": (
        "No headphones or speaker are plugged in: you do not hear callers.",
        "没有连接耳机或扬声器：您听不到客户的声音。",
    ),
    "sound.none.ringer": (
        "No headphones or speaker are plugged in: calls ring on the screen only.",
        "没有连接耳机或扬声器：来电只在屏幕上提示。",
    ),
    "sound.gone": (
        "“{name}” is not plugged in. “{used}” is used instead.",
        "“{name}”未连接，现改用“{used}”。",
    ),
    "sound.refused": (
        (
            "“{name}” gives no sound: it was pulled out, another program holds it, or privacy "
            "settings forbid it. “{used}” is used instead."
        ),
        "“{name}”没有声音：可能已拔出、被其他程序占用或被隐私设置禁止。现改用“{used}”。",
    ),
    "sound.refused_all": (
        (
            "“{name}” gives no sound: it was pulled out, another program holds it, or privacy "
            "settings forbid it. Nothing else is plugged in."
        ),
        "“{name}”没有声音：可能已拔出、被其他程序占用或被隐私设置禁止。没有其他设备可用。",
    ),
    "sound.test": ("Test sound", "测试声音"),
    "sound.test_stop": ("Stop the test", "停止测试"),
    "sound.test_how": (
        "Speak: you hear yourself half a second later.",
        "请说话：半秒后您会听到自己的声音。",
    ),
    "sound.test_in_call": ("Not during a call", "通话中不能测试"),
    "sound.level": ("Microphone level", "麦克风音量"),
    "sound.level.silent": ("Nothing is heard", "没有听到声音"),
    "sound.level.quiet": ("Quiet: bring the microphone closer", "声音偏小：请将麦克风靠近"),
    "sound.level.good": ("Good", "正常"),
    "sound.level.loud": ("Too loud: move the microphone away", "声音过大：请将麦克风移远"),
    "sound.ring_sample": ("Play a ring", "试听铃声"),
}
