"""Texts of the lines of a work report and of the part that failed; plain data, any thread."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "report_form.lines": ("Parts, labour and charges", "配件、工时与费用"),
    "report_form.add": ("Add a line", "添加一行"),
    "report_form.keys": (
        "Enter: next line · Ctrl+↑, Ctrl+↓: move the line · Alt+Delete: remove it",
        "Enter：下一行 · Ctrl+↑、Ctrl+↓：移动此行 · Alt+Delete：删除此行",
    ),
    "report_form.remove": ("Remove this line", "删除此行"),
    "report_form.kind": ("Kind", "类型"),
    "report_form.name": ("Description", "名称"),
    "report_form.part_number": ("Part no.", "零件号"),
    "report_form.quantity": ("Quantity", "数量"),
    "report_form.unit_price": ("Unit price", "单价"),
    "report_form.amount": ("Amount", "金额"),
    "report_form.currency": ("Currency of all prices", "所有价格的币种"),
    "report_form.cost": ("Costs {amount}", "成本 {amount}"),
    "report_form.charge": ("Customer pays {amount}", "客户支付 {amount}"),
    "report_form.faulty_part": ("Faulty part", "故障件"),
    "report_form.faulty_hint": ("Leave empty if no part failed", "没有故障件则留空"),
    "report_form.faulty_line": (
        "Faulty part: {part}, liable: {liable}",
        "故障件：{part}，责任方：{liable}",
    ),
    "report_form.liable": ("Who is liable", "责任方"),
    "report_form.supplier": ("Supplier", "供应商"),
    "report_form.former": ("Take over the former report", "沿用上次回单"),
    "report_form.name_missing": (
        "Say what was used, done or charged",
        "请填写所用配件、工作或费用名称",
    ),
    "report_form.quantity_wrong": (
        "A quantity above 0, such as 2 or 1.5",
        "数量须大于 0，例如 2 或 1.5",
    ),
    "report_form.unit_price_wrong": (
        "A price from 0, such as 120 or 99.90; for this currency at most {digits} decimals",
        "单价不得为负，例如 120 或 99.90；该币种最多 {digits} 位小数",
    ),
    "report_form.part_number_wrong": (
        "At most {longest} characters",
        "最多 {longest} 个字符",
    ),
    "report_form.supplier_missing": (
        "Name the supplier who is liable for the part",
        "请填写对该件负责的供应商",
    ),
}
