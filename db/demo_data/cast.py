"""The named customers of demo and screenshots, each with a story; immutable, any thread."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from agent_desk.domain.call import CallDirection
from agent_desk.domain.customer import (
    Company,
    ContactKind,
    ContactPoint,
    Customer,
    Note,
    Tier,
)
from agent_desk.domain.identifiers import (
    AgentId,
    CompanyId,
    ContactPointId,
    ContractId,
    CustomerId,
    NoteId,
    ProductId,
    number_suffix,
)
from agent_desk.domain.interaction import Disposition
from agent_desk.domain.product import OwnedProduct
from agent_desk.domain.service_contract import ServiceContract
from agent_desk.domain.ticket import Priority
from agent_desk.domain.work_order import WorkOrderState
from db.demo_data.cases import Call, CaseWriter
from db.demo_data.history import HistoryGenerator
from db.demo_data.people import Profile
from db.demo_data.remarks import TOPICS, Topic
from db.demo_data.rows import IdSource
from db.pinyin import pinyin_of

SELLERS = ("Nord dealer", "海蓝专卖店", "Repair centre", "Online shop")
"""Who sold the products of the named customers."""

HEAVY_TIMELINE = 10_000
"""Lines in the timeline of the customer who calls all day."""

ORDINARY_TIMELINE = 50
"""Lines in the timeline of the customer that figures are measured with."""

_W = WorkOrderState

Outcome = Literal["resolved", "open"] | Disposition | WorkOrderState


@dataclass(frozen=True, slots=True)
class Scene:
    """One contact, so many hours before now.

    topic: English name of the category. what: "resolved", "open", a disposition for a call
    without a ticket, or the state of a work order. outbound: we called. priority: of the ticket,
    drawn when None; some orders are close to their service targets by it, and some beyond. held:
    why an order that is under way waits. has_files: something is attached to it.
    """

    hours_ago: float
    topic: str
    subject: str
    what: Outcome = "resolved"
    description: str = ""
    outbound: bool = False
    priority: Priority | None = None
    held: str = ""
    has_files: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One of the cast; numbers are pairs of E.164 and as written, the first is the primary."""

    name: str
    numbers: tuple[tuple[str, str], ...]
    city: str
    address: str
    language: str
    tier: Tier = Tier.STANDARD
    email: str = ""
    company: str = ""
    since: str = "2021-05-01"
    verified: bool = True
    products: tuple[tuple[str, int], ...] = ()
    notes: tuple[tuple[str, bool], ...] = ()
    scenes: tuple[Scene, ...] = ()
    timeline: int = 0


_NORDLICHT = "Nordlicht Logistik GmbH"
_WANG_PREFERS = (
    "Prefers call-back after 17:00. Second router in the warehouse; static IP. 喜欢用中文沟通。"
)
_LI_HOME = ("+861095529988", "(010) 9552-9988")

