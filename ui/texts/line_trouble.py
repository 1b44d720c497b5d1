"""What can be wrong with a line, and what to do about it; pure data, any thread."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "line_trouble.says": ("{said} ({detail})", "{said}（{detail}）"),
    "line_trouble.and_advice": ("{said}. {advice}", "{said}。{advice}"),
    "line_trouble.name_not_found": (
        "No server is known under this name",
        "找不到这个名称的服务器",
    ),
    "line_trouble.name_not_found.advice": (
        "Check how the exchange and the server are spelt, and whether this machine has a network.",
        "请检查交换机和服务器名称的拼写，以及本机网络是否正常。",
    ),
    "line_trouble.connection_refused": (
        "The server is there, but nothing listens at this port",
        "服务器存在，但该端口没有服务",
    ),
    "line_trouble.connection_refused.advice": (
        "Check port and transport (5060 for UDP and TCP, 5061 for TLS as a rule).",
        "请检查端口和传输方式（UDP、TCP 通常为 5060，TLS 通常为 5061）。",
    ),
    "line_trouble.unreachable": (
        "There is no way to the server from here",
        "本机无法到达该服务器",
    ),
    "line_trouble.unreachable.advice": (
        "Check this machine's network, and whether a VPN is needed.",
        "请检查本机网络，以及是否需要连接 VPN。",
    ),
    "line_trouble.no_answer": ("The server does not answer", "服务器没有应答"),
    "line_trouble.no_answer.advice": (
        "A firewall may be in between, or the transport is another one. Try TCP or TLS.",
        "中间可能有防火墙，或传输方式不对。请试用 TCP 或 TLS。",
    ),
    "line_trouble.certificate": (
        "The server's certificate is not trusted",
        "服务器证书不受信任",
    ),
    "line_trouble.certificate.advice": (
        "Ask whoever runs the exchange before you go on.",
        "请先联系交换机管理员，再继续。",
    ),
    "line_trouble.certificate_expired": (
        "The server's certificate has expired or is not valid yet",
        "服务器证书已过期或尚未生效",
    ),
    "line_trouble.certificate_expired.advice": (
        "Whoever runs the exchange has to renew it. Check this machine's clock too.",
        "请交换机管理员更新证书，并检查本机时钟。",
    ),
    "line_trouble.certificate_name": (
        "The server's certificate is for another name",
        "服务器证书属于另一个名称",
    ),
    "line_trouble.certificate_name.advice": (
        "Write the exchange's name as its certificate has it, and no bare address.",
        "请填写与证书一致的交换机名称，不要填 IP 地址。",
    ),
    "line_trouble.certificate_authority": (
        "Nobody whom this machine trusts has signed the server's certificate",
        "服务器证书的签发机构不受本机信任",
    ),
    "line_trouble.certificate_authority.advice": (
        "A house with its own authority has its file under More: name it there.",
        "如果单位有自己的证书机构，请在“更多”的“证书文件”中填写其文件。",
    ),
    "line_trouble.tls": (
        "The server is there, but no secure connection came about",
        "服务器存在，但无法建立安全连接",
    ),
    "line_trouble.tls.advice": (
        "The port may be one without TLS, or the server speaks an old version of it.",
        "该端口可能不支持 TLS，或服务器的 TLS 版本过旧。",
    ),
    "line_trouble.web_socket": (
        "The server is there, but takes no SIP over WebSocket at this address",
        "服务器存在，但该地址不接受 WebSocket 上的 SIP",
    ),
    "line_trouble.web_socket.advice": (
        "Check the path of the URL, such as wss://sip.example.com/ws.",
        "请检查 URL 的路径，例如 wss://sip.example.com/ws。",
    ),
    "line_trouble.closed": (
        "The server closed the connection at once",
        "服务器立即关闭了连接",
    ),
    "line_trouble.closed.advice": (
        "It may not know this machine's address, or wants another transport.",
        "服务器可能不允许本机地址，或要求其他传输方式。",
    ),
    "line_trouble.no_password": (
        "The exchange asks for a password, and none is kept",
        "交换机要求密码，但尚未保存密码",
    ),
    "line_trouble.no_password.advice": (
        "Type the password of the account and save.",
        "请输入账号密码并保存。",
    ),
    "line_trouble.wrong_password": (
        "The exchange does not take this login with this password",
        "交换机不接受该登录名和密码",
    ),
    "line_trouble.wrong_password.advice": (
        "Type the password again. Some exchanges want another login than the user: see More.",
        "请重新输入密码。有些交换机的登录名与用户不同，见“更多”。",
    ),
    "line_trouble.unknown_account": (
        "The exchange does not know this user",
        "交换机没有这个用户",
    ),
    "line_trouble.unknown_account.advice": (
        "Check user and exchange; they are the two parts of your SIP address.",
        "请检查用户和交换机，它们是 SIP 地址的两部分。",
    ),
    "line_trouble.forbidden": (
        "The exchange knows the account and does not let it in",
        "交换机认识该账号，但不允许登录",
    ),
    "line_trouble.forbidden.advice": (
        "It may be locked, or only allowed from elsewhere: ask whoever runs the exchange.",
        "账号可能因多次密码错误被锁定，或只允许从其他地址登录：请联系交换机管理员。",
    ),
    "line_trouble.exchange": (
        "The exchange refuses for a reason of its own",
        "交换机因自身原因拒绝",
    ),
    "line_trouble.exchange.advice": (
        "Save the trace and show it to whoever runs the exchange.",
        "请保存信令记录，交给交换机管理员查看。",
    ),
    "line_trouble.not_set": (
        "User and exchange are not filled in yet",
        "尚未填写用户和交换机",
    ),
    "line_trouble.not_set.advice": (
        "They are the two parts of your SIP address, such as 1017 and sip.example.com.",
        "它们是 SIP 地址的两部分，例如 1017 和 sip.example.com。",
    ),
    "line_trouble.field": (
        "A field is not filled in as it must be",
        "有一项填写不正确",
    ),
    "line_trouble.field.advice": (
        "What is accepted is said at the field.",
        "该项下方写明了可接受的内容。",
    ),
    "line_trouble.ca_file": (
        "The certificate file cannot be read, or has no certificate in it",
        "证书文件无法读取，或其中没有证书",
    ),
    "line_trouble.ca_file.advice": (
        "It is a text file that begins with -----BEGIN CERTIFICATE-----.",
        "它是以 -----BEGIN CERTIFICATE----- 开头的文本文件。",
    ),
    "line_trouble.stun_silent": (
        "The STUN server does not answer, so callers outside this network may hear nothing",
        "STUN 服务器没有应答，网络外的来电者可能听不到声音",
    ),
    "line_trouble.stun_silent.advice": (
        "Check its name and port, and whether UDP may leave this network.",
        "请检查其名称和端口，以及网络是否允许 UDP 外出。",
    ),
    "line_trouble.turn_silent": (
        "The TURN server does not answer, so sound may not pass a strict firewall",
        "TURN 服务器没有应答，声音可能无法穿过严格的防火墙",
    ),
    "line_trouble.turn_silent.advice": (
        "Check its name and port, and whether UDP may leave this network.",
        "请检查其名称和端口，以及网络是否允许 UDP 外出。",
    ),
    "line_trouble.turn_refused": (
        "The TURN server does not take its user and password",
        "TURN 服务器不接受其用户和密码",
    ),
    "line_trouble.turn_refused.advice": (
        "Type its password again under More.",
        "请在“更多”中重新输入其密码。",
    ),
    "line_trouble.echo_not_reached": (
        "The echo number does not answer",
        "回声测试号码没有接听",
    ),
    "line_trouble.echo_not_reached.advice": (
        "Check the number under More; calls themselves may be all right.",
        "请检查“更多”中的号码；通话本身可能是正常的。",
    ),
    "line_trouble.no_echo": (
        "The call is there, but no sound comes back",
        "通话已接通，但没有声音传回",
    ),
    "line_trouble.no_echo.advice": (
        "A firewall may stop the sound: set a STUN or TURN server, or try another protection.",
        "防火墙可能拦截了声音：请设置 STUN 或 TURN 服务器，或更换语音加密方式。",
    ),
    "line_trouble.no_microphone": ("There is no microphone", "没有麦克风"),
    "line_trouble.no_microphone.advice": (
        "Plug the headset in; the desk finds it by itself.",
        "请插入耳机，工作台会自动识别。",
    ),
    "line_trouble.no_speaker": ("There is nothing to hear with", "没有可用的听筒"),
    "line_trouble.no_speaker.advice": (
        "Plug the headset in; the desk finds it by itself.",
        "请插入耳机，工作台会自动识别。",
    ),
}
