"""The settings page's texts; pure data, any thread."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "settings.title": ("Settings", "设置"),
    "settings.look": ("Look", "外观"),
    "settings.desk": ("Desk", "工作台"),
    "settings.ring": ("When it rings", "来电时"),
    "settings.data": ("Data on this machine", "本机数据"),
    "settings.language": ("Language", "语言"),
    "settings.theme": ("Theme", "主题"),
    "settings.scale_percent": ("Text size", "文字大小"),
    "settings.region": ("Region in which numbers are read", "号码所属地区"),
    "settings.agent_name": ("My name", "我的姓名"),
    "settings.wrap_up_seconds": ("After-call work ends after", "话后处理时限"),
    "settings.repeat_window_days": ("A further call counts as a repeat for", "重复来电判定期限"),
    "settings.microphone": ("Microphone", "麦克风"),
    "settings.speaker": ("Headphones or speaker", "耳机或扬声器"),
    "settings.ringer": ("Ring on", "响铃设备"),
    "settings.ring_volume_percent": ("Ring volume", "铃声音量"),
    "settings.ring_silent": ("Silent: no tone", "静音：不响铃"),
    "settings.call_waiting_tone": (
        "Soft tone in the headset when another call rings during one",
        "通话中有新来电时，在耳麦中轻声提示",
    ),
    "settings.raise_on_ring": (
        "Bring this window to the front when it rings",
        "来电时将窗口置于最前",
    ),
    "settings.database": ("Database file", "数据库文件"),
    "settings.agent_id": ("Agent number", "坐席工号"),
    "settings.system": ("As on this computer", "跟随系统"),
    "settings.english": ("English", "English"),
    "settings.chinese": ("中文", "中文"),
    "settings.light": ("Light", "浅色"),
    "settings.dark": ("Dark", "深色"),
    "settings.percent": ("{value} %", "{value}%"),
    "settings.seconds": (" s", " 秒"),
    "settings.days": (" days", " 天"),
    "settings.no_limit": ("No limit", "不限时"),
    "settings.usual_place": ("The usual place", "默认位置"),
    "settings.save": ("Save", "保存"),
    "settings.undo": ("Undo changes", "撤销更改"),
    "settings.about": ("About", "关于"),
    "settings.saved": ("Saved", "已保存"),
    "settings.unsaved": ("Not saved yet", "尚未保存"),
    "settings.name_missing": (
        "A name is needed, 1 to {most} characters",
        "请填写姓名，1 到 {most} 个字符",
    ),
    "settings.region_unknown": (
        "“{value}” is no region; accepted is a two-letter code such as CN or DE",
        "“{value}”不是地区代码；请填写两个字母的代码，例如 CN 或 DE",
    ),
}
