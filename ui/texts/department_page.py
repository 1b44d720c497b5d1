"""Texts of a department's order list and its work report; plain data, any thread."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "department_page.title": ("Work orders", "派工单"),
    "department_page.dispatch": ("Send", "派发"),
    "department_page.dispatch_to": ("Department that gets the order", "接单部门"),
    "department_page.department": ("Department", "部门"),
    "department_page.all": ("All departments", "所有部门"),
    "department_page.group_new": ("New", "新派单"),
    "department_page.group_accepted": ("Accepted", "已接单"),
    "department_page.group_running": ("In progress", "进行中"),
    "department_page.group_reported": ("Reported", "已回单"),
    "department_page.group_verifying": ("Agent verifies", "坐席回访中"),
    "department_page.group_done": ("Done", "已结束"),
    "department_page.empty": ("No work orders", "没有派工单"),
    "department_page.empty_text": (
        "Orders that agents send to this department appear here.",
        "坐席派往本部门的任务将显示在这里。",
    ),
    "department_page.loading": ("Loading the orders…", "正在加载派工单…"),
    "department_page.unavailable": ("The orders are not available", "派工单暂不可用"),
    "department_page.retry": ("Try again", "重试"),
    "department_page.nothing_marked": ("Choose an order", "请选择派工单"),
    "department_page.instructions": ("Instructions", "派工内容"),
    "department_page.raised": ("raised {when}", "派出于 {when}"),
    "department_page.of_ticket": ("ticket #{number}", "工单 #{number}"),
    "department_page.accept": ("Accept", "接单"),
    "department_page.decline": ("Decline…", "退单…"),
    "department_page.decline_confirm": ("Decline the order", "确认退单"),
    "department_page.cancel": ("Cancel", "取消"),
    "department_page.reason_hint": ("Why can it not be done here?", "为何无法处理？"),
    "department_page.reason_missing": (
        "Give a reason: the dispatcher needs it",
        "请填写原因，调度员需要了解",
    ),
    "department_page.start": ("Start work", "开始施工"),
    "department_page.resume": ("Go on with the work", "继续施工"),
    "department_page.return": ("Return to the agent", "交回坐席"),
    "department_page.report": ("Work report", "施工回单"),
    "department_page.outcome": ("Outcome", "结果"),
    "department_page.send_report": ("Send report", "提交回单"),
    "department_page.done_hint": (
        "What was done, in a sentence or two",
        "用一两句话说明处理内容",
    ),
    "department_page.why_hint": ("For the agent who calls the customer", "供回访坐席参考"),
    "department_page.took": ("{hours} h {minutes} min", "{hours} 小时 {minutes} 分"),
    "department_page.why_line": ("Not solved: {reason}", "未解决：{reason}"),
    "department_page.ends_before_start": (
        "The work cannot end before it began",
        "结束时间不能早于开始时间",
    ),
    "department_page.done_missing": ("Write what was done", "请填写处理内容"),
    "department_page.why_missing": ("Write why it was not solved", "请填写未解决的原因"),
    "department_page.hint_dispatch": (
        "Nobody has this order yet. Choose who gets it.",
        "尚无部门接单，请选择接单部门。",
    ),
    "department_page.hint_accepted": (
        "Yours. Start it when somebody works on it.",
        "已接单，开始处理时请点击开始。",
    ),
    "department_page.hint_on_hold": ("The work rests.", "施工暂停中。"),
    "department_page.hint_reported": (
        "The report is in. Return it, and the agent calls the customer.",
        "回单已提交。交回后由坐席回访客户。",
    ),
    "department_page.hint_verifying": (
        "The agent asks the customer. It comes back here only if something is still wrong.",
        "坐席正在回访客户；如仍有问题会重新派回。",
    ),
    "department_page.hint_closed": ("The customer has confirmed.", "客户已确认。"),
}
