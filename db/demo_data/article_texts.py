"""What the demo's articles say, in English and in Chinese; pure data, any thread."""

from __future__ import annotations

from typing import Final

Text = tuple[str, str, str, str]
"""Title, problem, cause, fix."""

Words = tuple[str, str, Text, Text]
"""Category by its English name, products, English, Chinese."""

ARTICLES: Final[tuple[Words, ...]] = (
    (
        "No connection",
        "Router",
        (
            "Router: link light is red after an outage",
            (
                "The link light stays red, no device gets online. It began with an outage in "
                "the area."
            ),
            "The router holds on to a session that the exchange has closed.",
            (
                "1. Unplug the router for 30 seconds.\n"
                "2. Plug it in and wait for the link light, up to 3 minutes.\n"
                "3. Still red: reset the line from here (Lines > Reset), wait 2 minutes.\n"
                "4. Still red: raise a work order, line fault on site."
            ),
        ),
        (
            "路由器：区域故障后链路灯显示红色",
            "链路灯一直是红色，所有设备都无法上网。问题从区域故障开始。",
            "路由器仍保持着局端已关闭的会话。",
            (
                "1. 拔掉路由器电源 30 秒。\n"
                "2. 重新通电，等待链路灯，最多 3 分钟。\n"
                "3. 仍为红色：在后台重置线路（线路 > 重置），等待 2 分钟。\n"
                "4. 仍为红色：派单，线路故障（上门）。"
            ),
        ),
    ),
    (
        "Slow or unstable",
        "Router, Repeater",
        (
            "Wi-Fi is slow far from the router",
            "Fast beside the router, slow two rooms away.",
            "Walls with metal or water pipes; the 5 GHz band does not reach through.",
            (
                "1. Have the customer measure beside the router and in the room.\n"
                "2. Separate the two bands and use 2.4 GHz in the far room.\n"
                "3. Offer a repeater when that is not enough."
            ),
        ),
        (
            "离路由器远的房间无线网速度慢",
            "路由器旁边速度正常，隔两个房间就很慢。",
            "墙内有金属或水管，5 GHz 频段无法穿透。",
            (
                "1. 请客户分别在路由器旁和房间内测速。\n2. 将两个频段分开，远处使用 2.4 GHz。\n"
                "3. 仍不够时，建议加装中继器。"
            ),
        ),
    ),
    (
        "Slow or unstable",
        "Router",
        (
            "Connection drops every few minutes in the evening",
            "The connection is cut and comes back by itself, mostly between 19:00 and 23:00.",
            "The noise on the line is above what its profile allows.",
            (
                "1. Read the line's values: errors above 500 an hour?\n"
                "2. Put the line on the stable profile.\n"
                "3. Call back the next evening; raise a work order if it still drops."
            ),
        ),
        (
            "晚上网络每隔几分钟断线一次",
            "网络断开后自动恢复，多发生在 19 点到 23 点。",
            "线路噪声超过当前模板允许的范围。",
            (
                "1. 查看线路数据：每小时误码是否超过 500？\n2. 将线路切换为稳定模板。\n"
                "3. 次日晚回电；仍断线则派单。"
            ),
        ),
    ),
    (
        "Device set-up",
        "Set-top box",
        (
            "Set-top box shows error 1302 at the first start",
            "The box stops at error 1302 while it loads the channels.",
            "It is not assigned to the customer's line yet.",
            (
                "1. Ask for the serial number on the underside.\n"
                "2. Assign it under Devices > Assign.\n"
                "3. Have the box restarted; channels load within 5 minutes."
            ),
        ),
        (
            "机顶盒首次启动显示错误 1302",
            "机顶盒加载频道时停在错误 1302。",
            "设备尚未绑定到客户线路。",
            "1. 询问底部的序列号。\n2. 在“设备 > 绑定”中绑定。\n3. 重启机顶盒，5 分钟内加载频道。",
        ),
    ),
    (
        "Line fault on site",
        "Landline",
        (
            "Noise on the telephone line when it rains",
            "Crackling in every call in wet weather, gone when it is dry.",
            "Water in the junction box or a damaged cable outside.",
            (
                "1. Have another telephone tried at the first socket.\n"
                "2. Same noise: raise a work order for field service, say that it depends on "
                "rain.\n"
                "3. Tell the customer to be at home."
            ),
        ),
        (
            "下雨时电话有杂音",
            "潮湿天气每次通话都有杂音，天晴后消失。",
            "接线盒进水或室外线缆破损。",
            (
                "1. 请客户在第一个插座换一部电话试听。\n2. 杂音相同：派单给现场服务，"
                "注明与下雨有关。\n3. 提醒客户当天在家。"
            ),
        ),
    ),
    (
        "Question about an invoice",
        "",
        (
            "First invoice is higher than the price agreed",
            "The first invoice has more than one month on it.",
            "It bills the days of the first month and the next month in advance.",
            (
                "1. Read out both periods on page 2.\n"
                "2. Name the amount of the next invoice.\n"
                "3. Offer to send the explanation by e-mail."
            ),
        ),
        (
            "首期账单高于约定价格",
            "首期账单包含不止一个月的费用。",
            "账单包含首月的实际天数和次月的预付费用。",
            "1. 说明第 2 页上的两个计费周期。\n2. 告知下一期账单金额。\n3. 可通过邮件发送说明。",
        ),
    ),
    (
        "Refund",
        "",
        (
            "The same amount was charged twice",
            "Two charges of the same amount on one day.",
            "The customer paid by hand after a direct debit had begun.",
            (
                "1. Compare the reference of both payments.\n"
                "2. Mark the second one for refund; it is back in 3 working days.\n"
                "3. Confirm by message."
            ),
        ),
        (
            "同一金额被重复扣款",
            "同一天有两笔相同金额的扣款。",
            "自动扣款已开始后，客户又手动付款。",
            "1. 核对两笔付款的参考号。\n2. 将第二笔标记为退款，3 个工作日到账。\n3. 发送短信确认。",
        ),
    ),
    (
        "Password and sign-in",
        "",
        (
            "Password reset: the e-mail does not arrive",
            "The customer asked for a new password several times and got no e-mail.",
            "The address is wrong, or the mail is held as spam.",
            (
                "1. Read the address out.\n"
                "2. Ask for the spam folder, sender no-reply@desk.example.\n"
                "3. Send a one-time code to the telephone number that is known instead."
            ),
        ),
        (
            "重置密码：收不到邮件",
            "客户多次申请新密码，但没有收到邮件。",
            "邮箱地址错误，或邮件被归入垃圾邮件。",
            (
                "1. 核对邮箱地址。\n2. 请客户查看垃圾邮件，发件人 no-reply@desk.example。\n"
                "3. 改为向已登记的号码发送一次性验证码。"
            ),
        ),
    ),
    (
        "Where is my order",
        "",
        (
            "Order is “handed over” for days and nothing comes",
            "The status has been “handed over” for more than three days.",
            "The parcel waits in the pick-up shop, the message went to an old number.",
            (
                "1. Look the parcel's number up at the carrier.\n"
                "2. Tell address and hours of the shop.\n"
                "3. Correct the number; have the message sent again."
            ),
        ),
        (
            "订单多日显示“已交付承运商”但未收到",
            "状态停留在“已交付承运商”超过三天。",
            "包裹已到自提点，通知发到了旧号码。",
            "1. 用运单号查询承运商。\n2. 告知自提点地址和营业时间。\n3. 更正号码并重新发送通知。",
        ),
    ),
    (
        "Damaged in transit",
        "",
        (
            "Parcel arrived damaged: what to ask for",
            "The box is dented or open, the device may be broken.",
            "",
            (
                "1. Ask for photos of the box from two sides and of the label.\n"
                "2. Order the exchange at once, no need to wait for the return.\n"
                "3. Collection within 2 working days."
            ),
        ),
        (
            "包裹运输损坏：需要哪些信息",
            "包装凹陷或开口，设备可能损坏。",
            "",
            (
                "1. 请客户拍摄包装两面和面单的照片。\n2. 立即安排换货，无需等待退回。\n"
                "3. 2 个工作日内上门取件。"
            ),
        ),
    ),
    (
        "Defect under warranty",
        "Repeater",
        (
            "Repeater does not start any more",
            "No light at all after a thunderstorm or a power cut.",
            "The power supply is broken; the repeater itself seldom is.",
            (
                "1. Have another socket tried.\n"
                "2. Under warranty: send a power supply, article 4711.\n"
                "3. Still dark with the new one: exchange the repeater."
            ),
        ),
        (
            "中继器无法启动",
            "雷雨或停电后指示灯全灭。",
            "电源适配器损坏，中继器本身很少损坏。",
            (
                "1. 请客户换一个插座。\n2. 保修期内：寄送电源适配器，料号 4711。\n"
                "3. 更换后仍不亮：更换中继器。"
            ),
        ),
    ),
    (
        "Contract and renewal",
        "",
        (
            "Customer wants to move with the contract",
            "The customer moves house and wants to take the line along.",
            "",
            (
                "1. Ask for the new address and the day.\n"
                "2. Check whether the line is there.\n"
                "3. Yes: order the move, 10 working days ahead. No: right to end the contract "
                "within 3 months."
            ),
        ),
        (
            "客户搬家，希望迁移合同",
            "客户搬家并希望继续使用原线路。",
            "",
            (
                "1. 询问新地址和搬家日期。\n2. 查询新地址是否有线路。\n"
                "3. 有：提前 10 个工作日办理迁移。无：客户可在 3 个月内解约。"
            ),
        ),
    ),
)

DRAFTS: Final[tuple[Words, ...]] = (
    (
        "How to use it",
        "Router",
        (
            "Guest Wi-Fi: set it up in two minutes",
            "The customer wants to let guests into the Wi-Fi without telling the password.",
            "",
            (
                "1. Open desk.example/router.\n"
                "2. Wi-Fi > Guests > On.\n"
                "3. Show the code to the guests."
            ),
        ),
        (
            "访客无线网：两分钟设置完成",
            "客户希望不告知密码就让访客使用无线网。",
            "",
            "1. 打开 desk.example/router。\n2. 无线网 > 访客 > 开启。\n3. 让访客扫描二维码。",
        ),
    ),
)
