"""Texts of a printed job sheet; plain data, any thread."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "job_sheet.title": ("Job sheet", "施工单"),
    "job_sheet.print": ("Print job sheet…", "打印施工单…"),
    "job_sheet.pdf": ("Job sheet as PDF…", "施工单存为 PDF…"),
    "job_sheet.order": ("Work order {number}", "派工单 {number}"),
    "job_sheet.ticket": ("Ticket {number}", "工单 {number}"),
    "job_sheet.customer": ("Customer", "客户"),
    "job_sheet.address": ("Address", "地址"),
    "job_sheet.phone": ("Telephone", "电话"),
    "job_sheet.language": ("Speaks", "语言"),
    "job_sheet.company": ("Company", "公司"),
    "job_sheet.department": ("Department", "部门"),
    "job_sheet.raised": ("Raised", "派出时间"),
    "job_sheet.priority": ("Priority", "优先级"),
    "job_sheet.state": ("State", "状态"),
    "job_sheet.technician": ("Technician", "施工人员"),
    "job_sheet.arrived": ("On site since", "到场时间"),
    "job_sheet.job": ("What is to be done", "派工内容"),
    "job_sheet.story": ("What happened so far", "处理经过"),
    "job_sheet.done": ("What was done", "处理内容"),
    "job_sheet.lines": ("Parts, labour and charges", "配件、工时与费用"),
    "job_sheet.files": ("Files", "附件"),
    "job_sheet.start": ("Start", "开始时间"),
    "job_sheet.end": ("End", "结束时间"),
    "job_sheet.sign_technician": ("Technician: date, signature", "施工人员：日期、签名"),
    "job_sheet.sign_customer": ("Customer: date, signature", "客户：日期、签名"),
    "job_sheet.foot": (
        "Work order {number} · printed {when} · page {page} of {pages}",
        "派工单 {number} · 打印于 {when} · 第 {page} 页，共 {pages} 页",
    ),
    "job_sheet.saved": ("The job sheet is saved: {name}", "施工单已保存：{name}"),
    "job_sheet.not_saved": (
        "The job sheet cannot be written to {name}",
        "无法将施工单写入 {name}",
    ),
}
