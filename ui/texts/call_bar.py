"""Texts of the call bar, its cards and the keypad; pure data, any thread."""

from __future__ import annotations

from typing import Final

_STATES: Final[dict[str, tuple[str, str]]] = {
    "call_bar.state.ringing": ("Ringing", "来电振铃"),
    "call_bar.state.dialling": ("Dialling", "拨号中"),
    "call_bar.state.calling": ("Calling", "呼叫中"),
    "call_bar.state.talking": ("Talking", "通话中"),
    "call_bar.state.muted": ("Muted", "已静音"),
    "call_bar.state.consulting": ("Consulting", "咨询中"),
    "call_bar.state.conference": ("Conference", "三方通话"),
    "call_bar.state.on_hold": ("On hold", "保持中"),
    "call_bar.state.in_queue": ("In queue", "排队中"),
    "call_bar.state.failed": ("Failed", "呼叫失败"),
    "call_bar.state.idle": ("No call", "无通话"),
    "call_bar.state.line_off": ("Line off", "线路未启用"),
    "call_bar.state.line_trying": ("Signing in", "注册中"),
    "call_bar.state.line_away": ("No line", "线路中断"),
    "call_bar.state.line_refused": ("Refused", "线路被拒"),
}

_ACTIONS: Final[dict[str, tuple[str, str]]] = {
    "call_bar.make_call": ("Call", "呼叫"),
    "call_bar.make_call_tip": ("Call a number", "拨打号码"),
    "call_bar.answer": ("Answer", "接听"),
    "call_bar.answer_tip": ("Answer the ringing call", "接听来电"),
    "call_bar.hold": ("Hold", "保持"),
    "call_bar.hold_tip": ("Put the call on hold", "保持通话"),
    "call_bar.retrieve": ("Retrieve", "取回"),
    "call_bar.retrieve_tip": ("Take the call back from hold", "取回保持的通话"),
    "call_bar.mute": ("Mute", "静音"),
    "call_bar.mute_tip": ("Switch my microphone off", "关闭麦克风"),
    "call_bar.unmute": ("Unmute", "取消静音"),
    "call_bar.unmute_tip": ("Switch my microphone on again", "重新打开麦克风"),
    "call_bar.record": ("Record", "录音"),
    "call_bar.record_tip": (
        "Record both sides, when the caller has agreed",
        "征得对方同意后录下双方声音",
    ),
    "call_bar.stop_recording": ("Stop recording", "停止录音"),
    "call_bar.stop_recording_tip": (
        "End the recording; what was recorded stays",
        "结束录音，已录内容保留",
    ),
    "call_bar.transfer": ("Transfer", "转接"),
    "call_bar.transfer_tip": (
        "Send the call to somebody else, asking first or at once",
        "转给他人：先咨询或直接转",
    ),
    "call_bar.deflect": ("Redirect", "转移"),
    "call_bar.deflect_tip": (
        "Send the ringing call on without answering",
        "不接听，将来电转给他人",
    ),
    "call_bar.consult": ("Consult", "咨询"),
    "call_bar.consult_tip": (
        "Hold the call and ask somebody about it",
        "保持通话并咨询他人",
    ),
    "call_bar.keypad": ("Keypad", "键盘"),
    "call_bar.keypad_tip": ("Send digits into the call", "在通话中发送按键"),
    "call_bar.hang_up": ("Hang up", "挂断"),
    "call_bar.hang_up_tip": ("End this call", "结束此通话"),
    "call_bar.decline": ("Decline", "拒接"),
    "call_bar.decline_tip": ("Reject the ringing call", "拒接来电"),
    "call_bar.complete_transfer": ("Complete transfer", "完成转接"),
    "call_bar.complete_transfer_tip": (
        "Connect both and leave the call",
        "接通双方并退出通话",
    ),
    "call_bar.conference": ("Conference", "三方通话"),
    "call_bar.conference_tip": ("Talk with both at once", "三方一起通话"),
    "call_bar.swap": ("Swap", "切换"),
    "call_bar.swap_tip": ("Talk to the one on hold, hold the other", "与另一方通话，保持当前一方"),
    "call_bar.reconnect": ("Back to caller", "返回客户"),
    "call_bar.reconnect_tip": (
        "End the consultation and go back to the caller",
        "结束咨询，返回客户通话",
    ),
    "call_bar.more": ("More call actions", "更多通话操作"),
}

TEXTS: Final[dict[str, tuple[str, str]]] = {
    **_STATES,
    **_ACTIONS,
    "call_bar.accessible": ("Call bar", "通话栏"),
    "call_bar.anonymous": ("Number withheld", "号码未显示"),
    "call_bar.parties": ("{count} other party|{count} other parties", "另有 {count} 方"),
    "call_bar.card": ("{title}, {detail}, {state}", "{title}，{detail}，{state}"),
    "call_bar.card_tip": ("Select this call", "选择此通话"),
    "call_bar.waited": ("waited {time}", "已等待 {time}"),
    "call_bar.no_call_can_come": ("No call can come", "无法接到来电"),
    "call_bar.idle_hint": ("Waiting for a call", "等待来电"),
    "call_bar.keypad_sent": ("Sent digits", "已发送按键"),
    "call_bar.keypad_hint": ("Type digits, * or #", "输入数字、* 或 #"),
    "call_bar.keypad_key": ("Send {key}", "发送 {key}"),
    "call_bar.keypad_letters": ("Show A to D", "显示 A 至 D"),
}
