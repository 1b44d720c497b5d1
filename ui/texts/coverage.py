"""Texts of products, warranty and contracts; plain data, any thread."""

from __future__ import annotations

from typing import Final

_COVERAGE: Final[dict[str, tuple[str, str]]] = {
    "payer.MANUFACTURER": ("The manufacturer pays", "厂家承担费用"),
    "payer.CONTRACT": ("The contract pays", "合同承担费用"),
    "payer.CUSTOMER": ("The customer pays", "客户承担费用"),
    "coverage_reason.WARRANTY_HOLDS": ("in warranty until {day}", "保修至 {day}"),
    "coverage_reason.WARRANTY_EXPIRED": (
        "warranty expired {count} day ago ({day})|warranty expired {count} days ago ({day})",
        "保修已过期 {count} 天（{day}）",
    ),
    "coverage_reason.WARRANTY_UNKNOWN": ("warranty unknown", "保修期未知"),
    "coverage_reason.CONTRACT_HOLDS": ("{contract} until {day}", "{contract}，有效期至 {day}"),
    "coverage_reason.CONTRACT_LEVEL_ONLY": (
        "{contract} until {day}, without costs",
        "{contract}，有效期至 {day}，不含费用",
    ),
    "coverage_reason.CONTRACT_EXPIRED": (
        "{contract}, expired {count} day ago ({day})|{contract}, expired {count} days ago ({day})",
        "{contract}，已过期 {count} 天（{day}）",
    ),
    "coverage_reason.CONTRACT_NOT_YET": ("{contract} from {day} on", "{contract}，自 {day} 起生效"),
    "coverage.contract": ("contract {number}: {level}", "合同 {number}：{level}"),
    "coverage.contract_without_level": ("contract {number}", "合同 {number}"),
    "coverage.no_end": ("further notice", "另行通知"),
    "coverage.serial": ("serial number {serial}", "序列号 {serial}"),
    "coverage.sold": ("sold {day} by {seller}", "{seller} 于 {day} 售出"),
    "coverage.sold_when": ("sold {day}", "售于 {day}"),
    "coverage.sold_by": ("sold by {seller}", "由 {seller} 售出"),
    "coverage.order_product": ("Product", "产品"),
    "coverage.level": ("Service level: {level}", "服务级别：{level}"),
}

_EDITOR: Final[dict[str, tuple[str, str]]] = {
    "product_editor.title_new": ("New product", "新增产品"),
    "product_editor.title": ("Product", "产品"),
    "product_editor.add": ("Add a product", "新增产品"),
    "product_editor.edit": ("Edit {name}", "编辑 {name}"),
    "product_editor.product_name": ("Product", "产品名称"),
    "product_editor.serial_number": ("Serial number", "序列号"),
    "product_editor.purchased_on": ("Sold on", "售出日期"),
    "product_editor.sold_by": ("Sold by", "销售商"),
    "product_editor.warranty_until": ("Warranty until", "保修截止"),
    "product_editor.contract": ("Service contract", "服务合同"),
    "product_editor.contract_number": ("Contract number", "合同编号"),
    "product_editor.contract_level": ("Service level", "服务级别"),
    "product_editor.contract_from": ("Valid from", "生效日期"),
    "product_editor.contract_until": ("Valid until", "截止日期"),
    "product_editor.covers_costs": ("The contract pays for the work", "合同承担维修费用"),
    "product_editor.no_contract": ("No contract", "无合同"),
    "product_editor.new_contract": ("New contract…", "新建合同…"),
    "product_editor.day_hint": ("2026-11-18", "2026-11-18"),
    "product_editor.save": ("Save", "保存"),
    "product_editor.cancel": ("Cancel", "取消"),
    "product_editor.saved_meanwhile": (
        (
            "Somebody saved this product meanwhile. What is saved stands under each field; "
            "save again to keep yours."
        ),
        "此产品已被他人修改，已保存的内容显示在各字段下方；再次保存将保留您的内容。",
    ),
    "product_editor.theirs": ("saved: {value}", "已保存：{value}"),
    "product_editor.empty": ("empty", "空"),
    "field.product_name": ("Product", "产品名称"),
    "field.serial_number": ("Serial number", "序列号"),
    "field.purchased_on": ("Sold on", "售出日期"),
    "field.sold_by": ("Sold by", "销售商"),
    "field.warranty_until": ("Warranty until", "保修截止"),
    "field.contract_number": ("Contract number", "合同编号"),
    "field.contract_level": ("Service level", "服务级别"),
    "field.contract_from": ("Valid from", "生效日期"),
    "field.contract_until": ("Valid until", "截止日期"),
}

TEXTS: Final[dict[str, tuple[str, str]]] = {**_COVERAGE, **_EDITOR}
