"""Texts of complaints: in the editor, on lists and in refusals; plain data, any thread."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "severity.CRITICAL": ("Critical", "极严重"),
    "severity.HIGH": ("High", "严重"),
    "severity.NORMAL": ("Normal", "一般"),
    "severity.LOW": ("Low", "轻微"),
    "complaint.about": ("Complaint about", "投诉对象"),
    "complaint.about_hint": ("Login, name or department", "登录名、姓名或部门"),
    "complaint.about_missing": ("Say whom or what it is about", "请填写投诉对象"),
    "complaint.severity": ("Severity", "严重程度"),
    "complaint.promise_hours": (
        "Answer promised within {count} working hour|Answer promised within {count} working hours",
        "承诺在 {count} 个工作小时内答复",
    ),
    "complaint.promise_days": (
        "Answer promised within {count} working day|Answer promised within {count} working days",
        "承诺在 {count} 个工作日内答复",
    ),
    "complaint.title_new": ("New complaint", "新建投诉"),
    "complaint.toggle": ("Complaint", "投诉"),
    "complaint.pill": ("Complaint · {severity}", "投诉 · {severity}"),
    "complaint.due": ("answer by {when}", "{when}前答复"),
    "complaint.answered": ("answered {when}", "{when}已答复"),
    "complaint.line": ("About {about} · {severity} · {due}", "对象：{about} · {severity} · {due}"),
    "complaint.group": ("Complaints", "投诉"),
    "complaint.word": ("Complaint", "投诉"),
    "field.complaint_about": ("Complaint about", "投诉对象"),
    "shortcut.ticket.complaint": ("Complaint or ordinary ticket", "投诉或普通工单"),
    "error.refusal.complained_about": (
        "{subject} is about {actor}; somebody else settles and reviews it",
        "{subject}涉及 {actor}；须由他人处理和审核",
    ),
}
