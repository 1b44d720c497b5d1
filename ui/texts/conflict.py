"""Texts of the panel that shows both versions of a record; plain data, any thread."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "conflict.title": ("Changed meanwhile", "资料已被他人修改"),
    "conflict.told": (
        "Somebody saved this record while you were typing. Choose what holds.",
        "您输入期间此记录已被保存，请选择保留的内容。",
    ),
    "conflict.told_who": (
        "{who} saved this record while you were typing ({at}). Choose what holds.",
        "您输入期间，{who} 保存了此记录（{at}），请选择保留的内容。",
    ),
    "conflict.yours": ("Yours", "我的"),
    "conflict.theirs": ("Theirs", "对方"),
    "conflict.who": ("{who}, {at}", "{who}，{at}"),
    "conflict.empty": ("empty", "空"),
    "conflict.all_yours": ("All yours", "全部用我的"),
    "conflict.all_theirs": ("All theirs", "全部用对方"),
    "conflict.back": ("Back to the form", "返回表单"),
    "conflict.save": ("Save", "保存"),
    "conflict.missing": (
        "{count} field still needs a choice|{count} fields still need a choice",
        "还有 {count} 个字段需要选择",
    ),
    "conflict.step_title": ("Somebody was first", "已被他人更新"),
    "conflict.step_told": (
        "Somebody moved this work order before your step was saved. Nothing was overwritten.",
        "您的操作提交之前，此派工单已被更新。没有内容被覆盖。",
    ),
    "conflict.step_told_who": (
        "{who} moved this work order before your step was saved ({at}). Nothing was overwritten.",
        "您的操作提交之前，{who} 已更新此派工单（{at}）。没有内容被覆盖。",
    ),
    "conflict.step_impossible": (
        "An order in the state “{state}” cannot take this step.",
        "派工单当前状态为“{state}”，无法再执行此操作。",
    ),
    "conflict.ticket_step_told": (
        "Somebody moved this ticket before your step was saved. Nothing was overwritten.",
        "您的操作提交之前，此工单已被更新。没有内容被覆盖。",
    ),
    "conflict.ticket_step_told_who": (
        "{who} moved this ticket before your step was saved ({at}). Nothing was overwritten.",
        "您的操作提交之前，{who} 已更新此工单（{at}）。没有内容被覆盖。",
    ),
    "conflict.ticket_step_impossible": (
        "A ticket in the state “{state}” cannot take this step.",
        "工单当前状态为“{state}”，无法再执行此操作。",
    ),
    "conflict.claim_step_told": (
        "Somebody moved this claim before your step was saved. Nothing was overwritten.",
        "您的操作提交之前，此费用单已被更新。没有内容被覆盖。",
    ),
    "conflict.claim_step_told_who": (
        "{who} moved this claim before your step was saved ({at}). Nothing was overwritten.",
        "您的操作提交之前，{who} 已更新此费用单（{at}）。没有内容被覆盖。",
    ),
    "conflict.claim_step_impossible": (
        "In the state “{state}” you cannot take this step with the claim.",
        "费用单当前状态为“{state}”，您无法再执行此操作。",
    ),
    "conflict.your_step": ("Your step", "您的操作"),
    "conflict.seen": ("When you looked", "您看到时"),
    "conflict.now": ("Now", "现在"),
    "conflict.drop": ("Drop my step", "放弃我的操作"),
    "conflict.redo": ("Do it all the same", "仍然执行"),
    "order_field.state": ("State", "状态"),
    "order_field.department_id": ("Department", "部门"),
    "order_field.subject": ("Subject", "主题"),
    "order_field.instructions": ("Instructions", "派工内容"),
    "order_field.priority": ("Priority", "优先级"),
    "order_field.technician": ("Technician", "施工人员"),
    "order_field.technician_phone": ("Technician's phone", "施工人员电话"),
    "order_field.arrived_at": ("On site since", "到场时间"),
    "order_field.hold_reason": ("On hold because", "暂停原因"),
    "order_field.report": ("Work report", "施工回单"),
    "ticket_field.state": ("State", "状态"),
    "ticket_field.owner": ("Owner", "负责人"),
    "ticket_field.subject": ("Subject", "主题"),
    "ticket_field.description": ("Description", "描述"),
    "ticket_field.category_id": ("Category", "类别"),
    "ticket_field.priority": ("Priority", "优先级"),
    "ticket_field.follow_up_at": ("Call back", "回电时间"),
    "claim_field.state": ("State", "状态"),
    "claim_field.labour": ("Labour", "人工费"),
    "claim_field.parts": ("Parts", "材料费"),
    "claim_field.travel": ("Travel", "差旅费"),
    "claim_field.office_approved_by": ("Approved by the office", "办事处审批人"),
    "claim_field.hq_approved_by": ("Approved by headquarters", "总部审批人"),
    "claim_field.settled_by": ("Settled by", "结算人"),
    "claim_field.reason": ("Sent back because", "退回原因"),
    "conflict.yes": ("Yes", "是"),
    "conflict.no": ("No", "否"),
}
