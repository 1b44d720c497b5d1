"""Texts of a work order's story and of its report in full; plain data, any thread."""

from __future__ import annotations

from typing import Final

_STEPS: Final[dict[str, tuple[str, str]]] = {
    "order_story.OrderRaised": ("Raised", "发起派工"),
    "order_story.OrderAwaitsDispatch": ("Waits for dispatch", "等待派单"),
    "order_story.OrderNotRouted": (
        "No rule found anybody; waits for the dispatcher",
        "没有匹配的派单规则，等待派单员",
    ),
    "order_story.OrderAssigned": ("Sent to {department}", "派给 {department}"),
    "order_story.OrderAccepted": ("Accepted", "已接单"),
    "order_story.OrderDeclined": ("Declined", "已退单"),
    "order_story.OrderReturnedToDispatch": ("Back to the dispatcher", "退回派单员"),
    "order_story.OrderStarted": ("Work began", "开始施工"),
    "order_story.AttachmentAdded": ("File added", "添加附件"),
    "order_story.AttachmentWithdrawn": ("File marked as void", "附件作废"),
    "order_story.OrderHeld": ("Put on hold", "暂停施工"),
    "order_story.OrderReported": ("Reported", "提交回单"),
    "order_story.OrderReturned": ("Report approved", "回单审核通过"),
    "order_story.OrderSentBack": ("Report sent back", "回单被退回"),
    "order_story.OrderReopened": (
        "The customer was not satisfied; round {round} begins",
        "客户不满意，开始第 {round} 轮",
    ),
    "order_story.OrderClosed": ("The customer confirmed; closed", "客户已确认，关闭"),
    "order_story.OrderClosedUnreached": (
        "Closed by a supervisor; the customer was not reached",
        "未联系上客户，由班长关闭",
    ),
    "order_story.OrderCancelled": ("Cancelled", "已取消"),
    "order_story.VerificationAttempted": ("Customer called in vain", "回访未接通"),
    "order_story.OrderInformed": ("Information from the customer", "客户补充信息"),
    "order_story.OrderHurried": ("The customer asks to hurry", "客户催办"),
    "order_story.CancellingAgreed": ("The customer agreed to cancel", "客户同意取消"),
    "order_story.SupervisorAsked": ("A supervisor was asked", "已请班长处理"),
    "order_story.ClaimSubmitted": ("{claim} submitted", "{claim}已提交"),
    "order_story.ClaimApprovedAtOffice": ("{claim} approved at the office", "{claim}办事处已审批"),
    "order_story.ClaimApprovedAtHq": ("{claim} approved at headquarters", "{claim}总部已审批"),
    "order_story.ClaimSettled": ("{claim} settled", "{claim}已结算"),
    "order_story.ClaimSentBack": ("{claim} sent back", "{claim}被退回"),
    "order_story.ClaimResubmitted": ("{claim} submitted again", "{claim}重新提交"),
    "order_story.other": ("Changed: {kind}", "变更：{kind}"),
}

_REPORT: Final[dict[str, tuple[str, str]]] = {
    "order_story.title": ("What happened so far", "处理经过"),
    "order_story.news": ("{what}, {when}: {text}", "{what}，{when}：{text}"),
    "order_story.news_bare": ("{what}, {when}", "{what}，{when}"),
    "order_story.empty": ("Nothing is logged about this order", "此派工单没有记录"),
    "order_story.loading": ("Loading what happened…", "正在加载处理经过…"),
    "report_sheet.title": ("Report {number}", "第 {number} 次回单"),
    "report_sheet.arrived": ("on site {when}", "到场 {when}"),
    "report_sheet.technician": ("{name} {phone}", "{name} {phone}"),
    "report_sheet.line": ("{name} · {quantity} × {price}", "{name} · {quantity} × {price}"),
    "report_sheet.costs": ("Costs", "费用合计"),
    "report_sheet.charged": ("Charged to the customer", "向客户收费"),
    "report_sheet.no_items": ("No parts, labour or travel reported", "未填报配件、人工或差旅"),
    "report_sheet.faulty": ("Faulty part: {part}", "故障配件：{part}"),
    "report_sheet.liable": ("Liable: {who}", "责任方：{who}"),
    "report_sheet.liable_supplier": ("Liable: supplier {supplier}", "责任方：供应商 {supplier}"),
}

TEXTS: Final[dict[str, tuple[str, str]]] = {**_STEPS, **_REPORT}