CAST: tuple[Member, ...] = (
    Member(
        name="王芳 Wang Fang",
        numbers=(("+8613800138000", "138 0013 8000"), ("+862190001188", "021-9000 1188")),
        city="上海", address="上海市浦东新区世纪大道 1188 号 3 栋 1201 室", language="zh-CN",
        tier=Tier.GOLD, email="wang.fang@example.cn", company=_NORDLICHT, since="2019-03-04",
        products=(("FibreBox 7590", 400), ("海蓝路由器 AX3000", 90)),
        notes=(
            (_WANG_PREFERS, True),
            ("仓库值班电话 154 8888 0001，夜间有人。", False),
        ),
        scenes=(
            Scene(2.2, "No connection", "Router offline 断网", _W.ASSIGNED,
                  "停电后路由器红灯常亮，重启两次无效。Warehouse is offline, 12 people wait."),
            Scene(71, "Where is my order", "Where is my technician?", Disposition.INFORMATION),
            Scene(99, "Question about an invoice", "Invoice 2026-10 attached twice"),
            Scene(455, "Installation on site", "上门安装 installation appointment", _W.CLOSED),
            Scene(571, "Installation on site", "Appointment reminder", Disposition.VERIFIED,
                  outbound=True),
            Scene(950, "Change of tariff", "Upgrade request to 1 Gbit/s", "open"),
            Scene(1250, "Refund", "Refund for outage on 24 September", Disposition.COMPLAINT),
            Scene(1710, "Password and sign-in", "Password reset"),
            Scene(1930, "Products and prices", "Roaming charges in Spain",
                  Disposition.INFORMATION),
            Scene(2250, "About our service", "Complaint about waiting time"),
            Scene(2690, "Contract and renewal", "Contract renewal"),
            Scene(2930, "Question about an invoice", "Billing question"),
        ),
    ),
    Member(
        name="Anna Müller",
        numbers=(("+494066969017", "+49 (0) 40 66969-017"), ("+491713920007",
                                                            "0171 3920007")),
        city="Hamburg", address="Am Alten Hafen 12, 22765 Hamburg-Altona", language="de-DE",
        tier=Tier.GOLD, email="anna.mueller@example.com", company=_NORDLICHT, since="2019-03-04",
        products=(("FibreBox 7590", 610), ("Desk phone D735", 610)),
        notes=(("Speaks German and English. Site manager in Altona.", True),),
        scenes=(
            Scene(5, "Line fault on site", "Site survey for the second line", _W.ACCEPTED,
                  "Second fibre for hall 3; the survey must come before the excavator.",
                  priority=Priority.P1),
            Scene(30, "No connection", "Replace modem in hall 2", _W.IN_PROGRESS,
                  "Modem restarts every hour since the storm.", has_files=True),
            Scene(430, "Installation on site", "Install fibre", _W.CLOSED),
            Scene(520, "Refund", "Refund for outage on 24 October"),
            Scene(1300, "Slow or unstable", "Slow in the evening"),
        ),
    ),
    Member(
        name="李伟", numbers=(_LI_HOME, ("+8615488880002", "154 8888 0002")),
        city="北京", address="北京市朝阳区人民路 66 号 5 栋 803 室", language="zh-CN",
        email="liwei@example.cn", since="2018-11-20", products=(("净水器 W-500", 500),),
        scenes=(
            Scene(26, "Defect under warranty", "净水器漏水", _W.REPORTED,
                  "滤芯接口处滴水，地板已湿。", priority=Priority.P1),
            Scene(800, "Defect under warranty", "更换滤芯"),
        ),
    ),
    Member(
        name="李秀英", numbers=(_LI_HOME,),
        city="北京", address="北京市朝阳区人民路 66 号 5 栋 803 室", language="zh-CN",
        tier=Tier.SILVER, since="2018-11-20",
        notes=(("Deaf in one ear, speak up; 说话请大声一点。", True),),
        scenes=(
            Scene(50, "Question about an invoice", "账单金额疑问", "open", "为什么多了 38 元？"),
        ),
    ),
    Member(
        name="李雨桐", numbers=(_LI_HOME, ("+8615488880003", "１５４ ８８８８ ０００３")),
        city="北京", address="北京市朝阳区人民路 66 号 5 栋 803 室", language="zh-CN",
        email="yutong.li@example.cn", since="2024-02-14", verified=False,
        scenes=(Scene(300, "Password and sign-in", "忘记登录密码"),),
    ),
    Member(
        name="陈静", numbers=(("+8616088880004", "0086-160 8888 0004"),),
        city="深圳", address="深圳市南山区建设路 9 号 2 栋 1604 室", language="zh-CN",
        tier=Tier.VIP, email="chenjing@example.cn", company="深圳海蓝科技有限公司",
        since="2016-08-08", products=(("智能机顶盒 4K Pro", 200), ("空调 KFR-35GW", 900)),
        notes=(("VIP 客户，repeat visits on site must be agreed with 王经理 first.", True),),
        scenes=(
            Scene(70, "Installation on site", "空调安装预约", _W.VERIFYING,
                  "请在周末上门，客厅挂机一台。", priority=Priority.P2),
            Scene(900, "Products and prices", "新产品价格咨询", Disposition.INFORMATION),
        ),
    ),
    Member(
        name="James O'Connor", numbers=(("+442079460123", "020 7946 0123"),),
        city="London", address="14 Mill Lane, London", language="en-GB", tier=Tier.GOLD,
        email="james.oconnor@example.com", company="Harrow Engineering Ltd", since="2020-01-15",
        products=(("SmartHome Hub 2", 300),),
        scenes=(
            Scene(60, "Damaged in transit", "Box crushed, device does not start", _W.VERIFYING,
                  "Replacement wanted at the office, not at home."),
            Scene(610, "Where is my order", "Where is my parcel?"),
        ),
    ),
    Member(
        name="Zoé Lefèvre", numbers=(("+33199001234", "01 99 00 12 34"),),
        city="Paris", address="8 rue des Écoles, Paris", language="fr-FR", tier=Tier.SILVER,
        email="zoe.lefevre@example.com", since="2022-06-30",
        scenes=(
            Scene(20, "Contract and renewal", "Contract renewal", "open",
                  "Wants the offer in French by e-mail."),
            Scene(400, "Question about an invoice", "Invoice higher than expected"),
        ),
    ),
    Member(
        name="Carlos Núñez", numbers=(("+12135550142", "(213) 555-0142"),),
        city="Los Angeles", address="288 Oak Avenue, Los Angeles", language="es-US",
        email="carlos.nunez@example.com", since="2023-09-12",
        scenes=(Scene(110, "Slow or unstable", "Connection drops every evening"),),
    ),
    Member(
        name="Jürgen Weiß", numbers=(("+491713920001", "+49 (0) 171 / 3920001"),),
        city="Berlin", address="Lindenweg 7, Berlin", language="de-DE",
        email="juergen.weiss@example.com", since="2017-04-02",
        products=(("Heat pump controller HC-20", 1200),),
        scenes=(
            Scene(8, "Defect under warranty", "Heat pump shows E42", _W.PENDING_DISPATCH,
                  "Error E42 since the frost; a child of two in the house.",
                  priority=Priority.P2),
            Scene(33, "About our service", "Complaint about waiting time",
                  Disposition.COMPLAINT),
            Scene(75, "Defect under warranty", "Fan of the heat pump rattles", _W.IN_PROGRESS,
                  "Louder every night since October.", held="Waiting for parts 等待配件"),
        ),
    ),
    Member(
        name="欧阳雪", numbers=(("+8616188880005", "161-8888-0005"),),
        city="杭州", address="杭州市西湖区文化路 21 号", language="zh-CN", tier=Tier.SILVER,
        email="ouyangxue@example.cn", since="2021-10-01",
        notes=(("本人常出差，急事请打丈夫电话 16188880006。", True),),
        scenes=(
            Scene(28, "Where is my order", "订单物流查询"),
            Scene(4, "Where is my order", "订单还没到", Disposition.INFORMATION),
        ),
    ),
    Member(
        name="刘洋", numbers=(("+8616388880007", "16388880007"),),
        city="成都", address="成都市锦江区和平街 5 号", language="zh-CN", tier=Tier.GOLD,
        email="liuyang@example.cn", since="2019-12-24", timeline=ORDINARY_TIMELINE,
    ),
    Member(
        name="张建国", numbers=(("+8616488880008", "164 8888 0008"),),
        city="武汉", address="武汉市江汉区长江路 100 号调度室", language="zh-CN", tier=Tier.VIP,
        email="zhangjianguo@example.cn", company="武汉远航物流有限公司", since="2015-01-05",
        notes=(("Dispatcher: calls twenty times a day about parcels.", True),),
        timeline=HEAVY_TIMELINE,
    ),
)  # fmt: skip

