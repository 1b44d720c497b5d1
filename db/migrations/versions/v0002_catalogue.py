"""The departments and the category tree that a call centre starts with."""

from __future__ import annotations

from uuid import NAMESPACE_URL, uuid5

import sqlalchemy as sa
from alembic import op

from db.columns import uuid_text

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_DEPARTMENTS = (
    ("field-service", "Field service", "现场服务"),
    ("network-operations", "Network operations", "网络运维"),
    ("billing-office", "Billing office", "账务部"),
    ("logistics", "Logistics", "物流部"),
    ("repair-centre", "Repair centre", "维修中心"),
    ("customer-care", "Customer care", "客户关怀部"),
)
"""Key, English name, Chinese name."""

_CATEGORIES = (
    ("billing", "Billing", "账单", "billing-office", (
        ("invoice", "Question about an invoice", "账单疑问", None),
        ("payment", "Payment and dunning", "缴费与催缴", None),
        ("refund", "Refund", "退款", None),
        ("tariff", "Change of tariff", "资费变更", None),
    )),
    ("technical", "Technical", "技术支持", "network-operations", (
        ("no-connection", "No connection", "无法连接", None),
        ("slow", "Slow or unstable", "速度慢或不稳定", None),
        ("device", "Device set-up", "设备设置", None),
        ("line-fault", "Line fault on site", "线路故障（上门）", "field-service"),
        ("outage", "Outage in the area", "区域故障", None),
    )),
    ("delivery", "Delivery", "配送", "logistics", (
        ("where", "Where is my order", "订单查询", None),
        ("late", "Late delivery", "配送延迟", None),
        ("damaged", "Damaged in transit", "运输损坏", None),
        ("return", "Return or exchange", "退换货", None),
    )),
    ("repair", "Product and repair", "产品与维修", "repair-centre", (
        ("usage", "How to use it", "使用咨询", None),
        ("defect", "Defect under warranty", "保修期内故障", None),
        ("paid-repair", "Repair out of warranty", "保修期外维修", None),
        ("installation", "Installation on site", "上门安装", "field-service"),
        ("spare-parts", "Spare parts", "配件", None),
    )),
    ("account", "Account", "账户", "customer-care", (
        ("data", "Change of personal data", "资料变更", None),
        ("password", "Password and sign-in", "密码与登录", None),
        ("contract", "Contract and renewal", "合同与续约", None),
        ("cancellation", "Cancellation", "销户", None),
    )),
    ("complaint", "Complaint", "投诉", "customer-care", (
        ("service", "About our service", "服务投诉", None),
        ("product", "About a product", "产品投诉", None),
        ("visit", "About a visit on site", "上门服务投诉", None),
        ("charge", "About a charge", "收费投诉", None),
    )),
    ("information", "Information", "咨询", "customer-care", (
        ("products", "Products and prices", "产品与价格", None),
        ("hours", "Opening hours and addresses", "营业时间与地址", None),
        ("other", "Something else", "其他", None),
    )),
)  # fmt: skip
"""Key, English name, Chinese name, department, and the same for each leaf."""


def upgrade() -> None:
    """Fill the lists."""
    departments = sa.table("departments", _uuid("id"), *_names(), sa.column("position"))
    categories = sa.table(
        "categories",
        _uuid("id"),
        _uuid("parent_id"),
        *_names(),
        _uuid("department_id"),
        sa.column("position"),
    )
    op.bulk_insert(departments, _department_rows())
    op.bulk_insert(categories, _category_rows())


def downgrade() -> None:
    """Empty the lists; refused by the foreign keys while a ticket uses them."""
    op.execute("DELETE FROM categories WHERE parent_id IS NOT NULL")
    op.execute("DELETE FROM categories")
    op.execute("DELETE FROM departments")


def _uuid(name: str) -> sa.ColumnClause[str]:
    return sa.column(name, uuid_text())


def _names() -> tuple[sa.ColumnClause[str], ...]:
    return sa.column("name", sa.Text()), sa.column("name_zh", sa.Text())


def _id(kind: str, key: str) -> str:
    """Return the same id on every installation, so that floors can be joined later."""
    return str(uuid5(NAMESPACE_URL, f"agent-desk:{kind}:{key}"))


def _department_rows() -> list[dict[str, object]]:
    return [
        {"id": _id("department", key), "name": name, "name_zh": name_zh, "position": position}
        for position, (key, name, name_zh) in enumerate(_DEPARTMENTS, start=1)
    ]


def _category_rows() -> list[dict[str, object]]:
    rows = []
    for position, (key, name, name_zh, department, leaves) in enumerate(_CATEGORIES, start=1):
        rows.append(_category(key, None, name, name_zh, department, position))
        rows.extend(
            _category(f"{key}.{leaf}", key, leaf_name, leaf_zh, leaf_department, leaf_position)
            for leaf_position, (leaf, leaf_name, leaf_zh, leaf_department) in enumerate(
                leaves, start=1
            )
        )
    return rows


def _category(
    key: str, parent: str | None, name: str, name_zh: str, department: str | None, position: int
) -> dict[str, object]:
    return {
        "id": _id("category", key),
        "parent_id": parent and _id("category", parent),
        "name": name,
        "name_zh": name_zh,
        "department_id": department and _id("department", department),
        "position": position,
    }
