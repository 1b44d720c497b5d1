"""Texts of what is kept on this machine until the database takes it; pure data, any thread."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "kept.away": (
        (
            "The database is away: {count} entry is kept here and will be saved. ({reason})|"
            "The database is away: {count} entries are kept here and will be saved. ({reason})"
        ),
        "数据库无响应：{count} 项内容已保存在本机，恢复后自动提交。（{reason}）",
    ),
    "kept.server_away": (
        (
            "The server is away since {since}: {count} entry is kept here and will be saved.|"
            "The server is away since {since}: {count} entries are kept here and will be saved."
        ),
        "服务器自 {since} 起无法连接：{count} 项内容已保存在本机，恢复后自动提交。",
    ),
    "kept.saving": (
        (
            "{count} entry is kept here and will be saved.|"
            "{count} entries are kept here and will be saved."
        ),
        "{count} 项内容已保存在本机，将自动提交。",
    ),
    "kept.conflicts": (
        (
            "{count} entry could not be saved and needs your decision.|"
            "{count} entries could not be saved and need your decision."
        ),
        "{count} 项内容无法提交，需要您处理。",
    ),
    "kept.show": ("Show", "查看"),
    "kept.one": (
        "Kept on this machine; it will be saved as soon as the database is back.",
        "已保存在本机；数据库恢复后自动提交。",
    ),
    "kept.title": ("Kept entries", "本机保存的内容"),
    "kept.intro": (
        "What is listed here is safe on this machine. What waits is saved by itself, in its order.",
        "以下内容已安全保存在本机。等待中的内容将按顺序自动提交。",
    ),
    "kept.none": ("Everything is saved.", "全部内容均已提交。"),
    "kept.close": ("Close", "关闭"),
    "kept.retry": ("Try again", "重试"),
    "kept.edit": ("Edit", "编辑"),
    "kept.compare": ("Compare", "对比"),
    "kept.back": ("Back to the list", "返回列表"),
    "kept.discard": ("Discard", "丢弃"),
    "kept.confirm": ("Discard for good", "确认丢弃"),
    "kept.keep_it": ("Keep", "保留"),
    "kept.reason": ("Why is it not to be saved?", "为什么不提交？"),
    "kept.reason_missing": ("Say why, for the log", "请说明原因，以便记录"),
    "kept.save_again": ("Save", "提交"),
    "kept.word.number": ("Number", "号码"),
    "kept.word.reason": ("Reason", "原因"),
    "kept.word.technician": ("Technician", "施工人员"),
    "kept.word.technician_phone": ("Technician's phone", "施工人员电话"),
    "kept.word.remark": ("What else was said", "其他说明"),
    "kept.word.note": ("Note", "备注"),
    "kept.word.consent": ("Who of the customer's agreed", "客户方同意人"),
    "kept.word.text": ("Message", "内容"),
    "kept.typed_about": ("{moment} · {who}", "{moment} · {who}"),
    "kept.state.WAITING": ("Waits for the database", "等待数据库"),
    "kept.state.CONFLICT": ("Needs your decision", "需要您处理"),
    "kept.held": ("Waits for the entry above it", "等待上面的内容"),
    "kept.what.LogTicket": ("Ticket", "工单"),
    "kept.what.ReopenTicket": ("Ticket to reopen", "重开工单"),
    "kept.what.ConfirmTicket": ("Ticket confirmed by the customer", "客户已确认的工单"),
    "kept.what.CreateCustomer": ("New customer", "新客户"),
    "kept.what.ChangeCustomer": ("Changed customer record", "客户资料修改"),
    "kept.what.AddNote": ("Note", "备注"),
    "kept.what.AddNumber": ("Further number", "新增号码"),
    "kept.what.RouteOrder": ("Work order routed by the rules", "派工单：按规则派单"),
    "kept.what.SaveProduct": ("Product of a customer", "客户产品"),
    "kept.what.DispatchOrder": ("Work order sent to a department", "派工单：派给部门"),
    "kept.what.AcceptOrder": ("Work order accepted", "派工单：接受"),
    "kept.what.DeclineOrder": ("Work order declined", "派工单：拒绝"),
    "kept.what.StartOrder": ("Work order started", "派工单：开始处理"),
    "kept.what.ReportOrder": ("Report on a work order", "派工单：处理报告"),
    "kept.what.ReturnOrder": ("Work order returned to the agent", "派工单：退回坐席"),
    "kept.what.SendOrderBack": ("Report sent back", "派工单：报告退回"),
    "kept.what.VerifyOrder": ("Verification with the customer", "客户回访结果"),
    "kept.what.CancelOrder": ("Work order cancelled", "派工单：取消"),
    "kept.what.HoldOrder": ("Work order put on hold", "派工单：暂停处理"),
    "kept.what.LogAttempt": ("Customer called in vain", "回访未接通"),
    "kept.what.OverrideClosing": ("Work order closed unreached", "派工单：无法联系客户，主管关闭"),
    "kept.what.AskSupervisor": ("Supervisor asked about a work order", "派工单：请班长处理"),
    "kept.what.InformOrder": ("Information for a work order", "派工单：补充信息"),
    "kept.what.HurryOrder": ("Work order hurried", "派工单：催办"),
    "kept.what.AcknowledgeEscalation": ("Escalation acknowledged", "升级提醒：确认"),
    "kept.what.ApproveClaimAtOffice": ("Claim approved by the office", "费用单：办事处审批通过"),
    "kept.what.ApproveClaimAtHq": ("Claim approved by headquarters", "费用单：总部审批通过"),
    "kept.what.SettleClaim": ("Claim settled", "费用单：已结算"),
    "kept.what.SendClaimBack": ("Claim sent back", "费用单：退回"),
    "kept.what.ResubmitClaim": ("Claim submitted again", "费用单：重新提交"),
}