COMPANIES = tuple(sorted({member.company for member in CAST if member.company}))
NUMBERS = frozenset(value for member in CAST for value, _ in member.numbers)

_TOPICS: dict[str, Topic] = {topic.category: topic for topic in TOPICS}


class CastWriter:
    """Turns members of the cast into profiles and rows."""

    def __init__(self, *, ids: IdSource, now: datetime, agent: AgentId) -> None:
        """``agent`` took all their calls, so all that is open waits for that desk."""
        self._ids = ids
        self._now = now
        self._agent = agent
        self._companies: dict[str, Company] = {}

    def profile(self, member: Member, serial: int) -> Profile:
        """Return the record of ``member``."""
        company, is_new = self._company(member)
        customer = Customer(
            id=CustomerId(self._ids.next()),
            name=member.name,
            pinyin=pinyin_of(member.name),
            company_id=company.id if company else None,
            company_name=member.company,
            tier=member.tier,
            language=member.language,
            city=member.city,
            address=member.address,
            since=date.fromisoformat(member.since),
            verified=member.verified,
            external_key=f"C{serial:07d}",
        )
        return Profile(
            customer=customer,
            contact_points=self._contact_points(customer.id, member),
            company=company if is_new else None,
            products=self._products(customer.id, member, serial),
            notes=self._notes(customer.id, member),
        )

    def add_story(
        self, cases: CaseWriter, history: HistoryGenerator, member: Member, profile: Profile
    ) -> None:
        """Add everything that happened with ``member``, oldest first."""
        customer = profile.customer.id
        product = next(iter(profile.products), None)
        number = member.numbers[0][0]
        if member.timeline:
            history.add_exactly(customer, number, member.timeline - len(member.notes))
        for scene in sorted(member.scenes, key=lambda scene: -scene.hours_ago):
            call = replace(self._call(scene, customer, number), product=product)
            self._add_scene(cases, call, scene.what)

    def _call(self, scene: Scene, customer: CustomerId, number: str) -> Call:
        return Call(
            customer=customer,
            number=number,
            at=self._now - timedelta(hours=scene.hours_ago),
            agent=self._agent,
            topic=_TOPICS[scene.topic],
            direction=CallDirection.OUTBOUND if scene.outbound else CallDirection.INBOUND,
            subject=scene.subject,
            description=scene.description,
            priority=scene.priority,
            held=scene.held,
            has_files=scene.has_files,
        )

    def _add_scene(self, cases: CaseWriter, call: Call, what: Outcome) -> None:
        if isinstance(what, WorkOrderState):
            cases.add_order_story(call, what)
        elif isinstance(what, Disposition):
            cases.add_answered(call, what)
        elif what == "open":
            cases.add_open_ticket(call)
        else:
            cases.settle(cases.resolved_ticket(call))

    def _company(self, member: Member) -> tuple[Company | None, bool]:
        if not member.company:
            return None, False
        known = self._companies.get(member.company)
        if known:
            return known, False
        company = Company(id=CompanyId(self._ids.next()), name=member.company, city=member.city)
        self._companies[member.company] = company
        return company, True

    def _contact_points(self, customer: CustomerId, member: Member) -> list[ContactPoint]:
        points = [
            ContactPoint(
                id=ContactPointId(self._ids.next()),
                customer_id=customer,
                kind=ContactKind.PHONE,
                value=value,
                raw=raw,
                suffix=number_suffix(value),
                label="mobile" if value.startswith(("+861", "+49171")) else "office",
                is_primary=index == 0,
            )
            for index, (value, raw) in enumerate(member.numbers)
        ]
        if member.email:
            points.append(
                ContactPoint(
                    id=ContactPointId(self._ids.next()),
                    customer_id=customer,
                    kind=ContactKind.EMAIL,
                    value=member.email,
                    raw=member.email,
                    is_primary=True,
                )
            )
        return points

    def _products(self, customer: CustomerId, member: Member, serial: int) -> list[OwnedProduct]:
        contract = self._contract(customer, serial) if member.products else None
        return [
            OwnedProduct(
                id=ProductId(self._ids.next()),
                customer_id=customer,
                name=name,
                serial_number=f"SN{serial:04d}{index:06d}",
                purchased_on=(self._now - timedelta(days=days)).date(),
                sold_by=SELLERS[(serial + index) % len(SELLERS)],
                warranty_until=(self._now + timedelta(days=730 - days)).date(),
                # The first product of each second customer is under contract.
                contract=contract if index == 0 else None,
            )
            for index, (name, days) in enumerate(member.products)
        ]

    def _contract(self, customer: CustomerId, serial: int) -> ServiceContract | None:
        """Return every second customer's contract; one in four of these is over."""
        if serial % 2 == 0:
            return None
        return ServiceContract(
            id=ContractId(self._ids.next()),
            customer_id=customer,
            number=f"K-{4700 + serial}",
            level=("gold", "silver")[serial // 2 % 2],
            valid_from=(self._now - timedelta(days=300)).date(),
            valid_until=(self._now + timedelta(days=-3 if serial % 8 == 5 else 65)).date(),
            covers_costs=serial % 3 != 0,
        )

    def _notes(self, customer: CustomerId, member: Member) -> list[Note]:
        return [
            Note(
                id=NoteId(self._ids.next()),
                customer_id=customer,
                text=text,
                author=self._agent,
                created_at=self._now - timedelta(days=20 + 30 * index),
                pinned=pinned,
            )
            for index, (text, pinned) in enumerate(member.notes)
        ]
