"""Texts of the customer card and the customer form; plain data, any thread."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "customer_card.empty": ("No customer yet", "尚无客户"),
    "customer_card.empty_text": (
        "The record of whoever calls opens here. Or search for someone.",
        "来电客户的资料将在此打开，也可以先搜索客户。",
    ),
    "customer_card.loading": ("Looking up the record…", "正在查询客户资料…"),
    "customer_card.unavailable": ("The record is not available", "客户资料暂不可用"),
    "customer_card.as_of": (
        "Kept on this machine – {moment}. The database is away.",
        "本机保存的资料（{moment}）。数据库无响应。",
    ),
    "customer_card.retry": ("Try again", "重试"),
    "customer_card.call": ("Call {number}", "拨打 {number}"),
    "customer_card.phone_labelled": ("{phone} · {label}", "{phone} · {label}"),
    "customer_card.label_mobile": ("mobile", "手机"),
    "customer_card.label_office": ("office", "办公"),
    "customer_card.label_work": ("work", "工作"),
    "customer_card.label_home": ("home", "住宅"),
    "customer_card.edit": ("Edit the record", "编辑客户资料"),
    "customer_card.verified": ("Verified", "已验证"),
    "customer_card.unverified": ("Not verified", "未验证"),
    "customer_card.identity_checked": ("Identity checked", "已核实身份"),
    "customer_card.name": ("Name", "姓名"),
    "customer_card.name_missing": ("Enter a name", "请输入姓名"),
    "customer_card.number": ("Phone", "电话"),
    "customer_card.email": ("Email", "邮箱"),
    "customer_card.company": ("Company", "公司"),
    "customer_card.city": ("City", "城市"),
    "customer_card.address": ("Address", "地址"),
    "customer_card.language": ("Language", "语言"),
    "customer_card.language_unknown": ("Not known", "未知"),
    "customer_card.tier": ("Tier", "等级"),
    "customer_card.since": ("Customer since", "开户日期"),
    "customer_card.optional": ("optional", "可选"),
    "customer_card.open_tickets": ("Open tickets", "未结工单"),
    "customer_card.calls_90_days": ("Calls (90 d)", "近90天来电"),
    "customer_card.open_orders": ("Open orders", "在途派工"),
    "customer_card.products": ("Products", "产品"),
    "customer_card.notes": ("Notes", "备注"),
    "customer_card.no_notes": ("No notes yet", "暂无备注"),
    "customer_card.note_pinned": ("Pinned", "置顶"),
    "customer_card.add_note": ("Add note", "添加备注"),
    "customer_card.add_note_hint": ("Add a note…", "添加备注…"),
    "customer_card.save": ("Save", "保存"),
    "customer_card.create": ("Create customer", "创建客户"),
    "customer_card.cancel": ("Cancel", "取消"),
    "customer_card.take_saved": ("Show saved", "查看已保存"),
    "customer_card.changed_meanwhile": (
        "Somebody else has changed this record. What you typed is still here.",
        "此资料刚被他人修改，您输入的内容仍然保留。",
    ),
}
