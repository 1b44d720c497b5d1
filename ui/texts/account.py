"""Texts of the telephone's part of the settings page; pure data, any thread."""

from __future__ import annotations

from typing import Final

_FIELDS: Final[dict[str, tuple[str, str]]] = {
    "account.user": ("User or extension", "用户或分机"),
    "account.domain": ("Exchange", "交换机"),
    "account.password": ("Password", "密码"),
    "account.display_name": ("Name that others see", "对方看到的名称"),
    "account.display_name_hint": ("As the exchange has it", "由交换机决定"),
    "account.server": ("Server, when it is another one", "服务器（与交换机不同时）"),
    "account.server_hint": ("Found by its name", "按名称查找"),
    "account.transport": ("Transport", "传输方式"),
    "account.login": ("Login, when it is not the user", "登录名（与用户不同时）"),
    "account.login_hint": ("The user", "与用户相同"),
    "account.ca_file": ("Certificate file of the house", "单位的证书文件"),
    "account.stun": ("STUN server", "STUN 服务器"),
    "account.turn": ("TURN server", "TURN 服务器"),
    "account.turn_user": ("User of the TURN server", "TURN 服务器的用户"),
    "account.turn_password": ("Password of the TURN server", "TURN 服务器的密码"),
    "account.echo": ("Echo number, for the check", "回声测试号码（用于检查）"),
    "account.media_ports": ("UDP ports of the sound", "语音的 UDP 端口"),
    "account.profiles": ("Protection of the sound, best first", "语音加密方式（优先者在前）"),
    "account.codecs": ("Codecs, best first", "编解码器（优先者在前）"),
    "account.queues": ("Queues of the exchange", "交换机的队列"),
    "account.directory": ("Directory of the house", "内部通讯录"),
    "account.trust": ("Who says who calls", "来电者信息的来源"),
    "account.queue_header": ("Header with the queue", "队列所在的消息头"),
    "account.reason_header": ("Header with the reason", "来电原因所在的消息头"),
    "account.call_id_header": ("Header with the call's number", "通话编号所在的消息头"),
    "account.lines": ("Calls at a time", "同时通话数"),
    "account.session_seconds": ("A dead desk's calls end after", "工作台失联后通话结束时间"),
    "account.not_ready_status": ("Queues hear while not ready", "未就绪时队列收到"),
}

_CHOICES: Final[dict[str, tuple[str, str]]] = {
    "account.transport.auto": ("As the exchange says", "由交换机决定"),
    "account.transport.udp": ("UDP, not encrypted", "UDP（不加密）"),
    "account.transport.tcp": ("TCP, not encrypted", "TCP（不加密）"),
    "account.transport.tls": ("TLS, encrypted", "TLS（加密）"),
    "account.transport.ws": ("WebSocket, not encrypted", "WebSocket（不加密）"),
    "account.transport.wss": ("WebSocket, encrypted", "WebSocket（加密）"),
    "account.profile.dtls-srtp-ice": ("DTLS-SRTP with ICE", "DTLS-SRTP 加 ICE"),
    "account.profile.dtls-srtp": ("DTLS-SRTP", "DTLS-SRTP 加密"),
    "account.profile.sdes": ("SRTP by SDES", "SRTP 加密（SDES）"),
    "account.profile.rtp": ("None: plain RTP", "不加密（RTP）"),
    "account.codec.opus": ("Opus, best sound", "Opus（音质最好）"),
    "account.codec.g722": ("G.722, wide band", "G.722（宽带）"),
    "account.codec.pcma": ("G.711 A-law (PCMA)", "G.711 A 律（PCMA）"),
    "account.codec.pcmu": ("G.711 µ-law (PCMU)", "G.711 µ 律（PCMU）"),
    "account.trust.asserted": (
        "The exchange: P-Asserted-Identity first",
        "交换机：优先 P-Asserted-Identity",
    ),
    "account.trust.remote-party": (
        "The exchange: Remote-Party-ID first",
        "交换机：优先 Remote-Party-ID",
    ),
    "account.trust.from": ("The caller: From", "来电者：From"),
    "account.not_ready_status.480": ("Not available (480)", "暂时不可用（480）"),
    "account.not_ready_status.486": ("Busy (486)", "忙（486）"),
    "account.add_profile": ("Add a protection", "添加加密方式"),
    "account.add_codec": ("Add a codec", "添加编解码器"),
    "account.verify_certificate": (
        "Check the exchange's certificate",
        "检查交换机的证书",
    ),
    "account.verify_certificate_tip": (
        "Without it anybody on the way can listen and learn the password; off only on a test bench",
        "关闭后，途中任何人都可能窃听并获取密码；仅限测试环境关闭",
    ),
    "account.only_directory": (
        "Extensions that the directory lacks are refused here",
        "拒绝拨打通讯录中没有的分机",
    ),
    "account.only_directory_tip": (
        "Otherwise the exchange decides",
        "否则由交换机决定",
    ),
    "account.follow_transfers": (
        "Colleagues may send my calls on",
        "允许同事转移我的通话",
    ),
    "account.follow_transfers_tip": (
        "A transfer that the exchange passes on within the house is followed",
        "接受交换机在内部转来的转接请求",
    ),
    "account.rings_signed_off": (
        "Direct calls ring while nobody is signed on",
        "无人签入时直接来电仍振铃",
    ),
    "account.rings_signed_off_tip": (
        "Calls to the extension itself, not those of queues",
        "仅指直接拨打分机的来电，不含队列来电",
    ),
}

