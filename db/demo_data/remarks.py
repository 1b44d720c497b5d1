"""What agents write: notes, subjects of calls, products; immutable, any thread."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from agent_desk.domain.interaction import Disposition
from db.demo_data.numbers import NumberPlan

PRODUCTS = (
    ("FibreBox 7590", 24), ("FibreBox 6660 Mesh", 24), ("海蓝路由器 AX3000", 12),
    ("智能机顶盒 4K Pro", 12), ("SmartHome Hub 2", 24), ("Desk phone D735", 36),
    ("净水器 W-500", 24), ("空调 KFR-35GW", 72), ("Heat pump controller HC-20", 60),
    ("洗衣机 XQG80", 36),
)  # fmt: skip
"""Name and months of warranty."""

_NOTES = (
    "Prefers a call back after 17:00.",
    "Speaks slowly on purpose, please do not rush.",
    "Invoice always by post, no e-mail.",
    "Second router in the warehouse; static IP.",
    "喜欢用中文沟通。",
    "下午三点以后方便接听电话。",
    "老客户，态度很好，办事爽快。",
    "VIP 客户，repeat visits on site must be agreed with the shop manager 王经理 first.",
    "Dog in the yard. 上门前请先打电话。",
    "Deaf in one ear, speak up; 说话请大声一点。",
)
_NOTES_WITH_NUMBER = (
    "Daughter takes calls at weekends: {number}",
    "Technician on site reachable at {number} until Friday.",
    "本人常出差，急事请打妻子电话 {number}。",
    "New number from January: {number} (not confirmed yet)",
    "仓库值班电话 {number}，夜间有人。",
)


@dataclass(frozen=True, slots=True)
class Topic:
    """A reason to call.

    category: English name of a leaf of the category tree. queue: where such calls wait.
    subjects: what tickets are called. field_work: an order goes out for every other one.
    """

    category: str
    queue: str
    subjects: tuple[str, ...]
    done: str
    field_work: bool = False


TOPICS = (
    Topic("No connection", "technical", ("Router offline 断网", "宽带无法连接", "No signal"),
          "Line reset, modem replaced", field_work=True),
    Topic("Slow or unstable", "technical", ("晚上网速很慢", "Connection drops every evening"),
          "Channel changed, measured 480 Mbit/s"),
    Topic("Line fault on site", "technical", ("入户线路损坏", "Cable cut by excavator"),
          "Cable spliced and measured", field_work=True),
    Topic("Question about an invoice", "billing", ("账单金额疑问", "Invoice higher than expected"),
          "Invoice explained, copy sent"),
    Topic("Refund", "billing", ("Refund for outage", "重复扣款退款申请"),
          "Amount credited to the account"),
    Topic("Change of tariff", "billing", ("Upgrade request to 1 Gbit/s", "套餐升级咨询"),
          "Tariff changed from the first of the month"),
    Topic("Where is my order", "sales", ("Where is my parcel?", "订单物流查询"),
          "Parcel found in the depot and sent out"),
    Topic("Damaged in transit", "sales", ("收到货物破损", "Box crushed, device does not start"),
          "Replacement delivered", field_work=True),
    Topic("Defect under warranty", "technical", ("净水器漏水", "Set-top box does not start"),
          "Part replaced under warranty", field_work=True),
    Topic("Installation on site", "technical",
          ("上门安装 installation appointment", "空调安装预约"),
          "Installed and handed over", field_work=True),
    Topic("Password and sign-in", "billing", ("Password reset", "忘记登录密码"),
          "New password set with the customer"),
    Topic("Contract and renewal", "sales", ("Contract renewal", "合同续约"),
          "Renewed for 24 months"),
    Topic("About our service", "vip", ("Complaint about waiting time", "投诉客服态度"),
          "Apology accepted"),
    Topic("Products and prices", "sales", ("新产品价格咨询", "Price of the mesh repeater"),
          "Offer sent by e-mail"),
)  # fmt: skip

DISPOSITIONS_WITHOUT_TICKET = (
    (Disposition.INFORMATION, 60),
    (Disposition.RESOLVED, 20),
    (Disposition.TRANSFERRED, 8),
    (Disposition.COMPLAINT, 4),
    (Disposition.WRONG_NUMBER, 4),
    (Disposition.CALL_DROPPED, 4),
)


def remark(country: str, plan: NumberPlan, random: Random) -> str:
    """Return the text of a note; every fourth has somebody else's telephone number in it."""
    if random.random() < 0.25:
        number = plan.mobile(country)
        return random.choice(_NOTES_WITH_NUMBER).format(number=number.national)
    return random.choice(_NOTES)
