"""Texts of the desk's registration at its exchange; pure data, any thread."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "registration.off": ("Line off", "线路未启用"),
    "registration.trying": ("Signing in", "线路注册中"),
    "registration.registered": ("Line ready", "线路就绪"),
    "registration.away": ("Exchange away", "交换机未应答"),
    "registration.refused": ("Line refused", "线路被拒绝"),
    "registration.off_sentence": (
        "{account} is not registered; no call can come",
        "{account} 未注册，无法接到来电",
    ),
    "registration.trying_sentence": (
        "The desk is registering {account} at its exchange",
        "正在向交换机注册 {account}",
    ),
    "registration.registered_sentence": (
        "Calls for {account} come to this desk",
        "{account} 的来电会到达本工作台",
    ),
    "registration.away_sentence": (
        "The exchange of {account} is away; the desk tries again by itself",
        "{account} 的交换机无应答，工作台会自动重试",
    ),
    "registration.refused_sentence": (
        "The exchange refuses {account}; no call can come until that is mended",
        "交换机拒绝 {account}，处理好之前无法接到来电",
    ),
    "registration.because": ("{sentence}: {reason}", "{sentence}：{reason}"),
    "registration.open": ("Open the telephone settings", "打开电话设置"),
}