_ROWS: Final[dict[str, tuple[str, str]]] = {
    "account.take_out": ("Take out", "移除"),
    "account.queues.key": ("As the exchange calls it", "交换机中的名称"),
    "account.queues.name": ("Name on the desk", "工作台上的名称"),
    "account.queues.auto_answer": ("Answer", "自动接听"),
    "account.queues.auto_answer_tip": (
        "The desk answers this queue's calls after a beep",
        "提示音后由工作台自动接听该队列的来电",
    ),
    "account.queues.record": ("Record", "录音"),
    "account.queues.record_tip": (
        "This queue's calls are recorded; its callers have been told and agree",
        "该队列的通话会录音；来电者已被告知并同意",
    ),
    "account.queues.add": ("Add a queue", "添加队列"),
    "account.directory.key": ("Extension", "分机"),
    "account.directory.name": ("Name", "姓名"),
    "account.directory.add": ("Add an extension", "添加分机"),
}

TEXTS: Final[dict[str, tuple[str, str]]] = {
    **_FIELDS,
    **_CHOICES,
    **_ROWS,
    "account.title": ("Telephone", "电话"),
    "account.simulated": (
        "The desk works with simulated calls until an account is set.",
        "设置账号之前，工作台使用模拟通话。",
    ),
    "account.restart": (
        "Saved. The desk uses this line when it is started again.",
        "已保存。重新启动工作台后使用该线路。",
    ),
    "account.restart_simulated": (
        "Saved. The desk works with simulated calls when it is started again.",
        "已保存。重新启动工作台后使用模拟通话。",
    ),
    "account.check": ("Check the line", "检查线路"),
    "account.stop": ("Stop", "停止"),
    "account.trace": ("Trace", "信令记录"),
    "account.more": ("More", "更多"),
    "account.less": ("Less", "收起"),
    "account.accepted": ("Accepted: {accepted}", "可填写：{accepted}"),
    "account.password.kept": ("Kept in the keyring", "已保存在密钥环中"),
    "account.password.none": ("None is kept", "尚未保存"),
    "account.password.forgotten": ("Forgotten on saving", "保存时删除"),
    "account.password.no_keyring": ("No keyring here", "本机没有密钥环"),
    "account.password.forget": ("Forget the kept password", "删除已保存的密码"),
    "account.password.not_kept": (
        "This machine has no keyring that keeps it: type it again at each start",
        "本机没有可用的密钥环，密码未能保存，每次启动后需重新输入",
    ),
}
